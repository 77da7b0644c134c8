import { expect, test } from "vitest";
import { fail, ok, type Result } from "../../agent/base/result.ts";
import { configSchema } from "../../agent/model/config.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { lookGoodFor, sharedLook, sharedStorage } from "../../drivers/protocol/shared-question.ts";
import { TestClock } from "../fakes/test-clock.ts";

const never = new AbortController().signal;
const late = fault("answer-late", "no answer");
const health = configSchema.shape.health.parse({ interval: "40s" });

/** A device with two channels; it counts the looks, and is away while `fails`. */
function device(isWhole?: (look: number) => boolean) {
  const clock = new TestClock();
  const state = { looks: 0, fails: false };
  const look = sharedLook<number>(
    { clock, health: () => health },
    async (): Promise<Result<number, Fault>> => {
      state.looks += 1;
      return state.fails ? fail(late) : ok(state.looks);
    },
    isWhole,
  );
  return { clock, state, look, one: {}, two: {}, three: {} };
}

test.for([
  [1_000, 500],
  [60_000, 30_000],
  [3_600_000, 30_000],
])("a look is good for half an interval and half a minute at most (%i ms: %i ms)", ([interval = 0, good]) => {
  expect(lookGoodFor({ interval })).toBe(good);
});

test("a look at a device is the other channels' for half an interval, and no longer", async () => {
  const { clock, look, one, two, three } = device();
  expect(await look.get(one, never)).toEqual(ok(1));
  await clock.advance(19_999);
  expect(await look.get(two, never)).toEqual(ok(1));
  await clock.advance(1);
  expect(await look.get(three, never)).toEqual(ok(2));
});

test("a fault is told to nobody later, and what was told before it stays known", async () => {
  const { state, look, one, two } = device();
  expect(look.last).toBe(undefined);
  await look.get(one, never);
  state.fails = true;
  expect(await look.get(one, never)).toEqual(fail(late));
  expect(look.last).toBe(1);
  state.fails = false;
  expect(await look.get(two, never)).toEqual(ok(3));
  expect(look.last).toBe(3);
});

test("a look that is not whole is told to nobody later", async () => {
  const { look, one, two } = device((count) => count > 1);
  expect(await look.get(one, never)).toEqual(ok(1));
  expect(await look.get(two, never)).toEqual(ok(2));
  expect(await look.get(one, never)).toEqual(ok(2));
});

test("who gives up is told that, and nothing of the device", async () => {
  const { look, one } = device();
  expect(await look.get(one, AbortSignal.abort())).toMatchObject({ error: { cause: "connection-cut" } });
});

test("disks are asked for once a minute", async () => {
  const clock = new TestClock();
  let asked = 0;
  const storage = sharedStorage({ clock }, async () => {
    asked += 1;
    return ok({ disks: [] });
  });
  await storage.get({}, never);
  await clock.advance(59_999);
  await storage.get({}, never);
  expect(asked).toBe(1);
  await clock.advance(1);
  await storage.get({}, never);
  expect(asked).toBe(2);
});
