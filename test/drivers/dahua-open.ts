import { onTestFinished } from "vitest";
import { type Clock, systemClock } from "../../agent/base/clock.ts";
import type { HostGate, Login, WatchEnd, WatchNews } from "../../agent/model/camera.ts";
import type { HealthConfig } from "../../agent/model/config.ts";
import { type DahuaChannelConfig, type DahuaSession, openChannel } from "../../drivers/dahua/session.ts";
import { createDahua, type DahuaOptions, type SimulatedDahua } from "../fakes/dahua-device.ts";
import { eventually } from "../fakes/eventually.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { impatient, listener } from "./onvif-open.ts";

/** A simulated Dahua that is there until the test ends. */
export async function dahua(options: DahuaOptions = {}): Promise<SimulatedDahua> {
  const device = await createDahua(options);
  onTestFinished(() => device.close());
  return device;
}

export interface OpenOptions {
  readonly config?: Partial<DahuaChannelConfig & { readonly address: string }>;
  readonly login?: Login | undefined;
  readonly gate?: HostGate;
  readonly clock?: Clock;
  readonly health?: HealthConfig;
}

/** A channel of a simulated Dahua; channels that are given the same gate share the device. */
export function openDahua(device: SimulatedDahua, options: OpenOptions = {}): DahuaSession {
  const { clock = systemClock, gate = new OpenGate(), health = impatient } = options;
  const config = {
    address: `127.0.0.1:${device.httpPort}`,
    channel: 1,
    stream: "main" as const,
    rtspPort: device.rtspPort,
    events: true,
    ...options.config,
  };
  const login = "login" in options ? options.login : device.login;
  return openChannel(config, login, { clock, host: gate, health: () => health });
}

export interface Watching {
  readonly heard: WatchNews[];
  readonly end: Promise<WatchEnd>;
  stop(): Promise<WatchEnd>;
  /** "VideoMotion 0 true", each signal. */
  signals(): string[];
}

/** An open event channel; it is stopped when the test ends. */
export async function watchDahua(device: SimulatedDahua, options: OpenOptions = {}): Promise<Watching> {
  const { heard, emit } = listener();
  const stop = new AbortController();
  const { events } = openDahua(device, options);
  if (!events) throw new Error("no events");
  const end = events.source.watch(emit, stop.signal);
  const watching: Watching = {
    heard,
    end,
    stop() {
      stop.abort();
      return end;
    },
    signals: () =>
      heard.flatMap((news) => {
        if (news.kind !== "signal") return [];
        const { topic, source, value } = news.signal;
        return [`${topic} ${source} ${value === "pulse" ? value : value.active}`];
      }),
  };
  onTestFinished(async () => {
    await watching.stop();
  });
  await eventually("the event stream stands", () => heard.some(({ kind }) => kind === "open"));
  return watching;
}
