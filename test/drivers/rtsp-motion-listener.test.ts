import { expect, test } from "vitest";
import type { MotionChange } from "../../agent/core/motion-by-size.ts";
import type { CameraSignal, WatchNews } from "../../agent/model/camera.ts";
import { fault } from "../../agent/model/fault.ts";
import { MotionListener } from "../../drivers/rtsp/motion-listener.ts";
import { eventually } from "../fakes/eventually.ts";
import { TestClock } from "../fakes/test-clock.ts";
import { plainSlice, rtpPacket, senderReport } from "./rtp-bytes.ts";

const track = {
  codec: "h264",
  payloadType: 96,
  clockRate: 90_000,
  control: undefined,
  parameterSets: [],
} as const;
const never = new AbortController().signal;

/** A stream of which every access unit begins or ends a motion. */
function restless() {
  const clock = new TestClock();
  let active = false;
  const change = (): MotionChange => {
    active = !active;
    return { active, bytes: active ? 300 : 100, quietBytes: 100 };
  };
  const listener = new MotionListener({ push: change, pushDamaged: change }, track, clock);
  let sequence = 0;
  const play = (units: number) => {
    for (let n = 0; n < units; n++) {
      const packet = rtpPacket({ sequence, timestamp: sequence++ }, plainSlice());
      listener.push(packet, 0, packet.length, true);
    }
  };
  return { clock, listener, play };
}

const activeIn = ({ value }: CameraSignal) => value !== "pulse" && value.active;
const signalsIn = (heard: readonly WatchNews[]) =>
  heard.flatMap((news) => (news.kind === "signal" ? [news.signal] : []));

test("while the disk is slow only the latest changes wait for it, and beginnings and ends still alternate", async () => {
  const { listener, play } = restless();
  const heard: WatchNews[] = [];
  const disk = Promise.withResolvers<void>();
  const end = listener.tell(
    async (news) => {
      heard.push(news);
      if (news.kind === "signal") await disk.promise;
    },
    () => 15_000,
    never,
  );
  play(2);
  await eventually("the first is on its way", () => signalsIn(heard).length === 1);
  play(100);
  disk.resolve();
  listener.end(fault("stream-cut", "over"));
  await end;
  const told = signalsIn(heard).map(activeIn);
  expect(told.length).toBeLessThan(12);
  expect(told).toEqual(told.map((_, at) => at % 2 === 0));
});

test("a signal says what a frame weighs, against what it does where nothing moves", async () => {
  const { listener, play } = restless();
  const heard: WatchNews[] = [];
  play(2);
  listener.end(fault("stream-cut", "over"));
  await listener.tell(
    async (news) => void heard.push(news),
    () => 15_000,
    never,
  );
  expect(heard).toEqual([
    { kind: "open" },
    {
      kind: "signal",
      signal: {
        kind: "motion",
        topic: "RTSP/AccessUnitSize",
        source: "",
        data: { bytes: "300", quietBytes: "100", ratio: "3.0" },
        value: { active: true, initial: false },
      },
    },
  ]);
});

test("reports without video keep no stream alive", async () => {
  const { clock, listener, play } = restless();
  const heard: string[] = [];
  const end = listener.tell(
    async ({ kind }) => void heard.push(kind),
    () => 15_000,
    never,
  );
  play(1);
  for (let second = 0; second < 40; second++) {
    const report = senderReport();
    listener.push(report, 0, report.length, false);
    await clock.advance(1_000);
  }
  expect((await end).cause).toBe("events-silent");
  expect(heard).toEqual(["open", "alive"]);
});
