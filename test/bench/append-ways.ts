import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import Database from "better-sqlite3";

/** What an amount of work took of this process and its disk. */
export interface Spent {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Bytes handed to the block device (proc(5), `write_bytes`). */
  readonly written: number;
}

export async function spentOn(work: () => Promise<void> | void): Promise<Spent> {
  const cpu = process.cpuUsage();
  const before = bytesWritten();
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (user + system) / 1e6, written: bytesWritten() - before };
}

function bytesWritten(): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
}

/** The limit of any journal on this disk: each text appended to a file, then fdatasync. Milliseconds of each. */
export function appendRaw(path: string, text: string, count: number): number[] {
  const file = openSync(path, "a");
  const times = Array.from({ length: count }, () => {
    const began = performance.now();
    writeSync(file, text);
    fdatasyncSync(file);
    return performance.now() - began;
  });
  closeSync(file);
  return times;
}

/** Bare better-sqlite3, durable: the same text into a table, so many a commit. Stays open, as a journal does. */
export function openBare(path: string, text: string, aCommit: number) {
  const database = new Database(path);
  database.pragma("locking_mode = EXCLUSIVE");
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec("CREATE TABLE event (position INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT");
  const insert = database.prepare("INSERT INTO event (body) VALUES (?)");
  const commit = database.transaction(() => {
    for (let n = 0; n < aCommit; n++) insert.run(text);
  });
  return {
    append(count: number): void {
      for (let n = 0; n < count; n += aCommit) commit();
    },
    [Symbol.dispose]: () => void database.close(),
  };
}
