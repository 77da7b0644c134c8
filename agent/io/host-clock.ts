import { execFile } from "node:child_process";
import type { Clock } from "../base/clock.ts";
import type { Moment } from "../core/known-time.ts";
import { clockStep } from "../core/site-health.ts";

const TIMEOUT_MS = 3_000;
/** Between two questions: while the answer is yes, and at first when it is not. */
const SLOWLY_MS = 300_000;
const SOON_MS = 15_000;

/**
 * Gives the latest answer to whether the box's clock is synchronised, asking again when it is time to: soon after a
 * start, when NTP and systemd-timedated are still about to come up, and less and less often where they never do; and
 * at once when the clock was set since, as the kernel takes a clock that somebody sets for synchronised no more.
 */
export function openClockState(clock: Pick<Clock, "wall" | "monotonic">): () => Promise<boolean | null> {
  let latest: boolean | null = null;
  let doubts = 0;
  let asked: Moment | undefined;
  return async () => {
    const now = { wall: clock.wall(), monotonic: clock.monotonic() };
    if (asked && clockStep(asked, now) === 0 && now.monotonic - asked.monotonic < untilNextQuestion(doubts))
      return latest;
    asked = now;
    latest = await askTimedated();
    doubts = latest === true ? 0 : doubts + 1;
    return latest;
  };
}

/** Milliseconds from one question to the next, after so many answers in a row that were not yes. */
export function untilNextQuestion(doubts: number): number {
  return doubts === 0 ? SLOWLY_MS : Math.min(SOON_MS * 2 ** (doubts - 1), SLOWLY_MS);
}

/**
 * Whether the kernel's clock is disciplined (adjtimex without STA_UNSYNC), whoever does it: chrony, ntpd or
 * systemd-timesyncd. Only systemd-timedated tells it without a native module; null where it does not run.
 */
function askTimedated(): Promise<boolean | null> {
  return new Promise((resolve) => {
    execFile(
      "timedatectl",
      ["show", "--property=NTPSynchronized", "--value"],
      { timeout: TIMEOUT_MS },
      (error, stdout) => resolve(error ? null : parseSynced(stdout)),
    );
  });
}

export function parseSynced(stdout: string): boolean | null {
  const answer = stdout.trim();
  return answer === "yes" ? true : answer === "no" ? false : null;
}
