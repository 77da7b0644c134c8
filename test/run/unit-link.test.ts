import { expect, onTestFinished, test } from "vitest";
import { configSchema } from "../../agent/model/config.ts";
import type { Journal } from "../../agent/model/journal.ts";
import { healthSchema } from "../../agent/model/wire.ts";
import { UnitLink } from "../../agent/run/unit-link.ts";
import { eventually } from "../fakes/eventually.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { ScriptedSession, taken } from "../fakes/scripted-session.ts";
import { TestClock } from "../fakes/test-clock.ts";
import { siteHealth } from "../fakes/wire-samples.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** A link to that unit at that broker, which takes no message that `refuses` names. */
async function linked(
  journal: Journal,
  unit: string,
  url: string,
  refuses: (topic: string) => boolean = () => false,
) {
  const config = configSchema.parse({
    site: { id: "site-1", name: "Site 1" },
    unit: { id: unit, name: "Unit" },
    broker: { url },
  });
  const session = new ScriptedSession(4);
  session.outcome = ({ topic }) =>
    refuses(topic) ? { kind: "refused", reasonCode: 0x99, reason: "0x99 Payload format invalid" } : taken;
  const link = new UnitLink({
    clock: new TestClock(),
    random: () => 0,
    log: quiet,
    journal,
    bootId: "boot-1",
    connect: () => async () => session,
    onCommand: () => undefined,
    keepsCamera: () => true,
  });
  await link.open({ config, secrets: { credentials: {} } });
  onTestFinished(() => link.close(0, "test finished"));
  return link;
}

test("what a broker will never take is named by seq in the health message, with the reason", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 5);
  const link = await linked(journal, "unit-1", "mqtt://127.0.0.1", (topic) => topic.includes("/event/"));
  await eventually("given up", () => link.facts().skipped === 5);
  const { deadLetters } = link.facts();
  expect(deadLetters).toEqual([{ epoch: journal.epoch, from: 2, to: 6, reason: "0x99" }]);
  expect(healthSchema.parse(siteHealth({ uplink: link.facts() })).uplink.deadLetters).toEqual(deadLetters);
});

test.each([
  ["another unit", "unit-2", "mqtt://127.0.0.1"],
  ["another broker", "unit-1", "mqtt://127.0.0.2"],
])("%s gets what the one before would not take; the same one is not asked again", async (_, unit, url) => {
  const journal = await openTestJournal();
  await appendMotion(journal, 5);
  const first = await linked(journal, "unit-1", "mqtt://127.0.0.1", (topic) => topic.includes("/event/"));
  await eventually("given up", () => first.facts().skipped === 5);
  await first.close(0, "stopped");
  const same = await linked(journal, "unit-1", "mqtt://127.0.0.1");
  await appendMotion(journal, 1);
  await eventually("the new event is delivered", () => journal.undelivered().at(-1)?.to === 6);
  expect(same.facts().skipped).toBe(5);
  await same.close(0, "stopped");
  const other = await linked(journal, unit, url);
  await eventually("all is delivered", () => journal.undelivered().length === 0);
  expect(other.facts()).toMatchObject({ skipped: 0 });
  expect(other.facts().deadLetters).toBeUndefined();
});
