import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Activities,
  type ActivityStep,
  loseChannel,
  motionNow,
  nextDue,
  noActivities,
  passTime,
  takeSignal,
} from "../../agent/core/activity.ts";
import type { CameraSignal, MotionValue } from "../../agent/model/camera.ts";

const limits = { maxActive: 600_000, quiet: 10_000 };

function motion(value: MotionValue, source = "VideoSource_1"): CameraSignal {
  return { kind: "motion", topic: "VideoSource/MotionAlarm", source, value, data: { State: "x" } };
}
const on = motion({ active: true, initial: false });
const off = motion({ active: false, initial: false });
const replayedOn = motion({ active: true, initial: true });
const replayedOff = motion({ active: false, initial: true });

/** A camera played by the second; time passes as the agent lets it pass, at every due moment. */
class Played {
  activities: Activities = noActivities("a");
  readonly told: string[] = [];
  #now = 0;

  every(seconds: number, from: number, times: number): this {
    for (let n = 0; n < times; n++) this.at(from + n * seconds, on);
    return this;
  }

  at(second: number, what: CameraSignal | "lost" | "look"): this {
    for (
      let due = nextDue(this.activities, limits);
      due <= second * 1_000;
      due = nextDue(this.activities, limits)
    ) {
      this.#take(passTime(this.activities, due, limits), due);
    }
    this.#now = second * 1_000;
    if (what === "lost") this.#take(loseChannel(this.activities), this.#now);
    else if (what !== "look") this.#take(takeSignal(this.activities, what, this.#now, limits), this.#now);
    return this;
  }

  #take({ next, news }: ActivityStep, now: number) {
    this.activities = next;
    for (const { data } of news) {
      const duration = data.durationMs === undefined ? "" : ` ${data.durationMs / 1_000}s`;
      this.told.push(`${now / 1_000} ${data.state} ${data.activity} ${data.reason}${duration}`);
    }
  }
}

test("a camera that tells both ends gives a start and an end of the same activity", () => {
  expect(new Played().at(1, on).at(5, off).at(9, on).told).toEqual([
    "1 started a1 reported",
    "5 ended a1 reported 4s",
    "9 started a2 reported",
  ]);
});

test("repeats while active are one activity", () => {
  expect(new Played().at(1, on).at(2, on).at(3, on).at(4, off).told).toEqual([
    "1 started a1 reported",
    "4 ended a1 reported 3s",
  ]);
});

test("a camera that never tells the end is quiet after ten seconds, and the motion lasted to its last report", () => {
  expect(new Played().at(1, on).at(2, on).at(3, on).at(60, "look").told).toEqual([
    "1 started a1 reported",
    "13 ended a1 quiet 2s",
  ]);
});

test("a camera that repeats slowly is given three times its own pause", () => {
  const played = new Played().at(0, on).at(8, on).at(16, on).at(200, "look");
  expect(played.told).toEqual(["0 started a1 reported", "40 ended a1 quiet 16s"]);
});

test("a camera that was once seen to tell the end is waited for", () => {
  const played = new Played().at(0, on).at(2, off).at(10, on).at(70, off);
  expect(played.told.slice(2)).toEqual(["10 started a2 reported", "70 ended a2 reported 60s"]);
});

test("an end that comes after the quiet was concluded teaches that this camera tells ends", () => {
  const played = new Played().at(0, on).at(30, off).at(100, on).at(150, off);
  expect(played.told).toEqual([
    "0 started a1 reported",
    "10 ended a1 quiet 0s",
    "100 started a2 reported",
    "150 ended a2 reported 50s",
  ]);
});

test("motion that never ends is ended after ten minutes and not begun again while the camera still insists", () => {
  const played = new Played().at(0, on).at(1, off).at(10, on);
  for (let second = 11; second <= 1_500; second++) played.at(second, on);
  expect(played.told.slice(2)).toEqual(["10 started a2 reported", "610 ended a2 max-active 600s"]);
  expect(motionNow(played.activities)).toBe(false);
  expect(played.at(1_501, off).at(1_502, on).told.at(-1)).toBe("1502 started a3 reported");
});

