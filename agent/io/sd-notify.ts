import { execFile } from "node:child_process";
import type { Log } from "../base/log.ts";

/**
 * Talks to systemd (sd_notify(3)). Node opens no datagram sockets of the Unix family, and the native modules that do
 * are not built for Node 24: systemd's own `systemd-notify` is called, a few milliseconds each time. The unit
 * therefore says NotifyAccess=all.
 */
export interface SystemdNotify {
  /** Half of WatchdogSec, milliseconds; undefined when the unit has no watchdog. */
  readonly watchdogEvery: number | undefined;
  /** Sends assignments, for example `ready()` or `STATUS=…`. Resolves when systemd has them; never rejects. */
  send(...assignments: string[]): Promise<void>;
}

const TIMEOUT_MS = 5_000;

export function openSystemdNotify(environment: NodeJS.ProcessEnv, log: Pick<Log, "warn">): SystemdNotify {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = environment;
  if (!NOTIFY_SOCKET) return { watchdogEvery: undefined, send: async () => {} };
  const mine = !WATCHDOG_PID || WATCHDOG_PID === String(process.pid);
  const usec = mine ? Number(WATCHDOG_USEC) : Number.NaN;
  return {
    watchdogEvery: usec > 0 ? usec / 2_000 : undefined,
    send(...assignments) {
      return new Promise((resolve) => {
        execFile("systemd-notify", [...assignments], { timeout: TIMEOUT_MS, env: environment }, (error) => {
          if (error) log.warn({ err: error }, "systemd-notify failed");
          resolve();
        });
      });
    },
  };
}
