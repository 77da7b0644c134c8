import { onTestFinished } from "vitest";
import { CutOff } from "../../agent/core/cut-off.ts";
import { TopicGates } from "../../agent/core/topic-gates.ts";
import { eventSchema, segmentSchema } from "../../agent/model/event.ts";
import type { Journal } from "../../agent/model/journal.ts";
import { siteTopics } from "../../agent/model/topics.ts";
import type { OutgoingPublish } from "../../agent/model/uplink.ts";
import { forward } from "../../agent/run/forward.ts";
import { StateBoard } from "../../agent/run/state-board.ts";
import { eventually } from "./eventually.ts";
import type { ScriptedSession } from "./scripted-session.ts";
import { TestClock } from "./test-clock.ts";

export const topics = siteTopics({ unit: "unit-1", site: "site-1" });
export const SEGMENT = topics.event("segment");
export const MOTION = topics.event("motion");

/** The numbers, from 1, of the test's own events that a message carries: the seq less the journal's first event. */
export function numbersOf({ topic, payload }: OutgoingPublish): number[] {
  const json: unknown = JSON.parse(Buffer.from(payload).toString());
  if (topic === SEGMENT)
    return segmentSchema.parse(json).data.events.map(({ sequence }) => Number(sequence) - 1);
  return [Number(eventSchema.parse(json).sequence) - 1];
}

interface Run {
  readonly journal: Journal;
  readonly session: ScriptedSession;
  readonly board?: StateBoard;
  readonly clock?: TestClock;
  /** Draws the pauses: 0 the shortest, nearly 1 the longest. */
  readonly draw?: number;
}

/** Forwards over one session until the test is over. */
export function run({ journal, session, board = new StateBoard(), clock = new TestClock(), draw = 0 }: Run) {
  const gates = new TopicGates({ min: 1_000, max: 30_000, stableAfter: 0 }, () => draw);
  const stop = new AbortController();
  let busy = true;
  const done = forward(
    {
      journal,
      session,
      board,
      topics,
      site: "site-1",
      clock,
      gates,
      cutOff: new CutOff(),
      onLeftOut: () => undefined,
      onBusy: (now) => {
        busy = now;
      },
    },
    stop.signal,
  );
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  return {
    clock,
    gates,
    board,
    stop,
    done,
    idle: () => eventually("nothing left to do", () => !busy),
    numbers: (topic: string) => session.sent.filter((message) => message.topic === topic).flatMap(numbersOf),
  };
}

/** The numbers from `first` to `last`. */
export const countTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);
