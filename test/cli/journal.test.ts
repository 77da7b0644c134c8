import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { stringify } from "yaml";
import { commands } from "../../agent/cli/commands.ts";
import { dispatch } from "../../agent/cli/dispatch.ts";
import { checkpointText } from "../../agent/core/signed-text.ts";
import type { Journal } from "../../agent/model/journal.ts";
import type { AgentStatus } from "../../agent/model/status.ts";
import type { SiteHealth } from "../../agent/model/wire.ts";
import { inFolder, startAgent } from "../fakes/agent-process.ts";
import { motionDraft } from "../fakes/drafts.ts";
import { killWriter, readAccepted, startEventWriter } from "../fakes/event-writer.ts";
import { eventually } from "../fakes/eventually.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { testSigner } from "../fakes/signer.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { siteHealth } from "../fakes/wire-samples.ts";

const MAIN = fileURLToPath(new URL("../../agent/main.ts", import.meta.url));
const PAGE = 4_096;

function folder() {
  const made = temporaryFolder();
  onTestFinished(() => made[Symbol.dispose]());
  writeFileSync(made.file("site.pub"), `${testSigner().publicKey}\n`);
  return { path: made.path, file: made.file, journal: made.file("journal.db"), key: made.file("site.pub") };
}

async function run(...args: readonly string[]) {
  const surroundings = recordedSurroundings();
  const code = await dispatch(["journal", ...args, "--lang", "en"], commands, "1", surroundings);
  return { code, said: surroundings.written(), errors: surroundings.errors() };
}

/** Signs where the chain stands, as the agent does every minute. */
async function checkpoint(journal: Journal, signer = testSigner()): Promise<void> {
  const { epoch, seq, hash } = journal.chainHead();
  const head = { seq, hash, time: new Date().toISOString() };
  const signature = signer.sign(checkpointText({ site: "site-1", epoch }, head));
  await journal.append({
    kind: "checkpoint",
    at: Date.now(),
    data: { ...head, keyId: signer.keyId, signature },
  });
}

/** A closed journal: its beginning, `events` of motion, a checkpoint over them, three more behind it. */
async function closedJournal(path: string, events = 40): Promise<void> {
  const journal = await openTestJournal({ path });
  await appendMotion(journal, events);
  await checkpoint(journal);
  await appendMotion(journal, 3);
  journal.settle({ from: 1, to: 10 });
  journal.settle({ from: 15, to: 20 });
  await journal.close();
}

const bodiesIn = (path: string) => {
  const database = new Database(path, { readonly: true });
  const bodies = database.prepare<[], string>("SELECT body FROM event ORDER BY position").pluck().all();
  database.close();
  return bodies;
};

