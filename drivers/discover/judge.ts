import { channelsOfModel } from "./channel-count.ts";
import type { Announcement, DriverName, FoundDevice, Observation } from "./found-device.ts";
import { isCameraMac, makeOfMac } from "./mac-makes.ts";
import { makeOfTexts } from "./make-banners.ts";

export interface Evidence {
  readonly address: string;
  readonly ports: readonly number[];
  readonly observations: readonly Observation[];
  readonly announcements: readonly Announcement[];
  readonly mac?: string;
}

/** Ports that cameras have and little else: Dahua's and Xiongmai's own protocols. Nothing is sent there. */
const TELLING_PORTS: Readonly<Record<number, string>> = { 34567: "Xiongmai", 37777: "Dahua" };

/** What all the evidence about one address comes to. Pure. */
export function judge({ address, ports, observations, announcements, mac }: Evidence): FoundDevice {
  const of = <K extends Observation["kind"]>(kind: K) =>
    observations.find((one): one is Extract<Observation, { kind: K }> => one.kind === kind);
  const told = <K extends "make" | "model" | "name" | "serial" | "mac" | "channels" | "http" | "onvif">(
    key: K,
  ) => announcements.find((one) => one[key] !== undefined)?.[key];
  const isapi = of("isapi");
  const cgi = of("cgi");
  const onvif = of("onvif")?.door ?? told("onvif");
  const rtsp = of("rtsp")?.port;
  const known = mac ?? told("mac");
  const make =
    told("make") ??
    makeOfTexts([...observations.flatMap(textsOf), told("name"), told("model")]) ??
    (isapi ? "Hikvision" : cgi ? "Dahua" : undefined) ??
    (known && makeOfMac(known)) ??
    ports.map((port) => TELLING_PORTS[port]).find((one) => one !== undefined);
  const drivers: DriverName[] = [];
  if (isapi) drivers.push("hikvision");
  if (cgi) drivers.push("dahua");
  if (onvif) drivers.push("onvif");
  if (rtsp !== undefined) drivers.push("rtsp");
  const http = isapi?.door ?? cgi?.door ?? of("http")?.door ?? told("http");
  const announcedBy = [...new Set(announcements.map(({ by }) => by))];
  return {
    address,
    ...defined({
      mac: known,
      make,
      model: told("model"),
      name: told("name"),
      serial: told("serial"),
      channels: told("channels") ?? channelsOfModel(told("model")),
    }),
    ports: [...new Set(ports)].toSorted((a, b) => a - b),
    drivers,
    ...defined({ http, onvif, rtsp }),
    isCamera:
      drivers.length > 0 ||
      announcedBy.length > 0 ||
      (known !== undefined && isCameraMac(known)) ||
      ports.some((port) => TELLING_PORTS[port] !== undefined),
    announcedBy,
  };
}

function textsOf(one: Observation): (string | undefined)[] {
  if (one.kind === "http") return [one.server, one.realm, one.title, one.leadsTo];
  return one.kind === "rtsp" ? [one.server, one.realm] : [];
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends Record<string, unknown>>(record: T): Defined<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Defined<T>;
}
