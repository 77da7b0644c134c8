import { expect, test } from "vitest";
import { SharedAnswer } from "../../drivers/protocol/shared-answer.ts";
import { TestClock } from "../fakes/test-clock.ts";

const never = new AbortController().signal;
const [one, two, three] = [{}, {}, {}];

/** A device that is answered for by hand; an answer "bad" is good for nothing, others for a second. */
function device() {
  const clock = new TestClock();
  const asked: { answer: (text: string) => void; fail: (error: Error) => void; signal: AbortSignal }[] = [];
  const shared = new SharedAnswer<string>({
    clock,
    ask: (signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      asked.push({ answer: resolve, fail: reject, signal });
      return promise;
    },
    goodFor: (answer) => (answer === "bad" ? 0 : 1_000),
  });
  return { clock, asked, shared };
}

test("who asks at once is answered together", async () => {
  const { asked, shared } = device();
  const both = Promise.all([shared.get(one, never), shared.get(two, never)]);
  asked[0]?.answer("yes");
  expect(await both).toEqual(["yes", "yes"]);
  expect(asked).toHaveLength(1);
});

test("others are given the answer while it is good; who asks again makes the device answer again", async () => {
  const { clock, asked, shared } = device();
  const first = shared.get(one, never);
  asked[0]?.answer("yes");
  await first;
  await clock.advance(999);
  expect(await shared.get(two, never)).toBe("yes");
  const again = shared.get(one, never);
  asked[1]?.answer("no");
  expect(await again).toBe("no");
  await clock.advance(1_000);
  void shared.get(three, never);
  expect(asked).toHaveLength(3);
});

test("a failure is told to who waited for it and to nobody later; nor is what was to be forgotten", async () => {
  const { asked, shared } = device();
  const failed = shared.get(one, never);
  asked[0]?.answer("bad");
  expect(await failed).toBe("bad");
  const well = shared.get(two, never);
  asked[1]?.answer("yes");
  expect(await well).toBe("yes");
  shared.forget();
  void shared.get(three, never);
  expect(asked).toHaveLength(3);
});

test("who gives up is let go at once, the others still wait, and with the last the device is left alone", async () => {
  const { asked, shared } = device();
  const [stopOne, stopTwo] = [new AbortController(), new AbortController()];
  const [first, second] = [shared.get(one, stopOne.signal), shared.get(two, stopTwo.signal)];
  stopOne.abort();
  expect(await first).toBe(undefined);
  expect(asked[0]?.signal.aborted).toBe(false);
  stopTwo.abort();
  expect(await second).toBe(undefined);
  expect(asked[0]?.signal.aborted).toBe(true);
  asked[0]?.answer("too late");
  const fresh = shared.get(three, never);
  expect(asked).toHaveLength(2);
  asked[1]?.answer("yes");
  expect(await fresh).toBe("yes");
  expect(await shared.get(one, stopOne.signal)).toBe(undefined);
});

test("what is thrown reaches everyone who waits, and the next one asks anew", async () => {
  const { asked, shared } = device();
  const both = Promise.allSettled([shared.get(one, never), shared.get(two, never)]);
  asked[0]?.fail(new Error("a bug"));
  expect((await both).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const next = shared.get(one, never);
  asked[1]?.answer("yes");
  expect(await next).toBe("yes");
});
