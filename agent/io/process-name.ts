import { writeFileSync } from "node:fs";

/**
 * Names this process for `ps` and `systemctl status`: `name` with `args` instead of a Node and its flags, and `name`
 * alone where only 15 bytes are shown. Node calls its main thread, and with it the process, MainThread.
 */
export function nameProcess(name: string, args: readonly string[]): void {
  process.title = [name, ...args].join(" ");
  try {
    writeFileSync("/proc/self/comm", name);
  } catch {
    // The title's own beginning stays.
  }
}
