import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Event } from "../../../agent/model/event.ts";
import { eventually } from "../../fakes/eventually.ts";
import { testSigner } from "../../fakes/signer.ts";
import { subscribeAsUnit } from "../../fakes/unit-subscriber.ts";
import { DiskOracle, type ToldGone } from "./disk-oracle.ts";
import type { DiskPlace, OnDisk } from "./disk-rounds.ts";
import { recordMessages, streamFaults } from "./received-stream.ts";
import { readTold } from "./writer-order.ts";

const SITE = "site-1";
/** Between two faults. Milliseconds. */
const CALM_MS = 300;
const FIRST_MS = 60_000;
const WRITER = fileURLToPath(new URL("disk-writer-child.ts", import.meta.url));

/** A journal on the disk that is written to and sent from, in a process of its own. */
export async function openJournalOnDisk({
  disk,
  url,
  unitAt,
  seed,
  maxEvents,
  patience,
}: DiskPlace): Promise<OnDisk> {
  await using parts = new AsyncDisposableStack();
  const unit = parts.use(await subscribeAsUnit({ url: unitAt }));
  const messages = recordMessages(unit);
  const oracle = new DiskOracle();
  const writer = spawn(
    process.execPath,
    [WRITER, `${disk.path}/journal.db`, url, SITE, String(seed), String(maxEvents)],
    { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...disk.env } },
  );
  let died: string | undefined;
  const closed = once(writer, "close").then(([code, signal]) => {
    died = `the writer ended with ${signal ?? code}`;
  });
  parts.defer(async () => {
    writer.kill("SIGTERM");
    await closed;
  });
  createInterface({ input: writer.stdout }).on("line", (line) =>
    readTold(`${line}\n`).forEach((told) => void oracle.take(told)),
  );
  const received = () => unit.events.map(({ event }) => event);
  const gone = () => received().flatMap(goneIn);
  const newestReceived = () => Math.max(-1, ...unit.events.slice(-200).map(({ event }) => numberOf(event)));
  await eventually("an event arrives", () => newestReceived() >= 0, FIRST_MS);
  const owned = parts.move();
  return {
    async calm(fault) {
      oracle.begin(fault, unit.repeats);
      await pause(CALM_MS);
    },
    next() {
      const { newest } = oracle;
      return () => newestReceived() > newest;
    },
    ended: () => died,
    async settle() {
      writer.stdin.end();
      const isCalm = () => died !== undefined || oracle.isCalm;
      await eventually("no more are made", isCalm, patience).catch(() => undefined);
      const isWhole = () => oracle.missing(received(), gone()) === 0;
      await eventually("all arrived", isWhole, patience).catch(() => undefined);
      writer.kill("SIGTERM");
      await closed;
      const verdict = oracle.judge(received(), gone(), unit.repeats);
      const faults = streamFaults(messages, testSigner().publicKey);
      return { ...verdict, wrong: [...verdict.wrong, ...faults, ...unit.violations] };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function goneIn(event: Event): ToldGone[] {
  if (event.type !== "vn.camera.gap.v1") return [];
  const { epoch, ranges } = event.data;
  return ranges.map(({ from, to }) => ({ epoch, from, to }));
}

function numberOf(event: Event): number {
  return event.type === "vn.camera.motion.v1" ? Number(event.data.activity.replace("activity-", "")) : -1;
}
