import { uplinkTexts } from "../../agent/model/messages/uplink.ts";
import type { OutgoingPublish, PublishOutcome, UplinkEnd, UplinkSession } from "../../agent/model/uplink.ts";

export const taken: PublishOutcome = { kind: "acknowledged", reasonCode: 0 };
export const refusedWith = (reasonCode: number): PublishOutcome => ({
  kind: "refused",
  reasonCode,
  reason: `0x${reasonCode.toString(16)}`,
});

/** A session whose broker answers as it is told to, when it is told to. */
export class ScriptedSession implements UplinkSession {
  readonly protocol = "5";
  readonly refusedSubscriptions: readonly string[] = [];
  readonly window: number;
  readonly maximumBytes: number;
  readonly ended: Promise<UplinkEnd>;
  /** Everything that was published, in order. */
  readonly sent: OutgoingPublish[] = [];
  /** What the broker makes of each publish. */
  outcome: (message: OutgoingPublish) => PublishOutcome = () => taken;
  /** While true nothing is answered. */
  silent = false;
  /** Most publishes that were in flight at once, and most bytes. */
  readonly peak = { publishes: 0, bytes: 0 };
  #open: { readonly message: OutgoingPublish; readonly settle: (outcome: PublishOutcome) => void }[] = [];
  #over = false;
  #finish: (end: UplinkEnd) => void = () => undefined;

  constructor(window: number, maximumBytes = 268_435_455) {
    this.window = window;
    this.maximumBytes = maximumBytes;
    this.ended = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  publish(message: OutgoingPublish): Promise<PublishOutcome> {
    if (this.#over) return Promise.resolve({ kind: "ended" });
    this.sent.push(message);
    const answer = new Promise<PublishOutcome>((settle) => this.#open.push({ message, settle }));
    this.peak.publishes = Math.max(this.peak.publishes, this.#open.length);
    const bytes = this.#open.reduce((sum, open) => sum + open.message.payload.length, 0);
    this.peak.bytes = Math.max(this.peak.bytes, bytes);
    if (!this.silent) setImmediate(() => this.answerOldest());
    return answer;
  }

  get open(): number {
    return this.#open.length;
  }

  answerOldest(): void {
    const oldest = this.#open.shift();
    oldest?.settle(this.outcome(oldest.message));
  }

  answerAll(): void {
    while (this.#open.length > 0) this.answerOldest();
  }

  cut(end: UplinkEnd = { reason: uplinkTexts.cut }): void {
    this.#over = true;
    for (const { settle } of this.#open.splice(0)) settle({ kind: "ended" });
    this.#finish(end);
  }

  async end(): Promise<void> {
    this.cut();
  }
}
