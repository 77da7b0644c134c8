import { expect, test } from "vitest";
import { TopicGates } from "../../agent/core/topic-gates.ts";

const refusal = { topic: "t", reasonCode: 0x97, reason: "0x97 Quota exceeded" };
const gates = () => new TopicGates({ min: 1_000, max: 8_000, stableAfter: 0 }, () => 0.999_999);

test("a refused topic is closed for longer each time, and no other topic with it", () => {
  const all = gates();
  let now = 0;
  for (const pause of [1_000, 2_000, 4_000, 8_000, 8_000]) {
    all.refused(refusal, now);
    expect(all.nextOpening(now)).toBe(now + pause);
    expect(all.isOpen("t", now + pause - 1)).toBe(false);
    expect(all.isOpen("other", now)).toBe(true);
    now += pause;
    expect(all.isOpen("t", now)).toBe(true);
  }
});

test("one message tries a topic that was closed; the others wait for its answer", () => {
  const all = gates();
  all.refused(refusal, 0);
  all.enter("t");
  expect(all.isOpen("t", 1_000)).toBe(false);
  all.accepted("t");
  expect(all.isOpen("t", 1_000)).toBe(true);
  expect(all.refusals()).toEqual([]);
});

test("messages that were refused together count as one refusal", () => {
  const all = gates();
  for (let n = 0; n < 20; n++) all.refused(refusal, 10 * n);
  expect(all.nextOpening(200)).toBe(1_000);
  expect(all.refusals()).toEqual([refusal]);
});

test("a topic that may be tried asks for no further timer", () => {
  const all = gates();
  all.refused(refusal, 0);
  expect(all.nextOpening(1_000)).toBeUndefined();
});