test("a stuck camera that falls quiet is believed again", () => {
  const played = new Played().at(0, on).at(1, off).at(10, on).at(605, on).at(612, on);
  expect(played.told.at(-1)).toBe("610 ended a2 max-active 600s");
  expect(played.at(9_000, on).told.at(-1)).toBe("9000 started a3 reported");
});

test("state replayed at subscription is news only where it differs from what was known", () => {
  expect(new Played().at(0, replayedOff).told).toEqual([]);
  expect(new Played().at(0, replayedOn).at(1, replayedOn).told).toEqual(["0 started a1 replayed"]);
});

test("a camera that marks all its motion as replayed (Tapo) is heard all the same", () => {
  expect(new Played().at(0, replayedOff).at(5, replayedOn).at(8, replayedOff).told).toEqual([
    "5 started a1 replayed",
    "8 ended a1 replayed 3s",
  ]);
});

test("a lost event channel makes motion unknown, never ended", () => {
  const played = new Played().at(0, on).at(3, "lost");
  expect(played.told).toEqual(["0 started a1 reported", "3 unknown a1 channel-lost"]);
  expect(motionNow(played.activities)).toBe(false);
  expect(played.at(9, replayedOff).told).toHaveLength(2);
  expect(played.at(10, on).told.at(-1)).toBe("10 started a2 reported");
});

test("a pulse is one event and leaves nothing active", () => {
  const played = new Played().at(0, motion("pulse")).at(0.5, motion("pulse"));
  expect(played.told).toEqual(["0 pulse a1 reported", "0.5 pulse a2 reported"]);
  expect(nextDue(played.activities, limits)).toBe(Number.POSITIVE_INFINITY);
});

test("parts of one camera are judged apart", () => {
  const other = motion({ active: true, initial: false }, "VideoSource_2");
  expect(new Played().at(0, on).at(1, other).at(2, off).told).toEqual([
    "0 started a1 reported",
    "1 started a2 reported",
    "2 ended a1 reported 2s",
  ]);
});

test("a camera that invents ever new sources costs bounded memory and keeps what is active", () => {
  let activities = takeSignal(noActivities("a"), on, 0, limits).next;
  for (let n = 0; n < 1_000; n++)
    activities = takeSignal(
      activities,
      motion({ active: n % 2 === 0, initial: false }, `s${n}`),
      n,
      limits,
    ).next;
  expect(activities.parts.size).toBeLessThanOrEqual(64);
  expect(motionNow(activities)).toBe(true);
});

test("a 65th part that is active at the same time is not followed: it is counted and never told", () => {
  const played = new Played();
  for (let n = 0; n < 64; n++) played.at(1, motion({ active: true, initial: false }, `s${n}`));
  const late = motion({ active: true, initial: false }, "late");
  expect(played.at(2, late).at(3, late).at(4, late).told).toHaveLength(64);
  expect(played.activities.unfollowed).toBe(3);

  played.at(5, motion({ active: false, initial: false }, "s7")).at(6, late);
  expect(played.told.slice(64)).toEqual(["5 ended a8 reported 4s", "6 started a65 reported"]);
  expect(played.activities.unfollowed).toBe(0);
});

test("a camera that repeats every 30 s is one motion from the fourth repeat on, and ends after three repeats failed to come", () => {
  expect(new Played().every(30, 0, 10).at(900, "look").told).toEqual([
    "0 started a1 reported",
    "10 ended a1 quiet 0s",
    "30 started a2 reported",
    "40 ended a2 quiet 0s",
    "60 started a3 reported",
    "70 ended a3 quiet 0s",
    "90 started a4 reported",
    "360 ended a4 quiet 180s",
  ]);
});

test("a learned repeat outlives the pauses between motions", () => {
  const played = new Played().every(30, 0, 10);
  for (let motions = 1; motions < 20; motions++) played.every(30, motions * 3_600, 5);
  expect(played.at(80_000, "look").told.filter((line) => line.includes("started"))).toHaveLength(4 + 19);
});

