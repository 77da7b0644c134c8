import { expect, onTestFinished, test } from "vitest";
import { siteProblems } from "../../agent/core/site-problems.ts";
import type { Message } from "../../agent/model/messages/text.ts";
import { uplinkTexts } from "../../agent/model/messages/uplink.ts";
import type { IncomingMessage } from "../../agent/model/uplink.ts";
import { StateBoard } from "../../agent/run/state-board.ts";
import { motionDraft } from "../fakes/drafts.ts";
import { eventually } from "../fakes/eventually.ts";
import { type MosquittoOptions, startMosquitto } from "../fakes/mosquitto.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { ScriptedSession } from "../fakes/scripted-session.ts";
import { brokerConfig, connector } from "../fakes/session-of.ts";
import { startTcpProxy } from "../fakes/tcp-proxy.ts";
import { TestClock } from "../fakes/test-clock.ts";
import { subscribeAsUnit, type UnitSubscriber } from "../fakes/unit-subscriber.ts";
import { runUplink, topics } from "../fakes/uplink-of.ts";
import { siteHealth } from "../fakes/wire-samples.ts";

async function mosquitto(options?: MosquittoOptions) {
  const broker = await startMosquitto(options);
  onTestFinished(() => broker[Symbol.asyncDispose]());
  return broker;
}

async function unitAt(url: string, clientId?: string): Promise<UnitSubscriber> {
  const unit = await subscribeAsUnit({ url, ...(clientId ? { clientId } : {}) });
  onTestFinished(() => unit[Symbol.asyncDispose]());
  return unit;
}

/** The numbers, from 1, of the test's own events: the seq less the journal's first event. */
const numbersOf = (unit: UnitSubscriber, lane?: "fresh" | "backlog") =>
  unit.events
    .filter((received) => lane === undefined || received.lane === lane)
    .map(({ event }) => Number(event.sequence) - 1);
const countTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

test("the unit sees the site come online, its events as they happen, and why it left", async () => {
  const { url } = await mosquitto();
  const unit = await unitAt(url);
  const journal = await openTestJournal();
  const { uplink, stop, done } = runUplink(brokerConfig({ url }), journal);
  await eventually("online", () => unit.states.length === 1);
  await appendMotion(journal, 3);
  await eventually("three events", () => unit.events.length === 3);
  await uplink.drained(10_000);
  expect(uplink.facts()).toMatchObject({ session: 1, protocol: "5", window: 20, lastEnd: null });
  expect(journal.undelivered()).toEqual([]);
  stop.abort("SIGTERM");
  await done;
  await eventually("stopped", () => unit.states.length === 2);
  expect(unit.states).toMatchObject([
    { state: "online", session: 1, bootid: "boot-1" },
    { state: "stopped", session: 1, bootid: "boot-1", reason: "SIGTERM" },
  ]);
  expect(unit.violations).toEqual([]);
  expect(uplink.facts()).toMatchObject({ connectedSince: null, lastEnd: uplinkTexts.tookLeave });
});

test.each([1, 20])(
  "5,000 events made while the broker was away arrive once each, behind the new ones (Receive Maximum %i)",
  async (receiveMaximum) => {
    const broker = await mosquitto({ receiveMaximum });
    const journal = await openTestJournal();
    await broker.stop();
    await appendMotion(journal, 5_000);
    await broker.start();
    const unit = await unitAt(broker.url);
    // At this distance the backlog takes long enough for new events to be made during it.
    const wire = await startTcpProxy(broker.port);
    onTestFinished(() => wire[Symbol.asyncDispose]());
    wire.setDelay(3);
    runUplink(brokerConfig({ url: wire.url }), journal);
    await eventually("the backlog has begun", () => unit.segments > 0);
    expect(unit.events.length).toBeLessThan(5_000);
    await appendMotion(journal, 50);
    await eventually("all arrived", () => unit.events.length === 5_050, 20_000);
    expect(numbersOf(unit, "fresh")).toEqual(countTo(5_050, 5_001));
    expect(numbersOf(unit, "backlog")).toEqual(countTo(5_000));
    expect(unit.repeats).toBe(0);
    const lanes = unit.events.map(({ lane }) => lane);
    expect(lanes.lastIndexOf("fresh")).toBeLessThan(lanes.lastIndexOf("backlog"));
    expect(unit.violations).toEqual([]);
  },
);

test("a broker with small packets gets smaller segments", async () => {
  const broker = await mosquitto({ maximumPacketSize: 3_000 });
  const unit = await unitAt(broker.url);
  const journal = await openTestJournal();
  await appendMotion(journal, 200);
  const { uplink } = runUplink(brokerConfig({ url: broker.url }), journal);
  await eventually("all arrived", () => unit.events.length === 200);
  expect(unit.segments).toBeGreaterThan(40);
  expect(uplink.facts().skipped).toBe(0);
  expect(unit.violations).toEqual([]);
});

