import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Progress } from "../core/progress.ts";

/** How often systemd is told how the agent is when the unit has no watchdog. Milliseconds. */
const STATUS_EVERY = 30_000;
/** How often it is looked whether `standing` has changed; each word to systemd is a process. Milliseconds. */
const LOOK_EVERY = 3_000;

export interface WatchdogPorts {
  readonly clock: Clock;
  readonly log: Pick<Log, "error">;
  readonly progress: Progress;
  /** systemd's end; `watchdogEvery` in milliseconds, undefined without a watchdog. */
  readonly notify: {
    readonly watchdogEvery: number | undefined;
    send(...assignments: string[]): Promise<void>;
  };
  /** One line for `systemctl status`. */
  readonly describe: () => string;
  /** What of that line a person should not see late; asked every three seconds. */
  readonly standing: () => string;
}

/**
 * Feeds systemd's watchdog for as long as every loop of the agent proves progress, until `signal` aborts. When one
 * is silent for too long it is named in the log and systemd, unfed, restarts the agent. What stands otherwise than
 * systemd was told is told within seconds.
 */
export async function feedWatchdog(
  { clock, log, progress, notify, describe, standing }: WatchdogPorts,
  signal: AbortSignal,
): Promise<void> {
  let hanging = "";
  while (!signal.aborted) {
    const overdue = progress.overdue(clock.monotonic());
    const names = overdue.join(", ");
    if (names !== "" && names !== hanging)
      log.error({ loops: overdue }, "no progress; the watchdog is not fed");
    hanging = names;
    const told = standing();
    await notify.send(`STATUS=${describe()}`, ...(overdue.length === 0 ? ["WATCHDOG=1"] : []));
    const next = clock.monotonic() + (notify.watchdogEvery ?? STATUS_EVERY);
    do await clock.sleep(Math.min(LOOK_EVERY, next - clock.monotonic()), signal);
    while (!signal.aborted && clock.monotonic() < next && standing() === told);
  }
}
