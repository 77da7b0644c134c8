import { fail, ok, type Result } from "../../agent/base/result.ts";
import type { CameraFacts } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, joined } from "../../agent/model/messages/text.ts";
import type { Endpoint } from "../protocol/endpoint.ts";
import { isOfTheWay } from "../protocol/ladder.ts";
import type { XmlElement } from "../protocol/xml.ts";
import { serviceUrl, snapshotUrl, streamAddress, withoutSecrets } from "./address.ts";
import {
  type Profile,
  present,
  readCapabilities,
  readMac,
  readProfiles,
  readServices,
  readUri,
  type Services,
} from "./answers.ts";
import type { OnvifCaller } from "./caller.ts";
import type { Call } from "./requests.ts";
import type { Refusal } from "./verdict.ts";

/** Profiles in the device's order. */
export type Profiles = readonly Profile[];

/** A media service, and what it has. */
export interface MediaService {
  readonly url: URL;
  /** Media2 (version 2 of the service), as against Media. */
  readonly media2: boolean;
  readonly profiles: Profiles;
}

/** Where a device's services are. Changes with its settings only, so it is kept for an hour. */
export interface Details {
  /** Absent: the device has no event service. */
  readonly events?: URL;
  readonly mac?: string;
  /** The newest media service that tells its profiles, or why none does. */
  readonly media: Result<MediaService, Fault>;
  /** Where Media is, beside a Media2. */
  readonly olderMedia?: URL;
  /** Absent: the device does not tell of recordings (Profile G). */
  readonly search?: URL;
}

/** What a channel shows, and where. */
export interface View {
  readonly facts: Pick<CameraFacts, "profile" | "streamUri" | "snapshotUri">;
  /** RTSP address without login. */
  readonly stream: Result<string, Fault>;
  /** Absent: there is no snapshot. */
  readonly snapshot?: URL;
}

/** The slice of the caller that is needed; a call with its fixed signal. */
type Ask = (call: Call, url: URL) => Promise<Result<XmlElement, Refusal>>;
type Caller = Pick<OnvifCaller, "call">;

/** Fails where the way to the device or the login does; a device that tells no profiles is a detail. */
export async function discover(
  caller: Caller,
  endpoint: Endpoint,
  device: URL,
  signal: AbortSignal,
): Promise<Result<Details, Fault>> {
  const ask: Ask = (call, url) => caller.call(call, { url }, { signal });
  const services = await findServices(ask, device);
  if (!services.ok) return services;
  const at = (address: string | undefined) => serviceUrl(address, endpoint, device);
  const interfaces = await ask({ name: "GetNetworkInterfaces" }, device);
  const { events, media2, media, search } = services.value;
  const newer = media2 === undefined ? undefined : await readProfilesOf(ask, at(media2), true);
  const isDone = newer?.ok || (newer && (media === undefined || isOfTheWay(newer.error)));
  const found = isDone ? newer : await readProfilesOf(ask, at(media), false);
  if (!found.ok && isOfTheWay(found.error)) return found;
  return ok({
    media: found,
    ...present({
      events: events === undefined ? undefined : at(events),
      search: search === undefined ? undefined : at(search),
      mac: interfaces.ok ? readMac(interfaces.value) : undefined,
      olderMedia: newer?.ok && media !== undefined ? at(media) : undefined,
    }),
  });
}

async function findServices(ask: Ask, device: URL): Promise<Result<Services, Fault>> {
  const answer = await ask({ name: "GetServices" }, device);
  if (answer.ok) {
    const services = readServices(answer.value);
    if (services.media !== undefined || services.media2 !== undefined) return ok(services);
  } else if (isOfTheWay(answer.error.fault)) return fail(answer.error.fault);
  const older = await ask({ name: "GetCapabilities" }, device);
  if (!older.ok) return fail(older.error.fault);
  return ok({ ...readCapabilities(older.value), ...(answer.ok && readServices(answer.value)) });
}