test("a broker of 3.1.1 that closes the connection at large packets gets all events but those, and the site stays up", async () => {
  const broker = await mosquitto({ maximumPacketSize: 3_000 });
  const unit = await unitAt(broker.url);
  const journal = await openTestJournal();
  await appendMotion(journal, 200);
  await journal.append(motionDraft(200, "x".repeat(5_000)));
  await appendMotion(journal, 50);
  const leftOut: (number | string)[] = [];
  const board = new StateBoard();
  board.set(topics.info, { long: "x".repeat(4_000) });
  board.set(topics.health, { n: 1 });
  const { uplink } = runUplink(brokerConfig({ url: broker.url, protocol: "3.1.1" }), journal, {
    board,
    onLeftOut: ({ what }) => leftOut.push(typeof what === "string" ? what : what.from),
  });
  await eventually("all but one arrived", () => unit.events.length === 250, 20_000);
  await eventually("both are left out", () => leftOut.length === 2);
  expect(leftOut.sort()).toEqual([202, topics.info]);
  await uplink.drained(10_000);
  expect(new Set(numbersOf(unit))).toEqual(new Set([...countTo(200), ...countTo(251, 202)]));
  expect(journal.undelivered()).toEqual([{ from: 202, to: 202 }]);
  const { session, skipped } = uplink.facts();
  expect(skipped).toBe(1);
  await appendMotion(journal, 3);
  await eventually("new events arrive", () => unit.events.length === 253);
  expect(uplink.facts()).toMatchObject({ session });
}, 60_000);

test("a site whose client id another takes over stays away for a minute or more, and says why", async () => {
  const journal = await openTestJournal();
  const clock = new TestClock();
  const sessions: ScriptedSession[] = [];
  const connect = async () => {
    const session = new ScriptedSession(8);
    sessions.push(session);
    return session;
  };
  const { uplink } = runUplink(brokerConfig({ url: "mqtt://unused" }), journal, {
    connect,
    clock,
    random: () => 0.5,
  });
  await clock.advance(10);
  const words = "DISCONNECT 0x8e Session taken over";
  const reason = { en: words, vi: words };
  sessions[0]?.cut({ reason, reasonCode: 0x8e });
  await clock.advance(89_000);
  expect(sessions).toHaveLength(1);
  expect(uplink.facts()).toMatchObject({ connectedSince: null, lastEnd: reason });
  const health = siteHealth({ uplink: uplink.facts() });
  expect(siteProblems(health)).toContainEqual({ kind: "uplink-refused", reason });
  await clock.advance(1_000);
  expect(sessions).toHaveLength(2);
  sessions[1]?.cut();
  await clock.advance(40);
  expect(sessions).toHaveLength(3);
});

test("a broker that is killed and started again gets everything, each event once after de-duplication", async () => {
  const broker = await mosquitto({ persistence: true });
  const journal = await openTestJournal();
  const { uplink } = runUplink(brokerConfig({ url: broker.url }), journal);
  const unit = await unitAt(broker.url, "unit");
  for (let round = 1; round <= 3; round++) {
    await appendMotion(journal, 100);
    // What the broker has acknowledged but not yet handed on would die with it; that is what receipts are for.
    await eventually("handed on", () => unit.events.length === round * 400 - 300);
    await broker.kill();
    await appendMotion(journal, 300);
    await broker.start();
    await eventually("all arrived", () => unit.events.length === round * 400, 20_000);
  }
  expect(numbersOf(unit).sort((a, b) => a - b)).toEqual(countTo(1_200));
  expect(uplink.facts().session).toBeGreaterThanOrEqual(4);
  expect(unit.violations).toEqual([]);
}, 60_000);

test("a half-open connection is given up after the publish time-out and everything arrives over the next", async () => {
  const broker = await mosquitto();
  const wire = await startTcpProxy(broker.port);
  onTestFinished(() => wire[Symbol.asyncDispose]());
  const unit = await unitAt(broker.url);
  const journal = await openTestJournal();
  const ends: Message[] = [];
  const { uplink } = runUplink(brokerConfig({ url: wire.url, publishTimeout: "300ms" }), journal, {
    onPause: ({ reason }) => ends.push(reason),
  });
  await eventually("online", () => unit.states.length === 1);
  wire.stall(true);
  await appendMotion(journal, 10);
  await eventually("given up", () => ends.length > 0);
  wire.stall(false);
  await eventually("all arrived", () => unit.events.length === 10);
  expect(ends[0]?.en).toBe("no PUBACK within 300 ms");
  expect(uplink.facts()).toMatchObject({ lastEnd: ends.at(-1) });
});

