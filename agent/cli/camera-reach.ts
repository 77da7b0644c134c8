import type { FoundDevice } from "../../drivers/discover/found-device.ts";
import { identify as identifyDevice } from "../../drivers/discover/identify.ts";
import { endpointOf } from "../../drivers/protocol/endpoint.ts";
import {
  addressOf,
  addressTemplates,
  type StreamKind,
  templatesOf,
} from "../../drivers/rtsp/address-templates.ts";
import { systemClock } from "../base/clock.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { CameraEntry } from "../io/config-edit-text.ts";
import { cameraTexts as texts } from "../model/messages/cli-camera.ts";
import { fill, type Language } from "../model/messages/text.ts";
import { entryOf } from "./camera-entry.ts";

/** What a person says of where a camera is. */
export interface Place {
  /** Host and perhaps port, behind https:// perhaps; or an RTSP address. */
  readonly address: string;
  readonly driver?: string | undefined;
  readonly channel?: number | undefined;
  readonly rtspPort?: number | undefined;
  readonly make?: string | undefined;
  readonly stream?: string | undefined;
}

export interface Reached {
  /** Driver and way to the camera, to be tried in order: several where a make has several addresses. */
  readonly ways: readonly CameraEntry[];
  /** What was found out, for people; undefined where nothing had to be. */
  readonly seen?: string;
}

const USUAL_RTSP = 554;

type Identify = (
  device: { readonly host: string; readonly port?: number; readonly ports?: readonly number[] },
  signal: AbortSignal,
) => Promise<FoundDevice>;

/** Finds out what stands at an address, once for each. */
export function identifying(): Identify {
  const seen = new Map<string, Promise<FoundDevice>>();
  return (device, signal) => {
    const key = JSON.stringify(device);
    const { ports, ...place } = device;
    const found =
      seen.get(key) ?? identifyDevice(place, { clock: systemClock, ...(ports && { ports }) }, signal);
    seen.set(key, found);
    return found;
  };
}

/** How a camera can be spoken to: as it was said, else as the device itself shows without a login. */
export async function reach(
  place: Place,
  language: Language,
  signal: AbortSignal,
  identify: Identify = identifying(),
): Promise<Result<Reached, string>> {
  const { address, driver } = place;
  if (/^rtsp:\/\//i.test(address)) return ok({ ways: [{ driver: "rtsp", stream: address }] });
  if (driver === "rtsp") return bareRtsp(place, language);
  if (driver !== undefined) return ok({ ways: [wayOf(place, driver)] });
  return foundOut(place, language, signal, identify);
}

function wayOf({ address, channel, rtspPort, stream }: Place, driver: string): CameraEntry {
  const isOnvif = driver === "onvif";
  return entryOf({
    driver,
    address,
    channel: isOnvif ? undefined : channel,
    stream: isOnvif ? undefined : stream,
    rtspPort: rtspPort === USUAL_RTSP ? undefined : rtspPort,
  });
}

async function foundOut(
  place: Place,
  language: Language,
  signal: AbortSignal,
  identify: Identify,
): Promise<Result<Reached, string>> {
  const { address } = place;
  const shape = endpointShape(address);
  if (!shape) return ok({ ways: [wayOf(place, "onvif")] });
  const { host, port } = shape;
  const ports = port === undefined ? {} : { ports: [port, place.rtspPort ?? USUAL_RTSP] };
  const found = await identify({ host, ...(port !== undefined && { port }), ...ports }, signal);
  const [best] = found.drivers;
  if (!best) {
    const open = found.ports.join(", ") || texts.noPorts[language];
    return fail(fill(texts.noDriver, language, { address, ports: open }));
  }
  const make = found.make ? `(${found.make})` : "";
  const seen = fill(texts.identified, language, { drivers: found.drivers.join(", "), make }).trimEnd();
  if (best === "rtsp") {
    const told = { ...place, address: host, rtspPort: found.rtsp, make: place.make ?? found.make };
    const ways = bareRtsp(told, language);
    return ways.ok ? ok({ ...ways.value, seen }) : ways;
  }
  const door = best === "onvif" ? found.onvif : found.http;
  const named = door && port === undefined && !address.includes("://") ? doorAddress(host, door) : address;
  const rtspPort = place.rtspPort ?? (best === "onvif" ? undefined : found.rtsp);
  return ok({ ways: [wayOf({ ...place, address: named, rtspPort }, best)], seen });
}

/** Host and port of an address; undefined of one that is none, which the schema will tell. */
function endpointShape(address: string): { readonly host: string; readonly port?: number } | undefined {
  if (!URL.canParse(address.includes("://") ? address : `http://${address}`)) return undefined;
  const { hostname, port, protocol } = endpointOf(address);
  const host = hostname.replaceAll(/^\[|\]$/g, "");
  const isNamed = /:\d+$/.test(address) || protocol === "https:";
  return isNamed ? { host, port } : { host };
}

function doorAddress(host: string, { port, tls }: { readonly port: number; readonly tls: boolean }): string {
  const usual = port === (tls ? 443 : 80);
  return `${tls ? "https://" : ""}${host}${usual ? "" : `:${port}`}`;
}

function bareRtsp(
  { address, rtspPort, make = "", channel = 1, stream = "main" }: Place,
  language: Language,
): Result<Reached, string> {
  const kind: StreamKind = stream === "sub" ? "sub" : "main";
  const host =
    rtspPort === undefined || rtspPort === USUAL_RTSP
      ? address
      : `${address.replace(/:\d+$/, "")}:${rtspPort}`;
  const ways = templatesOf(make).flatMap((template): CameraEntry[] => {
    const uri = addressOf(template, host, channel, kind);
    return uri === undefined ? [] : [{ driver: "rtsp", stream: uri }];
  });
  if (ways.length > 0) return ok({ ways });
  const makes = [...new Set(addressTemplates.map((template) => template.make))].join(", ");
  return fail(fill(texts.makeMissing, language, { address, makes }));
}
