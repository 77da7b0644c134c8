import type { Clock } from "../../agent/base/clock.ts";
import { deadline } from "../../agent/base/scope.ts";
import { HttpAsker, type InterfaceSign } from "./ask-http.ts";
import { askRtsp } from "./ask-rtsp.ts";
import type { FoundDevice, HttpDoor, Observation } from "./found-device.ts";
import { judge } from "./judge.ts";
import { makeOfTexts } from "./make-banners.ts";
import { portState } from "./port-state.ts";

/**
 * Where cameras and recorders answer: HTTP, RTSP, HTTPS, Hikvision's own or Reolink's ONVIF, HTTP beside a router's,
 * Xiongmai's ONVIF, Tapo's ONVIF, RTSP beside another, Dahua's own, Xiongmai's own.
 */
export const CAMERA_PORTS: readonly number[] = [80, 554, 443, 8000, 8080, 8899, 2020, 8554, 37_777, 34_567];

/** Protocols of the makes' own: that they are open says enough, nothing is sent there. */
const OWN_PROTOCOLS: ReadonlySet<number> = new Set([37_777, 34_567]);
const TLS_PORTS: ReadonlySet<number> = new Set([443, 8443]);
const RTSP_PORTS: ReadonlySet<number> = new Set([554, 8554, 10_554]);

/** A living host answers in milliseconds; one lost SYN is sent again after 1 s (RFC 6298 2.1). */
const CONNECT_MS = 1_200;
const ANSWER_MS = 2_000;
/** For a device that takes connections and never says a word. */
const DEVICE_MS = 10_000;

export interface IdentifyOptions {
  readonly clock: Clock;
  /** TCP ports that are tried; those of cameras unless told otherwise. */
  readonly ports?: readonly number[];
}

/**
 * What stands at one address, seen without a login and without a wrong one: which ports are open, and what is said
 * there to RTSP OPTIONS, GET / and ONVIF's GetSystemDateAndTime. A `port` that is named is tried too, before others, and
 * spoken to over TLS where `tls` says so; else ports are as they usually are.
 * Takes 11 s at most. A device that is not there has no ports; `signal` ends it early with what is known.
 */
export async function identify(
  address: { readonly host: string; readonly port?: number; readonly tls?: boolean },
  options: IdentifyOptions,
  signal: AbortSignal,
): Promise<FoundDevice> {
  const { host, port, tls = false } = address;
  const wanted = [...new Set([...(port === undefined ? [] : [port]), ...(options.ports ?? CAMERA_PORTS)])];
  const ports = await openPorts(host, wanted, options.clock, signal);
  const tlsPorts = tls && port !== undefined ? [port] : [];
  const observations = await observe(host, ports, options.clock, signal, tlsPorts);
  return judge({ address: host, ports, observations, announcements: [] });
}

/** Those of the ports that take connections, in the order given; all are tried at once. */
async function openPorts(
  host: string,
  ports: readonly number[],
  clock: Clock,
  signal: AbortSignal,
): Promise<number[]> {
  const states = await portStates(host, ports, clock, signal);
  return ports.filter((_, index) => states[index] === "open");
}

/** Tries all ports at once, each for 1.2 s at most. */
export function portStates(host: string, ports: readonly number[], clock: Clock, signal: AbortSignal) {
  return Promise.all(ports.map((port) => portState(host, port, { clock, timeoutMs: CONNECT_MS }, signal)));
}

/** Asks the open ports who they are: two questions at once at most, one of RTSP and one of HTTP; 10 s in all. */
export async function observe(
  host: string,
  ports: readonly number[],
  clock: Clock,
  signal: AbortSignal,
  tlsPorts: readonly number[] = [],
): Promise<Observation[]> {
  using time = deadline(clock, DEVICE_MS, signal);
  const observations: Observation[] = [];
  const limits = { clock, answerMs: ANSWER_MS };
  const asRtsp = async (port: number) => {
    const seen = await askRtsp(host, port, limits, time.signal);
    if (seen) observations.push(seen);
  };
  const asHttp = async (port: number) => {
    const door = { port, tls: TLS_PORTS.has(port) || tlsPorts.includes(port) };
    const asker = new HttpAsker(host, door, limits, time.signal);
    const spoken = await askHttp(asker, door, observations);
    if (!spoken && !door.tls) await asRtsp(port);
  };
  const asked = ports.filter((port) => !OWN_PROTOCOLS.has(port));
  await Promise.all([
    inTurn(
      asked.filter((port) => RTSP_PORTS.has(port)),
      asRtsp,
      time.signal,
    ),
    inTurn(
      asked.filter((port) => !RTSP_PORTS.has(port)),
      asHttp,
      time.signal,
    ),
  ]);
  return observations;
}

/** Whether HTTP is spoken; what is learned is added to `observations`. */
async function askHttp(asker: HttpAsker, door: HttpDoor, observations: Observation[]): Promise<boolean> {
  const has = (kind: Observation["kind"]) => observations.some((one) => one.kind === kind);
  const page = await asker.startPage();
  if (page) observations.push(page);
  // ONVIF alone on its port has no start page (Xiongmai closes the connection).
  const onvif = has("onvif") ? undefined : await asker.onvif();
  if (onvif) observations.push(onvif);
  if (!page) return onvif !== undefined;
  if (has("isapi") || has("cgi")) return true;
  const isapi = await asker.isapi(page.status);
  const cgi = isapi === "tells" ? undefined : await asker.cgi(page.status);
  const by = makersInterface(isapi, cgi, page);
  if (by) observations.push({ kind: by, door });
  return true;
}

/** A server that wants a login for both makes' interfaces wants one for everything: then its start page decides. */
function makersInterface(
  isapi: InterfaceSign | undefined,
  cgi: InterfaceSign | undefined,
  { server, realm, title, leadsTo }: Extract<Observation, { kind: "http" }>,
): "isapi" | "cgi" | undefined {
  if (isapi === "tells") return "isapi";
  if (cgi === "tells") return "cgi";
  if (!isapi || !cgi) return isapi ? "isapi" : cgi && "cgi";
  const make = makeOfTexts([server, realm, title, leadsTo]);
  return make === "Hikvision" ? "isapi" : make === "Dahua" ? "cgi" : undefined;
}

async function inTurn(
  ports: readonly number[],
  ask: (port: number) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (const port of ports) {
    if (signal.aborted) return;
    await ask(port);
  }
}