function edit(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

test("status of a stopped agent's journal tells what it holds, what waits and when it was last signed", async () => {
  const { file, journal } = folder();
  await closedJournal(journal);
  const before = readFileSync(journal);
  const { code, said } = await run("status", "--file", journal, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(said)).toMatchObject({
    running: false,
    site: "site-1",
    damage: null,
    events: 45,
    undelivered: 29,
    dropped: 0,
    lastCheckpoint: { seq: 41 },
    epochs: [
      {
        reason: "created",
        from: 1,
        to: 45,
        events: 45,
        delivered: 16,
        undeliveredRanges: [
          [11, 14],
          [21, 45],
        ],
      },
    ],
  });
  const words = await run("status", "--file", journal);
  expect(words.said).toMatch(/^events +45$/m);
  expect(words.said).toMatch(/^not delivered +29, the oldest since /m);
  expect(words.said).toContain("not delivered: 11–14, 21–45");
  expect(readFileSync(journal).equals(before)).toBe(true);
  expect(statSync(file("journal.db-wal")).size).toBe(0);
});

test("a whole journal verifies: exit code 0, with what its checkpoints vouch for", async () => {
  const { journal, key } = folder();
  await closedJournal(journal);
  const { code, said } = await run("verify", "--file", journal, "--key", key);
  expect(said).toContain("events 1 to 45; 45 there");
  expect(said).toContain("✔ 1 checkpoints are right, the last over event 41");
  expect(said).toContain("4 newest events wait for the next checkpoint");
  expect(said).toMatch(/✔ Everything verifies\.\n$/);
  expect(code).toBe(0);
});

test("the key beside the journal is taken where none is named; without any it cannot be judged: exit code 3", async () => {
  const { path, journal } = folder();
  await closedJournal(journal);
  const none = await run("verify", "--file", journal);
  expect(none).toMatchObject({ code: 3, errors: expect.stringContaining("--key") });
  expect(existsSync(`${path}/signing.key`)).toBe(false);
});

test.each([
  [
    "a changed body",
    "UPDATE event SET body = replace(body, 'VideoSource_1', 'VideoSource_2') WHERE position = 7",
    "1 events are not what was written: 7",
  ],
  ["a deleted event", "DELETE FROM event WHERE position = 9", "1 events missing: 9"],
  [
    "two that changed places",
    "CREATE TEMP TABLE two AS SELECT * FROM event WHERE position IN (6, 7); UPDATE event SET body = (SELECT body FROM two WHERE two.position = 13 - event.position) WHERE position IN (6, 7)",
    "2 events are not what was written: 6, 7",
  ],
  [
    "a changed hash",
    "UPDATE event SET hash = zeroblob(32) WHERE position = 30",
    "2 events are not what was written: 30, 31",
  ],
  [
    "an event of no epoch",
    "INSERT INTO event SELECT 0, kind, at, recorded, body, hash FROM event WHERE position = 3",
    "1 events are of no epoch",
  ],
  [
    "a tail cut off in front of its checkpoint",
    "UPDATE epoch SET base = base + 1",
    "events are not what was written",
  ],
  ["no epoch", "DELETE FROM epoch", "the journal has no epoch"],
])("verify finds %s: exit code 1", async (_, sql, words) => {
  const { journal, key } = folder();
  await closedJournal(journal);
  edit(journal, sql);
  const { code, said } = await run("verify", "--file", journal, "--key", key);
  expect(said).toContain(words);
  expect(said).toMatch(/✖ Not everything verifies\.\n$/);
  expect(code).toBe(1);
});

test("a chain that was computed anew shows by its checkpoint, which another cannot sign", async () => {
  const { journal, key } = folder();
  const opened = await openTestJournal({ path: journal });
  await appendMotion(opened, 5);
  await checkpoint(opened, testSigner(9));
  await opened.close();
  const { code, said } = await run("verify", "--file", journal, "--key", key);
  expect(said).toContain("1 checkpoints or beginnings are signed with a key that is not given");
  expect(code).toBe(1);
});

test("what was dropped after delivery is no gap: the chain is proven over it by the hash that was kept", async () => {
  const { journal, key } = folder();
  await closedJournal(journal);
  const keep =
    "CREATE TABLE IF NOT EXISTS dropped (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;";
  edit(
    journal,
    `${keep} INSERT INTO dropped SELECT 3, 8, hash FROM event WHERE position = 8; DELETE FROM event WHERE position BETWEEN 3 AND 8`,
  );
  const proven = await run("verify", "--file", journal, "--key", key, "--json");
  expect(JSON.parse(proven.said)).toMatchObject({
    ok: true,
    epochs: [{ events: 39, dropped: 6, missing: 0 }],
  });
  expect(proven.code).toBe(0);
  expect((await run("status", "--file", journal)).said).toContain("dropped: 3–8");
  edit(journal, "UPDATE dropped SET hash = zeroblob(32)");
  const forged = await run("verify", "--file", journal, "--key", key);
  expect(forged.said).toContain("1 events are not what was written: 9");
  expect(forged.code).toBe(1);
});

test("export writes the stored bytes, which prove themselves by `camera-agent verify`", async () => {
  const { file, journal, key } = folder();
  await closedJournal(journal);
  const { code, errors } = await run("export", "--file", journal, "--out", file("all.jsonl"));
  expect({ code, errors }).toEqual({ code: 0, errors: "45 events written.\n" });
  expect(statSync(file("all.jsonl")).mode & 0o777).toBe(0o600);
  const lines = readFileSync(file("all.jsonl"), "utf8").split("\n");
  expect(lines).toEqual([...bodiesIn(journal), ""]);
  const surroundings = recordedSurroundings();
  const verify = ["verify", file("all.jsonl"), "--key", key, "--lang", "en"];
  expect(await dispatch(verify, commands, "1", surroundings)).toBe(0);
  expect(surroundings.written()).toContain("all there and unchanged up to event 41");
  const again = await run("export", "--file", journal, "--out", file("all.jsonl"));
  expect(again).toMatchObject({ code: 3, errors: expect.stringContaining("EEXIST") });
});

test("export is narrowed by range, kind, camera and time", async () => {
  const { journal } = folder();
  const opened = await openTestJournal({ path: journal });
  await appendMotion(opened, 5);
  await opened.append(motionDraft(9, "cam-2"));
  await checkpoint(opened);
  await opened.close();
  const sequences = async (...args: readonly string[]) => {
    const { said } = await run("export", "--file", journal, ...args);
    return said
      .split("\n")
      .filter(Boolean)
      .map((line) => Number(JSON.parse(line).sequence));
  };
  expect(await sequences()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await sequences("--from", "3", "--to", "5")).toEqual([3, 4, 5]);
  expect(await sequences("--from", "7")).toEqual([7, 8]);
  expect(await sequences("--kind", "epoch,checkpoint")).toEqual([1, 8]);
  expect(await sequences("--camera", "cam-2")).toEqual([7]);
  expect(await sequences("--since", "1h")).toHaveLength(8);
  expect(await sequences("--since", "2100-01-01T00:00:00Z")).toEqual([]);
  expect(await sequences("--camera", "cam-1", "--to", "3")).toEqual([2, 3]);
});

test("resend has delivered events sent again, and says what is not there", async () => {
  const { journal } = folder();
  await closedJournal(journal);
  const all = await run("resend", "--file", journal, "--from", "8", "--to", "12");
  expect(all.said).toContain("3 events will be sent again");
  expect(all.said).toContain("2 events of the range had not been delivered anyway");
  expect(all.code).toBe(0);
  const beyond = await run("resend", "--file", journal, "--from", "19", "--to", "50", "--json");
  expect(beyond).toMatchObject({ code: 1 });
  expect(JSON.parse(beyond.said)).toEqual({ marked: 2, waiting: 25, gone: [[46, 50]] });
  const opened = await openTestJournal({ path: journal });
  expect(opened.undelivered()).toEqual([
    { from: 8, to: 14 },
    { from: 19, to: 45 },
  ]);
});

test("what the broker would not take is shown with the reason, and sent again when that is asked for", async () => {
  const { journal } = folder();
  await closedJournal(journal);
  const before = await openTestJournal({ path: journal });
  before.giveUp({ from: 12, to: 13, reason: "0x95" });
  before.giveUp({ from: 30, to: 30, reason: "0x99" });
  before.receipt(before.epoch, 5);
  await before.close();
  const status = await run("status", "--file", journal);
  expect(status.said).toContain("the broker never takes (0x95): 12–13");
  expect(status.said).toContain("the broker never takes (0x99): 30");
  expect(status.said).toContain("5 receipted");
  const json = await run("status", "--file", journal, "--json");
  expect(JSON.parse(json.said).epochs[0].deadLetters).toEqual([
    { reason: "0x95", ranges: [[12, 13]] },
    { reason: "0x99", ranges: [[30, 30]] },
  ]);
  const again = await run("resend", "--file", journal, "--dead-letters", "--json");
  expect(again).toMatchObject({ code: 0, said: '{"marked":3,"waiting":0,"gone":[]}\n' });
  const receipted = await run("resend", "--file", journal, "--from", "4", "--to", "5");
  expect(receipted.said).toContain("2 events will be sent again");
  const opened = await openTestJournal({ path: journal });
  expect(opened.deadLetters()).toEqual([]);
  expect(opened.undelivered()[0]).toEqual({ from: 4, to: 5 });
  expect(opened.receiptStandings(1)[0]?.receipted).toBe(3);
});

test("under a running agent verify and export read a copy of what is accepted; resend is refused", async () => {
  const { path, file, journal, key } = folder();
  const count = 3_000;
  const writer = await startEventWriter({
    journal,
    site: "site-1",
    accepted: file("accepted"),
    count,
    burst: 50,
  });
  try {
    await eventually("events are there", async () => (await readAccepted(file("accepted"))).length > 200);
    const known = (await readAccepted(file("accepted"))).length;
    const verified = await run("verify", "--file", journal, "--key", key, "--json");
    const report = JSON.parse(verified.said);
    // Nobody signs checkpoints here.
    expect(report).toMatchObject({
      ok: false,
      isCopy: true,
      damage: null,
      epochs: [{ missing: 0, changedCount: 0 }],
    });
    expect(report.epochs[0].events).toBeGreaterThan(known);
    expect(verified.code).toBe(1);
    const exported = await run("export", "--file", journal);
    expect(exported.said.split("\n").length).toBeGreaterThan(report.epochs[0].events);
    const resend = await run("resend", "--file", journal, "--from", "1", "--to", "2");
    expect(resend).toMatchObject({ code: 3, errors: expect.stringContaining("cmd/resend") });
    const status = await run("status", "--file", journal);
    expect(status).toMatchObject({ code: 3, errors: expect.stringContaining("--copy") });
    const copied = await run("status", "--file", journal, "--copy", "--json");
    expect(JSON.parse(copied.said)).toMatchObject({ running: true, isCopy: true, damage: null });
    await eventually(
      "it goes on undisturbed",
      async () => (await readAccepted(file("accepted"))).length === count,
    );
    expect(readdirSync(path).filter((name) => name.includes("copy"))).toEqual([]);
  } finally {
    await killWriter(writer);
  }
  const left = await run("verify", "--file", journal, "--key", key, "--json");
  expect(JSON.parse(left.said)).toMatchObject({
    isCopy: false,
    epochs: [{ events: count + 1, missing: 0, changedCount: 0 }],
  });
});

test("status of a running agent's journal is what the agent says of it", async () => {
  const { path, file } = folder();
  const config = inFolder(path, {
    site: { id: "site-1", name: "Xã Một" },
    unit: { id: "unit-1", name: "Công an xã Một" },
    broker: { url: "mqtt://127.0.0.1:1" },
    cameras: [],
  });
  await using agent = await startAgent(path, config);
  await eventually("it says something", async () => (await agent.status()) !== undefined);
  const { code, said } = await run("status", "--config", file("config.yaml"), "--json");
  expect(code).toBe(0);
  const told = JSON.parse(said);
  expect(told).toMatchObject({ running: true, isCopy: false, site: "site-1" });
  expect(told.told.undelivered).toBeGreaterThan(0);
  const words = await run("status", "--config", file("config.yaml"));
  expect(words.said).toContain("The agent runs; as it says itself");
  expect(words.said).toMatch(/^not delivered +\d+, the oldest since /m);
  const verified = await run("verify", "--config", file("config.yaml"), "--work", path);
  expect(verified.said).toContain("this is a copy of what it had written");
  expect(verified.code).toBe(0);
});

test("status of a running agent's journal says that its disk is full, and what of it is gone and why", async () => {
  const { file, journal } = folder();
  const config = {
    site: { id: "site-1", name: "Xã Một" },
    unit: { id: "unit-1", name: "Công an xã Một" },
    broker: { url: "mqtt://127.0.0.1:1" },
    journal: { path: journal },
    statusFile: file("status.json"),
    cameras: [],
  };
  writeFileSync(file("config.yaml"), stringify(config));
  await openTestJournal({ path: journal });
  const says = async (changes: Partial<SiteHealth["journal"]>) => {
    const health = siteHealth();
    const at = "2026-11-24T01:00:00.000Z";
    const status: AgentStatus = {
      pid: process.pid,
      version: "1",
      startedAt: at,
      writtenAt: at,
      uptimeSeconds: 1,
      site: config.site,
      unit: config.unit,
      health: { ...health, journal: { ...health.journal, ...changes } },
      cameras: [],
    };
    writeFileSync(file("status.json"), JSON.stringify(status));
    return (await run("status", "--config", file("config.yaml"))).said;
  };
  const gone = { events: 12, reason: "disk-full", at: "2026-11-24T00:30:00.000Z" } as const;
  const said = await says({ diskFull: true, gone });
  expect(said).toContain("The disk of the journal is nearly full");
  expect(said).toContain(
    "12 events that had never been sent were dropped since the agent started, the last at 07:30:00 24/11/2026: the disk was full",
  );
  const rows = await says({ diskFull: false, gone: { ...gone, reason: "rows" } });
  expect(rows).not.toContain("nearly full");
  expect(rows).toContain("they made room for newer ones (journal.maxEvents)");
  const fine = await says({ diskFull: false });
  expect(fine).not.toMatch(/nearly full|never been sent/);
});

test("whichever page is torn, no command throws, and what verifies is whole", async () => {
  const { file, journal, key } = folder();
  await closedJournal(journal, 300);
  const pages = statSync(journal).size / PAGE;
  const whole = bodiesIn(journal);
  /** Pages whose events are left out, while all before and behind them is written. */
  let around = 0;
  for (let page = 0; page < pages; page++) {
    const torn = file("torn.db");
    copyFileSync(journal, torn);
    const content = readFileSync(torn);
    content.fill(0xa5, page * PAGE, (page + 1) * PAGE);
    writeFileSync(torn, content);
    const verified = await run("verify", "--file", torn, "--key", key);
    const exported = await run("export", "--file", torn, "--kind", "motion,epoch,checkpoint");
    const lines = exported.said.split("\n").filter(Boolean);
    expect([0, 1], `page ${page}`).toContain(verified.code);
    if (verified.code === 0) expect(lines, `page ${page}`).toEqual(whole);
    const ends = lines[0] === whole[0] && lines.at(-1) === whole.at(-1);
    if (ends && lines.length < whole.length) around += 1;
    expect(whole).toEqual(expect.arrayContaining(lines));
    expect([0, 1]).toContain((await run("status", "--file", torn)).code);
  }
  expect(around).toBeGreaterThan(pages / 2);
});

test("a file that is none, an empty one and one that is not there are told", async () => {
  const { file } = folder();
  writeFileSync(file("text.db"), "Kính gửi đội kỹ thuật,\n".repeat(400));
  writeFileSync(file("empty.db"), "");
  for (const action of ["status", "export"]) {
    expect(await run(action, "--file", file("text.db"))).toMatchObject({
      code: 1,
      errors: expect.stringContaining("is not a journal"),
    });
    expect(await run(action, "--file", file("empty.db"))).toMatchObject({
      code: 1,
      errors: expect.stringContaining("is not a journal"),
    });
    expect(await run(action, "--file", file("absent.db"))).toMatchObject({
      code: 3,
      errors: expect.stringContaining("There is no journal"),
    });
  }
  const absent = await run("resend", "--file", file("absent.db"), "--from", "1", "--to", "2");
  expect(absent).toMatchObject({ code: 3, errors: expect.stringContaining("There is no journal") });
  expect(existsSync(file("absent.db"))).toBe(false);
});

test.each([
  [["export", "--from", "0"], "--from 0: expected a number from 1"],
  [["export", "--from", "5", "--to", "4"], "--from 5 is behind --to 4"],
  [["export", "--epoch", "zz"], "--epoch zz: there is no such epoch"],
  [["export", "--kind", "motion,noise"], "--kind noise: there are: motion, "],
  [["export", "--since", "yesterday"], "--since yesterday: expected a time"],
  [["resend", "--from", "1"], "--from and --to are missing"],
  [["resend", "--dead-letters", "--from", "1"], "--dead-letters goes with none of"],
  [["resend", "--from", "1", "--to", "1e3"], "--to 1e3: expected a number from 1"],
  [["resned"], "unknown command: journal resned; did you mean journal resend?"],
  [[], "no command given"],
])("wrong usage %j is told and ends with 2", async (args, words) => {
  const { journal } = folder();
  await closedJournal(journal, 3);
  const { code, errors } = await run(...args, ...(args.length > 1 ? ["--file", journal] : []));
  expect(errors).toContain(words);
  expect(code).toBe(2);
});

test("`journal --help` lists its commands; `help journal export` explains one", async () => {
  const { code, said } = await run("--help");
  expect(code).toBe(0);
  for (const name of ["status", "verify", "export", "resend"]) expect(said).toContain(`journal ${name}`);
  expect(said).not.toContain("check-config");
  const surroundings = recordedSurroundings();
  expect(await dispatch(["help", "journal", "export", "--lang", "vi"], commands, "1", surroundings)).toBe(0);
  expect(surroundings.written()).toContain("camera-agent journal export:");
});

test("the program itself writes an export of megabytes into a pipe, byte for byte", async () => {
  const { journal } = folder();
  await closedJournal(journal, 4_000);
  const { status, stdout } = spawnSync(process.execPath, [MAIN, "journal", "export", "--file", journal], {
    maxBuffer: 64 * 1_024 * 1_024,
  });
  expect(status).toBe(0);
  expect(stdout.toString()).toBe(`${bodiesIn(journal).join("\n")}\n`);
});
