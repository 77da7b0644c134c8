import { type Clock, systemClock } from "../../agent/base/clock.ts";

/**
 * The system's clock run `speed` times as fast: what takes the agent minutes takes a test as many hundredths, with
 * real sockets. A camera that waits, as in a long pull, must be given the same clock. Sockets are not hastened:
 * at 100 a time-out of a minute leaves them 0.6 s.
 */
export function hastyClock(speed: number): Clock {
  const wallOrigin = systemClock.wall();
  const origin = systemClock.monotonic();
  const passed = () => (systemClock.monotonic() - origin) * speed;
  return {
    wall: () => wallOrigin + passed(),
    monotonic: passed,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
    after: (ms, run) => systemClock.after(ms / speed, run),
  };
}
