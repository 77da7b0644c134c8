import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { connectUplink } from "../../agent/io/mqtt.ts";
import { configSchema } from "../../agent/model/config.ts";
import { Commands } from "../../agent/run/commands.ts";
import { journalCommands } from "../../agent/run/journal-commands.ts";
import { Recorder } from "../../agent/run/recorder.ts";
import { UnitLink } from "../../agent/run/unit-link.ts";
import { eventually } from "../fakes/eventually.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { officer } from "../fakes/officer.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { startReceiptingUnit } from "../fakes/receipting-unit.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const AT = { unit: "unit-a", site: "site-1" };
const LOST = 2_000;

/** A site's way to its unit, without cameras: a real journal, link and broker. */
async function site(url: string, keys: readonly ReturnType<typeof officer>[]) {
  const journal = await openTestJournal();
  // The unit counts from the event that begins the epoch.
  journal.redeliver({ from: 1, to: 1 });
  const config = configSchema.parse({
    site: { id: AT.site, name: "Xã A" },
    unit: { id: AT.unit, name: "Công an huyện A", commandKeys: keys.map(({ entry }) => entry) },
    broker: { url, receiptTimeout: "1s", reconnect: { min: "20ms", max: "50ms" } },
  });
  const commands = new Commands({
    clock: systemClock,
    recorder: new Recorder(journal, quiet, systemClock),
    journal,
    keys: () => config.unit.commandKeys,
    time: () => Date.now(),
    here: () => AT,
    handlers: journalCommands({
      journal: journal,
      receipts: () => link.receipts,
      checkpoints: () => ({ write: async () => journal.chainHead() }),
    }),
    answer: (result) => link.answer(result),
  });
  const link = new UnitLink({
    clock: systemClock,
    random: Math.random,
    log: quiet,
    journal,
    bootId: "boot-1",
    connect: (broker, clientId, login) => connectUplink({ broker, clientId, login, clock: systemClock }),
    onCommand: (message) => void commands.take(message),
    keepsCamera: () => true,
  });
  await link.open({ config, secrets: { credentials: {} } });
  onTestFinished(() => link.close(0, "test finished"));
  return { journal, link };
}

test("events that a broker acknowledged, killed -9 and wiped before the unit had them, all reach a unit that sends receipts", async () => {
  await using broker = await startMosquitto();
  const lan = officer("Lan");
  await using receiving = await startReceiptingUnit({ url: broker.url, at: AT, officer: lan, every: 50 });
  const { journal } = await site(broker.url, [lan]);
  const { epoch } = journal;
  await appendMotion(journal, 50);
  await eventually(
    "the unit's receipts are taken",
    () => (journal.receiptStandings(1)[0]?.receipted ?? 0) > 50,
  );

  await receiving.leave();
  await appendMotion(journal, LOST);
  await eventually("all is acknowledged", () => journal.undelivered().length === 0);
  await broker.wipe();
  const had = receiving.unit.events.length;
  await broker.start();
  await receiving.comeBack();

  await eventually("all of it is stored", () => (receiving.stored().get(epoch) ?? 0) >= 51 + LOST, 20_000);
  await eventually(
    "and the site knows",
    () => journal.receiptStandings(1)[0]?.receipted === receiving.stored().get(epoch),
  );
  expect(receiving.unit.events.length - had).toBeGreaterThanOrEqual(LOST);
  expect(receiving.unit.violations).toEqual([]);
});

test("a unit that lost some of its own asks for them, and learns what is not there", async () => {
  await using broker = await startMosquitto();
  const lan = officer("Lan");
  await using receiving = await startReceiptingUnit({ url: broker.url, at: AT, officer: lan, every: 50 });
  const { journal } = await site(broker.url, [lan, officer("Minh", 2)]);
  await appendMotion(journal, 100);
  await eventually("all arrived", () => receiving.unit.events.length >= 100);
  const { repeats } = receiving.unit;
  const request = await receiving.command("resend", { epoch: journal.epoch, from: 11, to: 1_000_000 });
  await eventually("an answer", () => receiving.answer(request) !== undefined);
  expect(receiving.answer(request)).toMatchObject({
    outcome: "done",
    data: { gone: [{ to: 1_000_000, why: "not-yet" }] },
  });
  await eventually("they arrive again", () => receiving.unit.repeats >= repeats + 90);
  expect(receiving.unit.violations).toEqual([]);
});
