import type { CameraSignal } from "../../agent/model/camera.ts";
import { type Alert, isHeartbeat, kindOf } from "./alert.ts";

/** A device repeats what is active each second; a heartbeat this soon after one does not deny it. Milliseconds. */
const DENIABLE_AFTER_MS = 3_000;
/** Most that is remembered as active; a device that invents channels loses the oldest. */
const MOST_ACTIVE = 1_024;
/** Of the device as a whole, whatever channel number firmwares write beside them. */
const WHOLE_DEVICE = /^(?:disk|nicbroken|ipconflict|illaccess|raidfailure|fanfailure|overheat)/i;

/**
 * From the alerts of one connection to signals. What is active is told each time that the device repeats it: how long
 * it pauses between is what its end is known by, as VMD may never say "inactive". An "inactive" is told only where it
 * ends something: heartbeats say "videoloss inactive" all day, and a camera of which that were believed would seem to
 * tell the end of everything.
 */
export class AlertStates {
  /** Kind and channel → monotonic time of the last report that it is active. */
  readonly #active = new Map<string, number>();

  /** The signal, if it is one. `now` in monotonic milliseconds. */
  take(alert: Alert, now: number): CameraSignal | undefined {
    const kind = kindOf(alert);
    if (!kind || alert.late) return undefined;
    const key = `${alert.type.toLowerCase()}\n${alert.channel ?? ""}`;
    if (alert.active) this.#remember(key, now);
    else if (!this.#ends(key, alert, now)) return undefined;
    const channel = WHOLE_DEVICE.test(alert.type) ? undefined : channelNamed(alert);
    return {
      kind,
      topic: alert.type,
      source: channel ?? "",
      ...(channel !== undefined && { channels: [channel] }),
      ...(alert.cameraTime !== undefined && { cameraTime: alert.cameraTime }),
      data: alert.data,
      value: { active: alert.active, initial: false },
    };
  }

  #remember(key: string, now: number): void {
    this.#active.delete(key);
    this.#active.set(key, now);
    if (this.#active.size <= MOST_ACTIVE) return;
    for (const oldest of this.#active.keys()) {
      this.#active.delete(oldest);
      return;
    }
  }

  #ends(key: string, alert: Alert, now: number): boolean {
    const since = this.#active.get(key) ?? Number.NEGATIVE_INFINITY;
    if (isHeartbeat(alert) && now - since < DENIABLE_AFTER_MS) return false;
    return this.#active.delete(key);
  }
}

/** Channels count from 1; 0 is how recorders write "none". */
function channelNamed({ channel }: Alert): string | undefined {
  return channel === "0" ? undefined : channel;
}
