import { expect, test } from "vitest";
import { StateBoard } from "../../agent/run/state-board.ts";
import { motionDraft } from "../fakes/drafts.ts";
import { eventually } from "../fakes/eventually.ts";
import { countTo, MOTION, numbersOf, run, SEGMENT, topics } from "../fakes/forwarding.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { refusedWith, ScriptedSession, taken } from "../fakes/scripted-session.ts";

test("a backlog goes out whole and in order, in segments, and is settled", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 500);
  const session = new ScriptedSession(20);
  const { idle, numbers } = run({ journal, session });
  await idle();
  expect(numbers(SEGMENT)).toEqual(countTo(500));
  expect(session.sent.length).toBe(8);
  expect(journal.undelivered()).toEqual([]);
});

test("that events may have arrived is kept before the first of them is sent", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 100);
  const session = new ScriptedSession(4);
  session.silent = true;
  const kept: (readonly [number, number])[][] = [];
  const publish = session.publish.bind(session);
  session.publish = (message) => {
    kept.push(JSON.parse(journal.kept("handed") ?? "[]"));
    return publish(message);
  };
  run({ journal, session });
  await journal.append(motionDraft(100));
  await eventually("all are on their way", () => session.sent.length === 3);
  const isKept = (n: number, index: number) =>
    kept[index]?.some(([from, to]) => from <= n + 1 && n + 1 <= to);
  const unkept = session.sent.flatMap((message, index) =>
    numbersOf(message).filter((n) => !isKept(n, index)),
  );
  expect(unkept).toEqual([]);
  expect(session.sent.flatMap(numbersOf)).toHaveLength(101);
});

test("new events overtake the backlog, each as a message of its own, in order", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 2_000);
  const session = new ScriptedSession(4);
  session.silent = true;
  const { idle, numbers } = run({ journal, session });
  expect(session.sent.map(({ topic }) => topic)).toEqual([SEGMENT, SEGMENT, SEGMENT]);
  await appendMotion(journal, 20);
  session.silent = false;
  session.answerAll();
  await idle();
  expect(numbers(MOTION)).toEqual(countTo(2_020, 2_001));
  expect(numbers(SEGMENT)).toEqual(countTo(2_000));
  const order = session.sent.map(({ topic }) => topic);
  expect(order.lastIndexOf(MOTION)).toBeLessThan(order.lastIndexOf(SEGMENT));
  expect(journal.undelivered()).toEqual([]);
});

test("with a window of one, new events and the backlog both get on", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 64 * 10);
  const session = new ScriptedSession(1);
  session.silent = true;
  const { idle, numbers } = run({ journal, session });
  await appendMotion(journal, 40);
  session.silent = false;
  session.answerAll();
  await idle();
  expect(session.peak.publishes).toBe(1);
  const order = session.sent.slice(1, 41).map(({ topic }) => topic);
  expect(order.filter((topic) => topic === SEGMENT).length).toBeGreaterThanOrEqual(9);
  expect(order.filter((topic) => topic === MOTION).length).toBeGreaterThanOrEqual(28);
  expect(numbers(MOTION)).toEqual(countTo(680, 641));
});

test("the window is never exceeded and the bytes in flight are bounded, however wide it is", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 9_000);
  const session = new ScriptedSession(1_000);
  session.silent = true;
  const { idle } = run({ journal, session });
  await eventually("the window is used", () => session.open > 40);
  await new Promise((resolve) => setImmediate(resolve));
  expect(session.peak.bytes).toBeLessThan(2_300_000);
  session.silent = false;
  session.answerAll();
  await idle();
  expect(journal.undelivered()).toEqual([]);
});

test("a flood of new events joins the backlog and arrives in segments", async () => {
  const journal = await openTestJournal();
  const session = new ScriptedSession(20);
  session.silent = true;
  const { idle, numbers } = run({ journal, session });
  await appendMotion(journal, 5_000);
  session.silent = false;
  session.answerAll();
  await idle();
  expect(numbers(SEGMENT).length).toBeGreaterThan(4_000);
  expect([...numbers(SEGMENT), ...numbers(MOTION)].sort((a, b) => a - b)).toEqual(countTo(5_000));
});

test("state is published retained, the state topic first, and not starved by new events", async () => {
  const journal = await openTestJournal();
  const board = new StateBoard();
  board.set(topics.health, { n: 1 });
  board.set(topics.state, { state: "online" });
  const session = new ScriptedSession(2);
  const { idle } = run({ journal, session, board });
  expect(session.sent[0]).toMatchObject({ topic: topics.state, retain: true });
  await idle();
  await appendMotion(journal, 100);
  board.set(topics.health, { n: 2 });
  await idle();
  const health = session.sent.findIndex(({ payload }) => payload === '{"n":2}');
  expect(health).toBeGreaterThan(0);
  expect(health).toBeLessThan(20);
});

test("events that nobody listens to are kept, alarmed and tried again, and hold up no other topic", async () => {
  const journal = await openTestJournal();
  const session = new ScriptedSession(4);
  let listening = false;
  session.outcome = ({ topic }) =>
    listening || topic === topics.event("site") ? taken : { kind: "acknowledged", reasonCode: 0x10 };
  const { clock, gates, numbers } = run({ journal, session });
  await appendMotion(journal, 10);
  await eventually("an alarm on both topics", () => gates.refusals().length === 2);
  const before = session.sent.length;
  expect(gates.refusals().map(({ reasonCode }) => reasonCode)).toEqual([0x10, 0x10]);
  await journal.append({ kind: "site", at: 0, data: { what: "started", version: "1" } });
  await eventually("the site's event is delivered", () => journal.undelivered().at(-1)?.to === 11);
  expect(session.sent.length).toBe(before + 1);
  listening = true;
  await clock.advance(1_000);
  await eventually("all delivered", () => journal.undelivered().length === 0);
  expect(gates.refusals().map(({ topic }) => topic)).toEqual([MOTION]);
  await appendMotion(journal, 1);
  await eventually("the alarm is over", () => gates.refusals().length === 0);
  expect(numbers(MOTION)).toContain(12);
  expect(clock.waiting).toBe(0);
});

