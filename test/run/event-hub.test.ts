import { expect, onTestFinished, test } from "vitest";
import type { CameraSignal, Emit, EventSource, WatchEnd } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { EventHub } from "../../agent/run/event-hub.ts";
import { TestClock } from "../fakes/test-clock.ts";

const lost: WatchEnd = { fault: fault("events-lost", "the recorder was unplugged"), retry: "backoff" };

/** A recorder's event channel, driven by hand. */
class Recorder implements EventSource {
  opened = 0;
  closed = 0;
  emit: Emit = async () => expect.unreachable("nobody watches");
  end: (end: WatchEnd) => void = () => expect.unreachable("nobody watches");

  watch(emit: Emit, signal: AbortSignal): Promise<WatchEnd> {
    this.opened += 1;
    this.emit = emit;
    return new Promise((resolve) => {
      const ended = (end: WatchEnd) => {
        this.closed += 1;
        resolve(end);
      };
      this.end = ended;
      signal.addEventListener("abort", () => ended(lost));
    });
  }
}

/** Writes down what it hears. */
class Camera {
  readonly heard: string[] = [];
  channelOpened(): void {
    this.heard.push("opened");
  }
  channelAlive(): void {
    this.heard.push("alive");
  }
  async channelLost({ cause }: Fault): Promise<void> {
    this.heard.push(cause);
  }
  async signal({ topic }: CameraSignal): Promise<void> {
    this.heard.push(topic);
  }
}

function scene() {
  const clock = new TestClock();
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const hub = new EventHub({ clock, log, random: () => 0.5 });
  const recorder = new Recorder();
  const join = (channel: string) => {
    const camera = new Camera();
    const stop = new AbortController();
    const concerns = ({ channels }: CameraSignal) => channels?.includes(channel) ?? true;
    const left = hub.join({ source: recorder, concerns }, camera, stop.signal);
    const leave = () => {
      stop.abort(new Error("no longer looked after"));
      return left;
    };
    onTestFinished(leave);
    return { ...camera, camera, leave };
  };
  return { clock, recorder, join };
}

const signal = (kind: CameraSignal["kind"], topic: string, channels?: string[]): CameraSignal => ({
  ...{ kind, topic, source: "", data: {}, value: "pulse" },
  ...(channels && { channels }),
});

test("a recorder is watched once for all of its channels, and each hears its own", async () => {
  const { recorder, join } = scene();
  const [one, two] = [join("1"), join("2")];
  await recorder.emit({ kind: "open" });
  await recorder.emit({ kind: "signal", signal: signal("motion", "in the yard", ["2"]) });
  await recorder.emit({ kind: "signal", signal: signal("motion", "somewhere") });
  await recorder.emit({ kind: "alive" });
  expect(recorder.opened).toBe(1);
  expect(one.heard).toEqual(["opened", "somewhere", "alive"]);
  expect(two.heard).toEqual(["opened", "in the yard", "somewhere", "alive"]);
});

test("what fails on the recorder as a whole is told once", async () => {
  const { recorder, join } = scene();
  const [one, two] = [join("1"), join("2")];
  await recorder.emit({ kind: "signal", signal: signal("device", "disk") });
  expect([one.heard, two.heard]).toEqual([["disk"], []]);
  await one.leave();
  await recorder.emit({ kind: "signal", signal: signal("device", "disk again") });
  expect([one.heard, two.heard]).toEqual([["disk"], ["disk again"]]);
});

test("a lost channel is told to every camera, and tried again once for all of them", async () => {
  const { clock, recorder, join } = scene();
  const cameras = ["1", "2", "3"].map(join);
  await recorder.emit({ kind: "open" });
  recorder.end(lost);
  await clock.advance(0);
  for (const { heard } of cameras) expect(heard).toEqual(["opened", "events-lost"]);
  await clock.advance(120_000);
  expect(recorder.opened).toBe(2);
});

test("who joins an open channel is told so, and one that is lost is not open", async () => {
  const { clock, recorder, join } = scene();
  join("1");
  await recorder.emit({ kind: "open" });
  expect(join("2").heard).toEqual(["opened"]);
  recorder.end(lost);
  await clock.advance(0);
  expect(join("3").heard).toEqual([]);
});

test("a camera that leaves takes nothing from the others; with the last one the channel is closed", async () => {
  const { recorder, join } = scene();
  const [one, two] = [join("1"), join("2")];
  await recorder.emit({ kind: "open" });
  await one.leave();
  await recorder.emit({ kind: "alive" });
  expect([recorder.closed, one.heard, two.heard]).toEqual([0, ["opened"], ["opened", "alive"]]);
  await two.leave();
  expect(recorder.closed).toBe(1);
  join("1");
  expect(recorder.opened).toBe(2);
});