test("motions whose ends are told teach no repeats, however regular", () => {
  const played = new Played();
  for (let n = 0; n < 10; n++) played.at(30 * n, on).at(30 * n + 2, off);
  expect([...played.activities.parts.values()]).toMatchObject([{ pause: 0, tellsEnd: true }]);
});

test("motions minutes apart stay apart, however regular", () => {
  const { told } = new Played().every(61, 0, 50).at(9_000, "look");
  expect(told.filter((line) => line.includes("started"))).toHaveLength(50);
});

test("a repeat that was learned by chance is forgotten by motions that come at other times", () => {
  const played = new Played().every(30, 0, 4);
  let second = 90;
  for (let n = 0; n < 40; n++) {
    second += n % 2 ? 70 : 50;
    played.at(second, on);
  }
  const alone = played.at(second + 600, "look").told.filter((line) => line.endsWith("quiet 0s"));
  expect(alone.length).toBeGreaterThanOrEqual(3 + 25);
});

test("pauses that grow from one report to the next are not learned: what keeps coming later is other motion", () => {
  const played = new Played();
  let second = 0;
  for (let pause = 4; pause < 600; pause *= 2) {
    second += pause;
    played.at(second, on);
  }
  expect(played.at(second + 600, "look").told.filter((line) => line.includes("started")).length).toBe(6);
});

test("whatever a camera repeats, an end comes within three of the longest repeats that are believed", () => {
  const pause = fc.oneof(fc.integer({ min: 1, max: 900 }), fc.constantFrom(9, 20, 30, 59, 60));
  fc.assert(
    fc.property(fc.array(pause, { maxLength: 100 }), (pauses) => {
      const played = new Played();
      let second = 0;
      for (const each of pauses) {
        second += each;
        played.at(second, on);
      }
      played.at(second + 180, "look");
      expect(motionNow(played.activities)).toBe(false);
      expect(nextDue(played.activities, limits)).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});

test("a camera that repeats regularly within a minute is told with at most four starts and held together after", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 11, max: 55 }),
      fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 3, maxLength: 40 }),
      (interval, percents) => {
        const played = new Played().at(0, on);
        let second = 0;
        for (const percent of percents) {
          second += interval * (1 + percent / 100);
          // Held together as long as motion may last.
          if (second < 600) played.at(second, on);
        }
        const starts = played.told.filter((line) => line.includes("started"));
        expect(starts.length).toBeLessThanOrEqual(4);
      },
    ),
  );
});

test("whatever a camera says, starts and ends alternate per activity and nothing is active for longer than allowed", () => {
  const signal = fc.constantFrom(
    on,
    off,
    replayedOn,
    replayedOff,
    motion("pulse"),
    "lost" as const,
    "look" as const,
  );
  const sources = fc.oneof(fc.constant("VideoSource_1"), fc.nat({ max: 70 }).map(String));
  const step = fc.tuple(
    fc.oneof(fc.constantFrom(0, 30), fc.integer({ min: 0, max: 900 })),
    signal,
    fc.oneof(fc.constant("all" as const), sources),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const played = new Played();
      let second = 0;
      for (const [pause, what, whose] of steps) {
        second += pause;
        if (what === "lost" || what === "look") played.at(second, what);
        else if (whose !== "all") played.at(second, { ...what, source: whose });
        else for (let n = 0; n < 70; n++) played.at(second, { ...what, source: String(n) });
      }
      expect(played.activities.parts.size).toBeLessThanOrEqual(64);
      played.at(second + 700, "look");
      const open = new Set<string>();
      for (const line of played.told) {
        const [, state, activity] = line.split(" ") as [string, string, string];
        if (state === "started") expect(open.size).toBe(open.add(activity).size - 1);
        else if (state !== "pulse") expect(open.delete(activity)).toBe(true);
      }
      expect(open.size).toBe(0);
    }),
  );
});