test("a late will of an older session is known by its number", async () => {
  const broker = await mosquitto();
  const unit = await unitAt(broker.url);
  const wire = await startTcpProxy(broker.port);
  onTestFinished(() => wire[Symbol.asyncDispose]());
  const journal = await openTestJournal();
  runUplink(brokerConfig({ url: wire.url, willDelay: "0s" }), journal);
  await eventually("online", () => unit.states.length === 1);
  wire.cut();
  await eventually("online again", () => unit.states.filter(({ state }) => state === "online").length === 2);
  const told = unit.states.map(({ state, session }) => `${state} ${session}`);
  expect(told.filter((word) => word !== "offline 1")).toEqual(["online 1", "online 2"]);
  await eventually("the last word is online", () => unit.states.at(-1)?.state === "online");
  expect(unit.states.at(-1)?.session).toBe(2);
});

test("every new session tells all state anew, the latest of it", async () => {
  const broker = await mosquitto();
  const wire = await startTcpProxy(broker.port);
  onTestFinished(() => wire[Symbol.asyncDispose]());
  const journal = await openTestJournal();
  const { board } = runUplink(brokerConfig({ url: wire.url }), journal);
  const told: string[] = [];
  const unit = await subscribeAsUnit({ url: broker.url, topics: ["cam/v1/+/+/camera/#"] });
  onTestFinished(() => unit[Symbol.asyncDispose]());
  unit.client.on("message", (topic, payload) => told.push(`${topic.split("/").at(-1)} ${payload}`));
  for (let n = 1; n <= 40; n++) board.set(topics.camera(`c${n}`), { n });
  await eventually("all told", () => told.length === 40);
  wire.cut();
  await eventually("all told again", () => told.length >= 80);
  board.remove(topics.camera("c7"));
  await eventually("removed", () => told.at(-1) === "c7 ");
  expect(new Set(told).size).toBe(41);
});

test("commands come in and their answers go out", async () => {
  const { url } = await mosquitto();
  const journal = await openTestJournal();
  const received: IncomingMessage[] = [];
  const { uplink } = runUplink(brokerConfig({ url }), journal, {
    onMessage: (message) => received.push(message),
  });
  const message = { topic: topics.result("r1"), payload: "{}", retain: false };
  expect(await uplink.publish(message)).toEqual({ kind: "ended" });
  await eventually("connected", () => uplink.facts().connectedSince !== null);
  const unit = await subscribeAsUnit({ url, topics: [topics.result("+")] });
  onTestFinished(() => unit[Symbol.asyncDispose]());
  await unit.client.publishAsync(`${topics.prefix}/cmd/ping/r1`, "{}", { qos: 1 });
  await eventually("the command", () => received.length === 1);
  expect(await uplink.publish(message)).toEqual({ kind: "acknowledged", reasonCode: 0 });
});

test("a site without permission raises an alarm, keeps its events and keeps trying", async () => {
  const broker = await mosquitto({ acl: ["topic read #", `topic write ${topics.state}`] });
  const journal = await openTestJournal();
  await appendMotion(journal, 100);
  const { uplink, board } = runUplink(brokerConfig({ url: broker.url }), journal);
  board.set(topics.health, { n: 1 });
  await eventually("alarms", () => uplink.facts().refusals.length === 2);
  expect(
    uplink
      .facts()
      .refusals.map(({ topic, reason }) => `${topic} ${reason}`)
      .sort(),
  ).toEqual([`${topics.event("segment")} 0x87 Not authorized`, `${topics.state} 0x87 Not authorized`]);
  expect(journal.undelivered()).toEqual([{ from: 2, to: 101 }]);
  expect(uplink.facts().session).toBe(1);
});

test("told to stop while the broker does not answer, it is over within two seconds", async () => {
  const broker = await mosquitto();
  const wire = await startTcpProxy(broker.port);
  onTestFinished(() => wire[Symbol.asyncDispose]());
  const journal = await openTestJournal();
  const clock = new TestClock();
  const config = brokerConfig({ url: wire.url });
  const { uplink, stop, done } = runUplink(config, journal, { clock, connect: connector(config, { clock }) });
  await eventually("connected", () => uplink.facts().connectedSince !== null);
  wire.stall(true);
  stop.abort("SIGTERM");
  await clock.advance(2_000);
  await done;
  expect(uplink.facts()).toMatchObject({ connectedSince: null, lastEnd: uplinkTexts.tookLeave });
  expect(clock.waiting).toBe(0);
});
