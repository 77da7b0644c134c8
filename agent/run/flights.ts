import type { Clock } from "../base/clock.ts";
import type { CutOff, LeftOut, Unanswered } from "../core/cut-off.ts";
import type { InFlight } from "../core/lanes.ts";
import type { OutgoingPublish, PublishOutcome, UplinkEnd, UplinkSession } from "../model/uplink.ts";

export type Share = keyof InFlight;

/** The publishes of one session that have no answer yet. */
export class Flights {
  readonly #session: Pick<UplinkSession, "publish">;
  readonly #cutOff: CutOff;
  readonly #clock: Clock;
  readonly #inFlight = { prompt: 0, backlog: 0 };
  readonly #unanswered = new Set<Unanswered>();
  #answered = false;
  #bytes = 0;

  constructor(session: Pick<UplinkSession, "publish">, cutOff: CutOff, clock: Clock) {
    this.#session = session;
    this.#cutOff = cutOff;
    this.#clock = clock;
  }

  get inFlight(): InFlight {
    return this.#inFlight;
  }

  get count(): number {
    return this.#inFlight.prompt + this.#inFlight.backlog;
  }

  /** Bytes of events and states in flight. */
  get bytes(): number {
    return this.#bytes;
  }

  async publish(share: Share, message: OutgoingPublish, about: LeftOut): Promise<PublishOutcome> {
    const flight = { ...about, sentAt: this.#clock.monotonic() };
    this.#inFlight[share] += 1;
    this.#bytes += about.bytes;
    this.#unanswered.add(flight);
    const outcome = await this.#session.publish(message);
    this.#inFlight[share] -= 1;
    this.#bytes -= about.bytes;
    if (outcome.kind === "late" || outcome.kind === "ended") return outcome;
    this.#unanswered.delete(flight);
    this.#answered ||= outcome.kind !== "too-large";
    this.#cutOff.cleared(about.what);
    return outcome;
  }

  /** The connection has ended by itself. Gives what is left out from now on, as it was why. */
  ended({ atAnswer }: Pick<UplinkEnd, "atAnswer">): LeftOut | undefined {
    const how = { answered: this.#answered, atAnswer: atAnswer === true };
    return this.#cutOff.ended([...this.#unanswered], how, this.#clock.monotonic());
  }
}
