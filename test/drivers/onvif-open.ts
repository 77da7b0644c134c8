import { readFileSync } from "node:fs";
import { onTestFinished } from "vitest";
import { type Clock, systemClock } from "../../agent/base/clock.ts";
import type {
  CameraSession,
  Emit,
  EventSource,
  HostGate,
  Login,
  WatchNews,
} from "../../agent/model/camera.ts";
import { configSchema, type HealthConfig, type OnvifCameraConfig } from "../../agent/model/config.ts";
import { onvif } from "../../drivers/onvif.ts";
import { readSoap } from "../../drivers/protocol/soap.ts";
import { parseXml, type XmlElement } from "../../drivers/protocol/xml.ts";
import { type CameraOptions, createCamera, type SimulatedCamera } from "../fakes/camera.ts";
import { OpenGate } from "../fakes/open-gate.ts";

/** Health thresholds as configured by default, but impatient. */
export const impatient: HealthConfig = configSchema.shape.health.parse({
  requestTimeout: "400ms",
  streamTimeout: "2s",
  measureFor: "0s",
});

/** For a clock that leaps: sockets have no time to answer while it does. */
const patient: HealthConfig = { ...impatient, requestTimeout: 30_000 };

export interface OpenOptions {
  readonly config?: Partial<OnvifCameraConfig>;
  readonly login?: Login | undefined;
  readonly gate?: HostGate;
  readonly clock?: Clock;
  readonly health?: HealthConfig;
}

/** A simulated camera that is there until the test ends. */
export async function simulated(options: CameraOptions = {}): Promise<SimulatedCamera> {
  const camera = await createCamera(options);
  onTestFinished(() => camera.close());
  return camera;
}

export interface OpenedOnvif extends Required<Pick<CameraSession, "probe" | "snapshot" | "recordings">> {
  /** The device's event channel as this camera's alone. */
  readonly watch: EventSource["watch"];
}

/** A session of the ONVIF driver on a simulated camera, with its login unless told otherwise. */
export function openOnvif(
  camera: Pick<SimulatedCamera, "onvifPort" | "login">,
  options: OpenOptions = {},
): OpenedOnvif {
  const { clock = systemClock, gate = new OpenGate() } = options;
  const { health = clock === systemClock ? impatient : patient } = options;
  const config: OnvifCameraConfig = {
    id: "gate-1",
    name: "Gate 1",
    driver: "onvif",
    maintenance: false,
    address: `127.0.0.1:${camera.onvifPort}`,
    path: "/onvif/device_service",
    events: true,
    ...options.config,
  };
  const login = "login" in options ? options.login : camera.login;
  const { probe, events, snapshot, recordings } = onvif.open(
    { config, login },
    { clock, host: gate, health: () => health },
  );
  if (!events || !snapshot || !recordings) throw new Error("an ONVIF session has all three");
  const watch: EventSource["watch"] = (emit, signal) =>
    events.source.watch(async (news) => {
      if (news.kind !== "signal" || events.concerns(news.signal)) await emit(news);
    }, signal);
  return { probe, watch, snapshot, recordings };
}

/** A listener of an event channel that writes down what it is told. */
export function listener(): { readonly heard: WatchNews[]; readonly emit: Emit } {
  const heard: WatchNews[] = [];
  return {
    heard,
    emit: async (news) => {
      heard.push(news);
    },
  };
}

export function fixtureText(name: string): string {
  return readFileSync(new URL(`../fixtures/onvif/${name}.xml`, import.meta.url), "utf8");
}

/** The element inside the SOAP body of a fixture. */
export function answerIn(name: string): XmlElement {
  const read = readSoap(fixtureText(name));
  if (!read.ok || read.value.kind !== "answer") throw new Error(`${name} is no answer`);
  return read.value.body;
}

export function element(text: string): XmlElement {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.en);
  return parsed.value;
}
