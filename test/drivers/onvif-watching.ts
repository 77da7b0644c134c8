import { onTestFinished } from "vitest";
import type { WatchEnd, WatchNews } from "../../agent/model/camera.ts";
import type { SimulatedCamera } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import type { TestClock } from "../fakes/test-clock.ts";
import { listener, type OpenOptions, openOnvif } from "./onvif-open.ts";

export interface Watching {
  readonly heard: WatchNews[];
  readonly end: Promise<WatchEnd>;
  readonly gate: OpenGate;
  stop(): Promise<WatchEnd>;
  count(kind: WatchNews["kind"]): number;
}

/** An open channel, once it was told `first`; it is stopped when the test ends. */
export async function watching(
  camera: SimulatedCamera,
  options: OpenOptions = {},
  first: WatchNews["kind"] = "signal",
): Promise<Watching> {
  const gate = new OpenGate();
  const stop = new AbortController();
  const { heard, emit } = listener();
  const end = openOnvif(camera, { gate, ...options }).watch(emit, stop.signal);
  const count = (kind: WatchNews["kind"]) => heard.filter((news) => news.kind === kind).length;
  const channel: Watching = {
    heard,
    end,
    gate,
    count,
    stop() {
      stop.abort();
      return end;
    },
  };
  onTestFinished(async () => {
    await channel.stop();
  });
  await eventually(`the channel stands and was told a first ${first}`, () => count(first) > 0);
  return channel;
}

export const asked = (camera: SimulatedCamera, name: string) => camera.stats().requests[name] ?? 0;

/** Lets time pass in steps while the sockets keep up. */
export async function pass(
  clock: TestClock,
  ms: number,
  step: number,
  keepUp: () => unknown = () => true,
): Promise<void> {
  for (let left = ms; left > 0; left -= step) {
    await clock.advance(Math.min(step, left));
    await eventually("the driver keeps up", keepUp);
  }
}

export const motionIn = (heard: readonly WatchNews[]) =>
  heard.flatMap((news) =>
    news.kind === "signal" && news.signal.kind === "motion" ? [news.signal.value] : [],
  );
