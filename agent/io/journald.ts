import { fstatSync } from "node:fs";
import type { Log } from "../base/log.ts";

/** syslog(3)'s priorities, as systemd takes them from the head of a line (sd-daemon(3)). */
export const PRIORITIES = {
  error: "<3>",
  warn: "<4>",
  info: "<6>",
  debug: "<7>",
} as const satisfies Record<keyof Log, string>;

/**
 * Whether systemd's journal reads `descriptor`. JOURNAL_STREAM names its socket by device and inode; a redirected
 * output is another file (systemd.exec(5)).
 */
export function isReadByJournal(descriptor: number, { JOURNAL_STREAM }: NodeJS.ProcessEnv): boolean {
  if (!JOURNAL_STREAM) return false;
  const { dev, ino } = fstatSync(descriptor, { bigint: true });
  return JOURNAL_STREAM === `${dev}:${ino}`;
}

/** Whole lines, each with a priority for the journal. */
export function withPriority(priority: (typeof PRIORITIES)[keyof Log], text: string): string {
  return text.replaceAll(/^(?=.)/gm, priority);
}
