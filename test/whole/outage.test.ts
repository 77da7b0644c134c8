import { expect, onTestFinished, test } from "vitest";
import { killWriter, readAccepted, startEventWriter } from "../fakes/event-writer.ts";
import { eventually } from "../fakes/eventually.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { brokerConfig } from "../fakes/session-of.ts";
import { startTcpProxy } from "../fakes/tcp-proxy.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { subscribeAsUnit } from "../fakes/unit-subscriber.ts";
import { runUplink } from "../fakes/uplink-of.ts";

const EVENTS = 5_000;
/** How long the broker stays away at least; it is nothing to the outcome, so the test takes it short. */
const AWAY_MS = Number(process.env.OUTAGE_MS ?? 0);

test("events made while the broker is away, by a process that is killed twice, all arrive, once each, behind the new ones", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const broker = await startMosquitto();
  onTestFinished(() => broker[Symbol.asyncDispose]());
  await broker.kill();
  const back = new Promise((resolve) => setTimeout(resolve, AWAY_MS));

  const options = {
    journal: folder.file("journal.db"),
    site: "site-1",
    accepted: folder.file("accepted"),
    broker: broker.url,
    burst: 8,
  };
  const acceptedCount = async () => (await readAccepted(options.accepted)).length;
  for (const upTo of [EVENTS / 3, (EVENTS * 2) / 3, EVENTS]) {
    const writer = await startEventWriter({ ...options, count: EVENTS });
    onTestFinished(() => killWriter(writer));
    await eventually(`${upTo} accepted events`, async () => (await acceptedCount()) >= upTo, 60_000);
    await killWriter(writer);
  }
  await back;

  await broker.start();
  const unit = await subscribeAsUnit({ url: broker.url });
  onTestFinished(() => unit[Symbol.asyncDispose]());
  // Some distance, so that the backlog lasts long enough for new events to be made during it.
  const wire = await startTcpProxy(broker.port);
  onTestFinished(() => wire[Symbol.asyncDispose]());
  wire.setDelay(2);
  const journal = await openTestJournal({ path: options.journal });
  const backlog = journal.head();
  runUplink(brokerConfig({ url: wire.url }), journal);
  await eventually("the backlog has begun", () => unit.segments > 0);
  await appendMotion(journal, 100);
  await eventually("all arrived", () => unit.events.length >= journal.head(), 60_000);

  const accepted = await readAccepted(options.accepted);
  expect(accepted.length).toBeGreaterThanOrEqual(EVENTS);
  const arrived = new Set(unit.events.map(({ event }) => `${event.epoch} ${Number(event.sequence)}`));
  expect(accepted.filter(({ epoch, seq }) => !arrived.has(`${epoch} ${seq}`))).toEqual([]);
  // What the journal has and the oracle has not, but for the event that begins the epoch, was committed in the instant
  // of a kill: at most a burst each time.
  expect(backlog - 1 - accepted.length).toBeLessThanOrEqual(3 * options.burst);
  expect(unit.events.length).toBe(journal.head());
  const lanes = unit.events.map(({ lane }) => lane);
  expect(lanes.filter((lane) => lane === "fresh")).toHaveLength(100);
  expect(lanes.lastIndexOf("fresh")).toBeLessThan(lanes.lastIndexOf("backlog"));
  expect(unit.violations).toEqual([]);
}, 120_000);

test("a process that is killed while it forwards goes on where it was: everything accepted arrives", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const broker = await startMosquitto();
  onTestFinished(() => broker[Symbol.asyncDispose]());
  const unit = await subscribeAsUnit({ url: broker.url });
  onTestFinished(() => unit[Symbol.asyncDispose]());
  const options = {
    journal: folder.file("journal.db"),
    site: "site-1",
    accepted: folder.file("accepted"),
    broker: broker.url,
    burst: 8,
  };
  for (const upTo of [300, 900, 1_500]) {
    const writer = await startEventWriter({ ...options, count: 100_000 });
    onTestFinished(() => killWriter(writer));
    await eventually(`${upTo} events at the unit`, () => unit.events.length >= upTo, 30_000);
    await killWriter(writer);
  }
  const accepted = await readAccepted(options.accepted);
  const last = await startEventWriter({ ...options, count: 0 });
  onTestFinished(() => killWriter(last));
  const missing = () => {
    const arrived = new Set(unit.events.map(({ event }) => `${event.epoch} ${Number(event.sequence)}`));
    return accepted.filter(({ epoch, seq }) => !arrived.has(`${epoch} ${seq}`)).length;
  };
  await eventually("everything accepted arrived", () => missing() === 0, 30_000);
  expect(unit.violations).toEqual([]);
}, 60_000);
