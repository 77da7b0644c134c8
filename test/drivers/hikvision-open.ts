import { onTestFinished } from "vitest";
import { type Clock, systemClock } from "../../agent/base/clock.ts";
import type {
  CameraSession,
  DriverContext,
  HostGate,
  Login,
  WatchEnd,
  WatchNews,
} from "../../agent/model/camera.ts";
import { type CameraConfig, configSchema, type HealthConfig } from "../../agent/model/config.ts";
import { hikvision } from "../../drivers/hikvision.ts";
import { eventually } from "../fakes/eventually.ts";
import { createIsapi, type IsapiDevice, type IsapiOptions } from "../fakes/isapi-device.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { camera } from "./hikvision-answers.ts";

export const never = new AbortController().signal;

/** Health thresholds as configured by default, but impatient. */
export const impatient: HealthConfig = configSchema.shape.health.parse({
  requestTimeout: "400ms",
  streamTimeout: "2s",
  measureFor: "0s",
});

/** For a clock that leaps: sockets have no time to answer while it does. */
const patient: HealthConfig = { ...impatient, requestTimeout: 30_000 };

/** A simulated device that is there until the test ends. */
export async function simulated(options: Partial<IsapiOptions> = {}): Promise<IsapiDevice> {
  const device = await createIsapi({ device: camera, ...options });
  onTestFinished(() => device.close());
  return device;
}

type HikvisionConfig = Extract<CameraConfig, { driver: "hikvision" }>;
type HikvisionSession = Required<Omit<CameraSession, "events">> & Pick<CameraSession, "events">;

export interface OpenOptions {
  readonly config?: Partial<HikvisionConfig>;
  readonly login?: Login | undefined;
  /** Channels of one recorder have one gate. */
  readonly gate?: HostGate;
  readonly clock?: Clock;
  readonly health?: HealthConfig;
}

/** A session of the driver on a simulated device, with its login unless told otherwise. */
export function openHikvision(device: IsapiDevice, options: OpenOptions = {}): HikvisionSession {
  const { clock = systemClock, gate = new OpenGate() } = options;
  const { health = clock === systemClock ? impatient : patient } = options;
  const context: DriverContext = { clock, host: gate, health: () => health };
  const login = "login" in options ? options.login : device.login;
  const config: HikvisionConfig = {
    id: "gate-1",
    name: "Gate 1",
    driver: "hikvision",
    maintenance: false,
    address: `127.0.0.1:${device.httpPort}`,
    channel: 1,
    stream: "main",
    rtspPort: device.rtspPort,
    events: true,
    ...options.config,
  };
  const session = hikvision.open({ config, login }, context);
  if (!isWhole(session)) throw new Error("a Hikvision session can do all of it");
  return session;
}

function isWhole(session: CameraSession): session is HikvisionSession {
  return [session.snapshot, session.storage, session.recordings, session.playback].every(Boolean);
}

export interface Watching {
  readonly heard: WatchNews[];
  readonly end: Promise<WatchEnd>;
  stop(): Promise<WatchEnd>;
  count(kind: WatchNews["kind"]): number;
  /** "VMD 1 true" for each signal of interest to `session`. */
  told(): string[];
}

/** An open event stream; it is stopped when the test ends. */
export async function watching(device: IsapiDevice, session: HikvisionSession): Promise<Watching> {
  const { events } = session;
  if (!events) throw new Error("no events");
  const stop = new AbortController();
  const heard: WatchNews[] = [];
  const end = events.source.watch(async (news) => void heard.push(news), stop.signal);
  const watched: Watching = {
    heard,
    end,
    count: (kind) => heard.filter((news) => news.kind === kind).length,
    stop() {
      stop.abort();
      return end;
    },
    told: () =>
      heard.flatMap((news) =>
        news.kind === "signal" && events.concerns(news.signal)
          ? [
              `${news.signal.topic} ${news.signal.source} ${news.signal.value !== "pulse" && news.signal.value.active}`,
            ]
          : [],
      ),
  };
  onTestFinished(async () => {
    await watched.stop();
  });
  await eventually("the stream stands", () => watched.count("open") > 0 && device.stats().streams > 0);
  return watched;
}
