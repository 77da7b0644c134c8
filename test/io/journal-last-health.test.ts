import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { LAST_HEALTH } from "../../agent/io/journal-sqlite-health.ts";
import type { EventDraft, HealthData } from "../../agent/model/event.ts";
import { motionDraft } from "../fakes/drafts.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

function journalPath(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.file("journal.db");
}

const health = (camera: string, data: Partial<HealthData> = {}): EventDraft => ({
  kind: "health",
  camera,
  at: Date.UTC(2026, 10, 24),
  data: { from: "unknown", to: "online", since: "2026-11-24T00:00:00.000Z", flapping: false, ...data },
});

test("the last health of a camera is its own newest, whatever came after and between, also when opened again", async () => {
  const path = journalPath();
  const first = await openTestJournal({ path });
  expect(first.lastHealth("gate")).toBeUndefined();
  const offline = {
    from: "online",
    to: "offline",
    rung: "host",
    cause: "host-silent",
    code: "CAM-103",
  } as const;
  await first.append(health("gate"));
  await first.append(health("gate", offline));
  await first.append(health("market"));
  await first.append(motionDraft(1, "gate"));
  expect(first.lastHealth("gate")).toMatchObject(offline);
  await first.close();
  const second = await openTestJournal({ path });
  expect(second.lastHealth("gate")).toMatchObject(offline);
  expect(second.lastHealth("market")).toMatchObject({ to: "online" });
  expect(second.lastHealth("cam-1")).toBeUndefined();
});

test("the newest health is looked up by an index, not by reading what came after", async () => {
  const path = journalPath();
  await (await openTestJournal({ path })).close();
  const raw = new Database(path, { readonly: true });
  const plan = raw.prepare<[string], { detail: string }>(`EXPLAIN QUERY PLAN ${LAST_HEALTH}`).all("gate");
  raw.close();
  expect(plan.map(({ detail }) => detail)).toEqual([
    expect.stringMatching(/^SEARCH event USING INDEX event_health \(<expr>=\?\)$/),
  ]);
});

test("a health event that was damaged on the disk, long ago, is passed over", async () => {
  const path = journalPath();
  const first = await openTestJournal({ path });
  await first.append(health("gate"));
  await first.append(health("gate", { to: "offline" }));
  await appendMotion(first, 1_000);
  await first.close();
  const raw = new Database(path);
  raw.exec("UPDATE event SET body = 'x' || body WHERE position = 3");
  raw.close();
  const second = await openTestJournal({ path });
  expect(second.lastHealth("gate")).toMatchObject({ to: "online" });
  expect(second.check()).toBeUndefined();
});