async function readProfilesOf(ask: Ask, url: URL, media2: boolean): Promise<Result<MediaService, Fault>> {
  const answer = await ask({ name: "GetProfiles", media2 }, url);
  return answer.ok ? ok({ url, media2, profiles: readProfiles(answer.value) }) : fail(answer.error.fault);
}

/**
 * What the channel of a profile shows. By Media2 where there is one (Media cannot tell of H.265), else by Media:
 * D-Link DCS-8635LH announces a Media2 that does not work. Fails where the way to the device or the login does.
 */
export async function findView(
  caller: Caller,
  { media, olderMedia }: Details,
  { endpoint, profile, rtspPort }: Wanted,
  signal: AbortSignal,
): Promise<Result<View, Fault>> {
  if (!media.ok) return ok({ facts: {}, stream: media });
  const ask: Ask = (call, url) => caller.call(call, { url }, { signal });
  const found = await findAddresses(ask, media.value, profile);
  const older =
    found.ok || olderMedia === undefined || isOfTheWay(found.error)
      ? undefined
      : await readProfilesOf(ask, olderMedia, false);
  const addresses = older?.ok ? await findAddresses(ask, older.value, profile) : found;
  if (!addresses.ok) return isOfTheWay(addresses.error) ? addresses : ok({ facts: {}, stream: addresses });
  const { token, name, streamUri, snapshotUri } = addresses.value;
  const stream = streamUri === undefined ? undefined : streamAddress(streamUri, endpoint.hostname, rtspPort);
  const snapshot = snapshotUri === undefined ? undefined : snapshotUrl(snapshotUri, endpoint);
  return ok({
    ...(snapshot && { snapshot }),
    facts: present({
      profile: name === "" ? token : `${token} (${name})`,
      streamUri: stream === undefined ? undefined : withoutSecrets(stream),
      snapshotUri: snapshot && withoutSecrets(snapshot.href),
    }),
    stream: stream === undefined ? fail(fault("stream-missing", evidenceTexts.noStreamAddress)) : ok(stream),
  });
}

interface Wanted {
  readonly endpoint: Endpoint;
  /** Token of the profile; undefined: the first with video. */
  readonly profile: string | undefined;
  readonly rtspPort: number | undefined;
}

interface Addresses extends Profile {
  readonly streamUri?: string;
  readonly snapshotUri?: string;
}

async function findAddresses(
  ask: Ask,
  { url, media2, profiles }: MediaService,
  wanted: string | undefined,
): Promise<Result<Addresses, Fault>> {
  const profile = chooseProfile(profiles, wanted);
  if (!profile.ok) return profile;
  const { token } = profile.value;
  const stream = await ask({ name: "GetStreamUri", media2, profile: token }, url);
  if (!stream.ok) return fail(stream.error.fault);
  const snapshot = await ask({ name: "GetSnapshotUri", media2, profile: token }, url);
  return ok({
    ...profile.value,
    ...present({
      streamUri: readUri(stream.value),
      snapshotUri: snapshot.ok ? readUri(snapshot.value) : undefined,
    }),
  });
}

/** The profile with the token `wanted`, or the first with video. */
export function chooseProfile(profiles: Profiles, wanted: string | undefined): Result<Profile, Fault> {
  const profile = profiles.find(({ token, video }) => (wanted === undefined ? video : token === wanted));
  if (profile) return ok(profile);
  const each = profiles.map(({ token, video }) =>
    video ? token : compose(evidenceTexts.withoutVideo, { profile: token }),
  );
  const has = each.length > 0 ? joined(each, ", ") : evidenceTexts.noProfiles;
  const seen =
    wanted === undefined
      ? compose(evidenceTexts.noVideoProfile, { profiles: has })
      : compose(evidenceTexts.noSuchProfile, { profile: wanted, profiles: has });
  return fail(fault("stream-missing", seen));
}
