import type { Moment } from "../../agent/core/known-time.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import { offsetFrom, offsetSeen, zoneIn } from "../protocol/device-clock.ts";
import type { XmlElement } from "../protocol/xml.ts";
import { readCameraTime } from "./clock.ts";

/** What a refused token amounts to after the clock was read again. */
export interface ClockCheck {
  /** The next token will be another: worth one more try. */
  readonly retry: boolean;
  readonly fault?: Fault;
}

/** What tokens are dated by, milliseconds. */
export interface Dating {
  /** Camera's clock less the box's, as of when it was read; undefined until it told. */
  readonly offset: number | undefined;
  /** Camera's clock less the box's monotonic one, so that tokens stay right whatever becomes of the box's wall clock. */
  readonly ahead: number;
  /** The part of the offset that tokens must not have: a camera that tells local time as UTC checks real UTC. */
  readonly zone: number;
}

/** A clock that moved by less since it was last read explains no refusal, milliseconds. */
const CLOCK_MOVED_MS = 2_000;

/** One camera's clock, as far as tokens must be dated by it: a device takes none that is not of about its own now. */
export class TokenClock {
  #dating: Dating = { offset: undefined, ahead: 0, zone: 0 };

  get dating(): Dating {
    return this.#dating;
  }

  /** Takes an answer to GetSystemDateAndTime: sent at so many monotonic milliseconds, and answered now. */
  learn(answer: XmlElement, sentAt: number, { wall, monotonic }: Moment): void {
    const cameraMs = readCameraTime(answer);
    if (cameraMs === undefined) this.#dating = { ...this.#dating, offset: undefined };
    else {
      const ahead = offsetFrom(cameraMs, sentAt, monotonic);
      this.#dating = { ...this.#dating, ahead, offset: Math.round(ahead + monotonic - wall) };
    }
  }

  /** Judges a refused token that was dated by `before`, now that the clock was read again. */
  afterRefusal(before: Dating): ClockCheck {
    const now = this.#dating.offset;
    if (now === undefined)
      return {
        retry: false,
        fault: fault("login-clock", evidenceTexts.loginTimeless),
      };
    if (before.offset === undefined || Math.abs(this.#dating.ahead - before.ahead) > CLOCK_MOVED_MS)
      return {
        retry: true,
        fault: fault("login-clock", compose(evidenceTexts.loginClockMoved, { seen: offsetSeen(now) })),
      };
    const zone = zoneIn(now);
    if (zone === before.zone) return { retry: false };
    // Once signed with the box's hours and refused too, the password is the likelier cause.
    this.#dating = { ...this.#dating, zone };
    return { retry: true };
  }

  /**
   * Now by the camera's clock (agsh/onvif #249, home-assistant #121952). Half a second early: its clock was read in
   * whole seconds, and a token from the future is refused where one from the near past is not.
   */
  createdMs({ wall, monotonic }: Moment): number {
    const { offset, ahead, zone } = this.#dating;
    return offset === undefined ? wall : monotonic + ahead - zone - 500;
  }
}
