import { type Clock, rfc3339 } from "../base/clock.ts";
import type { Loop } from "../core/progress.ts";
import { checkpointText } from "../core/signed-text.ts";
import type { Config } from "../model/config.ts";
import type { ChainHead, Journal } from "../model/journal.ts";
import type { Signer } from "../model/signer.ts";
import type { Recorder } from "./recorder.ts";

/** Writing a checkpoint may take this long (a disk that stalls) before the watchdog minds. Milliseconds. */
const LONGEST_WRITE = 60_000;

export interface CheckpointPorts {
  readonly clock: Clock;
  readonly journal: Pick<Journal, "chainHead" | "onAccepted">;
  readonly recorder: Pick<Recorder, "record">;
  readonly signer: Signer;
  readonly site: string;
  readonly progress: Loop;
  readonly policy: () => Pick<Config["journal"], "checkpointEvery" | "checkpointEvents">;
}

/**
 * Signs where the chain stands: after so many events or so much time, also when nothing happens, so that a tail that
 * was cut off shows by its silence. A checkpoint is an event and in the chain itself.
 */
export class Checkpoints {
  readonly #ports: CheckpointPorts;

  constructor(ports: CheckpointPorts) {
    this.#ports = ports;
  }

  /** Vouches for all that is durable now; gives what it vouches for. */
  async write(): Promise<ChainHead> {
    const { clock, journal, recorder, signer, site } = this.#ports;
    const vouched = journal.chainHead();
    const { epoch, seq, hash } = vouched;
    const at = clock.wall();
    const head = { seq, hash, time: rfc3339(at) };
    const signature = signer.sign(checkpointText({ site, epoch }, head));
    await recorder.record({
      kind: "checkpoint",
      at,
      data: { ...head, keyId: signer.keyId, signature },
    });
    return vouched;
  }

  /** Writes one at once, then as they fall due, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, progress, policy } = this.#ports;
    while (!signal.aborted) {
      progress.beat(clock.monotonic(), policy().checkpointEvery + LONGEST_WRITE);
      await this.#due((await this.write()).seq, signal);
    }
    progress.end();
  }

  async #due(vouched: number, signal: AbortSignal): Promise<void> {
    const { clock, journal, policy } = this.#ports;
    const { checkpointEvery, checkpointEvents } = policy();
    const wake = new AbortController();
    const stop = () => wake.abort();
    // The checkpoint itself is one event more, and no reason for the next.
    const count = () => {
      if (journal.chainHead().seq - vouched > checkpointEvents) wake.abort();
    };
    const forget = journal.onAccepted(count);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) wake.abort();
    count();
    await clock.sleep(checkpointEvery, wake.signal);
    signal.removeEventListener("abort", stop);
    forget();
  }
}