test("a broker over its quota is asked again, more rarely each time, with one message", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 1_000);
  const session = new ScriptedSession(20);
  session.outcome = () => refusedWith(0x97);
  const { clock, gates } = run({ journal, session, draw: 0.999_999 });
  await eventually("refused", () => gates.refusals().length === 1 && session.open === 0);
  const first = session.sent.length;
  for (let round = 1; round <= 4; round++) {
    await clock.advance(30_000);
    await eventually("answered", () => session.open === 0);
  }
  expect(session.sent.length - first).toBeLessThan(9);
  expect(session.sent.length - first).toBeGreaterThanOrEqual(4);
  expect(journal.undelivered()).toEqual([{ from: 2, to: 1_001 }]);
  session.outcome = () => taken;
  await clock.advance(30_000);
  await eventually("all delivered", () => journal.undelivered().length === 0);
});

test.each([0x90, 0x95, 0x99])(
  "an event that is refused for good (%i) is found within its segment and left out",
  async (code) => {
    const journal = await openTestJournal();
    await appendMotion(journal, 300);
    const session = new ScriptedSession(8);
    session.outcome = (message) => (numbersOf(message).includes(76) ? refusedWith(code) : taken);
    const { idle } = run({ journal, session });
    await idle();
    expect(journal.undelivered()).toEqual([{ from: 77, to: 77 }]);
    expect(journal.deadLetters()).toEqual([{ from: 77, to: 77, reason: `0x${code.toString(16)}` }]);
  },
);

test("segments fit a broker's small packets; an event that does not fit is sent alone, and skipped if it cannot be", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 20);
  await journal.append(motionDraft(20, "x".repeat(1_500)));
  await journal.append(motionDraft(21, "x".repeat(5_000)));
  const session = new ScriptedSession(4, 2_400);
  session.outcome = ({ topic, payload }) =>
    topic.length + payload.length > session.maximumBytes
      ? { kind: "too-large", limit: session.maximumBytes }
      : taken;
  const { idle, numbers } = run({ journal, session });
  await idle();
  expect(numbers(SEGMENT)).toEqual(countTo(20));
  expect(numbers(MOTION)).toEqual([21, 22]);
  expect(journal.deadLetters()).toEqual([{ from: 23, to: 23, reason: "too-large" }]);

  // A broker that takes larger messages gets it unasked.
  const larger = new ScriptedSession(4, 10_000);
  const next = run({ journal, session: larger });
  await next.idle();
  expect(next.numbers(SEGMENT)).toEqual([22]);
  expect([journal.deadLetters(), journal.undelivered()]).toEqual([[], []]);
});

test("a state that the broker refuses for now is tried again later; one refused for good waits for its next change", async () => {
  const journal = await openTestJournal();
  const board = new StateBoard();
  board.set("denied", { n: 1 });
  board.set("malformed", { n: 1 });
  board.set("fine", { n: 1 });
  const session = new ScriptedSession(4);
  session.outcome = ({ topic }) =>
    topic === "denied" ? refusedWith(0x87) : topic === "malformed" ? refusedWith(0x99) : taken;
  const { clock, gates } = run({ journal, session, board });
  await eventually("all answered", () => session.sent.length === 3 && session.open === 0 && board.held === 1);
  expect(gates.refusals()).toMatchObject([{ topic: topics.state, reasonCode: 0x87 }]);
  session.outcome = () => taken;
  await clock.advance(1_000);
  await eventually(
    "tried again",
    () => board.held === 0 && session.open === 0 && gates.refusals().length === 0,
  );
  expect(session.sent.map(({ topic }) => topic)).toEqual(["denied", "malformed", "fine", "denied"]);
  board.set("malformed", { n: 2 });
  expect(session.sent.at(-1)).toMatchObject({ topic: "malformed" });
});

test("when the session ends, what was in flight stays undelivered and goes out in the next one", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 200);
  const first = new ScriptedSession(4);
  first.silent = true;
  const { done, clock } = run({ journal, session: first });
  first.answerOldest();
  await eventually("one segment settled", () => journal.undelivered()[0]?.from === 66);
  first.cut();
  await done;
  const sent = first.sent.length;
  await appendMotion(journal, 1);
  expect(first.sent.length).toBe(sent);
  expect(clock.waiting).toBe(0);
  const second = new ScriptedSession(4);
  const { idle, numbers } = run({ journal, session: second });
  await idle();
  expect(numbers(SEGMENT)).toEqual(countTo(201, 65));
});

test("told to stop, nothing more is sent, but what is still acknowledged is settled", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 640);
  const session = new ScriptedSession(4);
  session.silent = true;
  const { stop, done } = run({ journal, session });
  stop.abort();
  await done;
  const sent = session.sent.length;
  session.answerAll();
  await eventually("settled", () => journal.undelivered()[0]?.from === sent * 64 + 2);
  expect(session.sent.length).toBe(sent);
});
