import type { Clock } from "../../agent/base/clock.ts";
import { fail, ok, type Result } from "../../agent/base/result.ts";
import type { Fault } from "../../agent/model/fault.ts";
import { isOfTheWay } from "./ladder.ts";
import type { Ask, Question } from "./question.ts";

/** What became of a question that a device need not know. */
export interface Told<Answer> {
  /** Absent: it has no such thing, or failed this time. */
  readonly answer?: Answer;
  /** It failed this time, and may have it. */
  readonly failed?: boolean;
}

/** A firmware or a right may come: what a device has not is asked for again after that, milliseconds. */
const ABSENT_FOR_MS = 3_600_000;

/** Questions that a device need not have an answer to. What it has not it is not asked for again soon. */
export class OptionalQuestions<Answer> {
  readonly #ask: Ask<Answer>;
  readonly #clock: Clock;
  /** By target; in monotonic time. */
  readonly #absentUntil = new Map<string, number>();

  constructor(ask: Ask<Answer>, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** Fails only where the way to the device is cut: an answer that makes no sense is one question's matter. */
  async ask(question: Question, signal: AbortSignal): Promise<Result<Told<Answer>, Fault>> {
    const { target } = question;
    const now = this.#clock.monotonic();
    if (now < (this.#absentUntil.get(target) ?? 0)) return ok({});
    const answer = await this.#ask(question, signal);
    if (answer.ok) return ok({ answer: answer.value });
    const { fault: seen, unsupported, locked } = answer.error;
    const isAnswer = seen.cause === "answer-garbled" || seen.cause === "answer-too-large";
    if (locked || (!isAnswer && isOfTheWay(seen))) return fail(seen);
    if (!unsupported && seen.cause !== "login-forbidden") return ok({ failed: true });
    this.#absentUntil.set(target, now + ABSENT_FOR_MS);
    return ok({});
  }

  /** Another device stands there now. */
  forget(): void {
    this.#absentUntil.clear();
  }
}
