import { expect, test } from "vitest";
import { fail, ok } from "../../agent/base/result.ts";
import { type Cause, fault } from "../../agent/model/fault.ts";
import { OptionalQuestions } from "../../drivers/protocol/optional-questions.ts";
import { TestClock } from "../fakes/test-clock.ts";

const never = new AbortController().signal;
const question = { target: "System/time" };

/** A device that answers with `answer`, or the fault that it names; it counts the questions. */
function device(answer: string | Cause, unsupported = false) {
  const clock = new TestClock();
  const state = { answer, asked: 0 };
  const questions = new OptionalQuestions<string>(async () => {
    state.asked += 1;
    return state.answer === "yes"
      ? ok("yes")
      : fail({ fault: fault(state.answer as Cause, "seen"), unsupported });
  }, clock);
  return { clock, state, ask: () => questions.ask(question, never), questions };
}

test("what a device has it is asked for each time", async () => {
  const { state, ask } = device("yes");
  expect([await ask(), await ask()]).toEqual([ok({ answer: "yes" }), ok({ answer: "yes" })]);
  expect(state.asked).toBe(2);
});

test.for([
  ["request-refused", true],
  ["login-forbidden", false],
] as const)(
  "what a device has not, or this user may not ask (%s), is asked again after an hour",
  async ([cause, unsupported]) => {
    const { clock, state, ask } = device(cause, unsupported);
    expect(await ask()).toEqual(ok({}));
    state.answer = "yes";
    await clock.advance(3_599_999);
    expect(await ask()).toEqual(ok({}));
    expect(state.asked).toBe(1);
    await clock.advance(1);
    expect(await ask()).toEqual(ok({ answer: "yes" }));
  },
);

test("another device is asked at once", async () => {
  const { state, ask, questions } = device("request-refused", true);
  await ask();
  state.answer = "yes";
  questions.forget();
  expect(await ask()).toEqual(ok({ answer: "yes" }));
});

test.for(["request-refused", "answer-garbled", "answer-too-large"] as const)(
  "what fails this time (%s) is that question's matter, and asked again",
  async (cause) => {
    const { state, ask } = device(cause);
    expect(await ask()).toEqual(ok({ failed: true }));
    await ask();
    expect(state.asked).toBe(2);
  },
);

test.for(["host-silent", "port-closed", "connection-cut", "answer-late", "login-rejected"] as const)(
  "no further question is asked where the way to the device is cut (%s)",
  async (cause) => {
    expect(await device(cause).ask()).toMatchObject({ ok: false, error: { cause } });
  },
);
