import { fail, ok, type Result } from "../../agent/base/result.ts";
import type { CameraFacts } from "../../agent/model/camera.ts";
import type { OnvifCameraConfig } from "../../agent/model/config.ts";
import { causes, type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, joined } from "../../agent/model/messages/text.ts";
import type { Endpoint } from "../protocol/endpoint.ts";
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
import { type Concerns, concernsOf } from "./channel.ts";
import type { Call } from "./requests.ts";
import type { Refusal } from "./verdict.ts";

/** Where a camera's services, stream and snapshot are. Changes with its settings only, so it is kept for an hour. */
export interface Details {
  /** Absent: the camera has no event service. */
  readonly events?: URL;
  /** Which events are this camera's; absent where the device did not tell its profiles. */
  readonly concerns?: Concerns;
  readonly facts: Pick<CameraFacts, "mac" | "profile" | "streamUri" | "snapshotUri">;
  /** RTSP address without login, or why there is none. */
  readonly stream: Result<string, Fault>;
  /** Absent: the camera has no snapshot. */
  readonly snapshot?: URL;
}

/** The slice of the caller that is needed; a call with its fixed signal. */
type Ask = (call: Call, url: URL) => Promise<Result<XmlElement, Refusal>>;

export interface Whereabouts {
  readonly config: OnvifCameraConfig;
  readonly endpoint: Endpoint;
  readonly device: URL;
}

/** Fails where the way to the camera or the login does; a camera without a stream is a detail. */
export async function discover(
  caller: Pick<OnvifCaller, "call">,
  { config, endpoint, device }: Whereabouts,
  signal: AbortSignal,
): Promise<Result<Details, Fault>> {
  const ask: Ask = (call, url) => caller.call(call, { url }, { signal });
  const services = await findServices(ask, device);
  if (!services.ok) return services;
  const at = (address: string | undefined) => serviceUrl(address, endpoint, device);
  const interfaces = await ask({ name: "GetNetworkInterfaces" }, device);
  const { found: media, concerns } = await findMedia(ask, services.value, at, config.profile);
  const shared = {
    ...(services.value.events !== undefined && { events: at(services.value.events) }),
    ...(concerns && { concerns }),
  };
  const mac = interfaces.ok ? readMac(interfaces.value) : undefined;
  if (!media.ok) {
    if (isOfTheWay(media.error)) return media;
    return ok({ ...shared, facts: present({ mac }), stream: media });
  }
  const { profile, streamUri, snapshotUri } = media.value;
  const stream =
    streamUri === undefined ? undefined : streamAddress(streamUri, endpoint.hostname, config.rtspPort);
  const snapshot = snapshotUri === undefined ? undefined : snapshotUrl(snapshotUri, endpoint);
  return ok({
    ...shared,
    ...(snapshot && { snapshot }),
    facts: present({
      mac,
      profile: profile.name === "" ? profile.token : `${profile.token} (${profile.name})`,
      streamUri: stream === undefined ? undefined : withoutSecrets(stream),
      snapshotUri: snapshot && withoutSecrets(snapshot.href),
    }),
    stream: stream === undefined ? fail(fault("stream-missing", evidenceTexts.noStreamAddress)) : ok(stream),
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

/** Whether the fault is of host, port or login: then no further question helps. */
function isOfTheWay({ cause }: Fault): boolean {
  const { rung } = causes[cause];
  return cause !== "login-forbidden" && (rung === "host" || rung === "port" || rung === "login");
}

interface Media {
  readonly concerns?: Concerns;
  readonly found: Result<Addresses, Fault>;
}

interface Addresses {
  readonly profile: Profile;
  readonly streamUri?: string;
  readonly snapshotUri?: string;
}

/**
 * Media2 where there is one (Media cannot tell of H.265), else Media: D-Link DCS-8635LH announces a Media2 that does
 * not work.
 */
async function findMedia(
  ask: Ask,
  services: Services,
  at: (address: string | undefined) => URL,
  wanted: string | undefined,
): Promise<Media> {
  if (services.media2 !== undefined) {
    const media = await readMedia(ask, at(services.media2), true, wanted);
    if (media.found.ok || services.media === undefined || isOfTheWay(media.found.error)) return media;
    return { ...media, ...(await readMedia(ask, at(services.media), false, wanted)) };
  }
  return readMedia(ask, at(services.media), false, wanted);
}

async function readMedia(ask: Ask, url: URL, media2: boolean, wanted: string | undefined): Promise<Media> {
  const answer = await ask({ name: "GetProfiles", media2 }, url);
  if (!answer.ok) return { found: fail(answer.error.fault) };
  const profiles = readProfiles(answer.value);
  const profile = chooseProfile(profiles, wanted);
  const concerns = concernsOf(profiles, profile.ok ? profile.value : undefined);
  return { concerns, found: profile.ok ? await askAddresses(ask, url, media2, profile.value) : profile };
}

async function askAddresses(
  ask: Ask,
  url: URL,
  media2: boolean,
  profile: Profile,
): Promise<Result<Addresses, Fault>> {
  const { token } = profile;
  const stream = await ask({ name: "GetStreamUri", media2, profile: token }, url);
  if (!stream.ok) return fail(stream.error.fault);
  const snapshot = await ask({ name: "GetSnapshotUri", media2, profile: token }, url);
  return ok({
    profile,
    ...present({
      streamUri: readUri(stream.value),
      snapshotUri: snapshot.ok ? readUri(snapshot.value) : undefined,
    }),
  });
}

function chooseProfile(profiles: readonly Profile[], wanted: string | undefined): Result<Profile, Fault> {
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
