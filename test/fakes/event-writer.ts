import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createReadStream, existsSync, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../agent/base/clock.ts";
import { openJournal } from "../../agent/io/journal-sqlite.ts";
import { connectUplink } from "../../agent/io/mqtt.ts";
import type { Accepted, Journal } from "../../agent/model/journal.ts";
import { siteTopics } from "../../agent/model/topics.ts";
import { StateBoard } from "../../agent/run/state-board.ts";
import { Uplink } from "../../agent/run/uplink.ts";
import { motionDraft } from "./drafts.ts";
import { brokerConfig } from "./session-of.ts";
import { testSigner } from "./signer.ts";

/**
 * A process of its own that makes events, appends them to a journal and writes every accepted one to a file, in the
 * order accepted, one JSON line each. It can be killed at any instant; what stands in the file was accepted.
 */
export interface WriterOptions {
  readonly journal: string;
  readonly site: string;
  /** File that accepted events are appended to: the oracle. */
  readonly accepted: string;
  /** Events to make; the process then stays until it is killed. */
  readonly count: number;
  /** Appends under way at once. */
  readonly burst: number;
  /** Broker that the process forwards to meanwhile. */
  readonly broker?: string;
}

export async function startEventWriter(options: WriterOptions): Promise<ChildProcess> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(options)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  await once(child, "spawn");
  return child;
}

/** Kills without notice (SIGKILL) and waits until the process is gone. */
export async function killWriter(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** What was accepted so far; a last line that the kill tore off is not in it. */
export async function readAccepted(path: string): Promise<Accepted[]> {
  if (!existsSync(path)) return [];
  const lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) lines.push(line);
  return lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line) as Accepted);
}

async function write(options: WriterOptions): Promise<void> {
  const opened = await openJournal({
    path: options.journal,
    site: options.site,
    clock: systemClock,
    stamp: () => ({ bootId: "boot", clockSynced: true }),
    random: randomBytes,
    signer: testSigner(),
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const journal = opened.value;
  if (options.broker) forwardTo(options.broker, options.site, journal);
  const file = openSync(options.accepted, "a");
  let made = 0;
  const maker = async () => {
    while (made < options.count) {
      const accepted = await journal.append(motionDraft(made++));
      writeSync(file, `${JSON.stringify(accepted)}\n`);
    }
  };
  await Promise.all(Array.from({ length: options.burst }, maker));
  setInterval(() => undefined, 60_000);
}

function forwardTo(url: string, site: string, journal: Journal): void {
  const broker = brokerConfig({ url });
  const topics = siteTopics({ unit: "unit-1", site });
  const uplink = new Uplink({
    connect: connectUplink({ broker, clientId: site, login: undefined, clock: systemClock }),
    journal,
    board: new StateBoard(),
    topics,
    site,
    bootId: "boot",
    policy: () => ({ min: 20, max: 100, stableAfter: 60_000 }),
    clock: systemClock,
    random: Math.random,
    subscribe: [],
    onMessage: () => undefined,
  });
  uplink.run(new AbortController().signal);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await write(JSON.parse(process.argv[2] ?? "{}") as WriterOptions);
}
