import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "../../fakes/eventually.ts";
import { subscribeAsUnit, type UnitSubscriber } from "../../fakes/unit-subscriber.ts";
import type { FaultCounts } from "./counts.ts";
import { MotionAccount, type Stretch } from "./motion-account.ts";
import { type MovingOptions, type MovingSite, startMovingSite } from "./moving-site.ts";
import { publicKeyIn, recordMessages, streamFaults } from "./received-stream.ts";

/** The whole agent under motion, with a subscriber of its own that knows which motions must arrive. */
export interface CountedSite extends AsyncDisposable {
  readonly site: MovingSite;
  readonly unit: UnitSubscriber;
  /** What cameras see from now on is counted to this fault. */
  begin(fault: string): void;
  /**
   * Waits until all event channels are open, at most for `patience`, and then for as long as `during` takes: what
   * cameras see in that time must arrive. Gives how long the channels took. Milliseconds.
   */
  live(during: () => Promise<unknown>, patience: number): Promise<number>;
  /** Whether a motion has arrived that was made after `at`; wall milliseconds. */
  hasArrivedSince(at: number): boolean;
  /** Calms the cameras and waits until all that must arrive has, or for `ms`. */
  arrive(ms: number): Promise<void>;
  /** Ends the agent and says what became of the motions that count. */
  end(): Promise<CountedMotion>;
}

export interface CountedMotion {
  /** Each time that a fault began. */
  readonly strikes: readonly FaultCounts[];
  /** What is not as it must be in the stream that arrived, and in how the agent ended; in words. */
  readonly wrong: readonly string[];
}

export interface CountedOptions extends MovingOptions {
  /** The broker itself, also where the agent is led another way. */
  readonly unitAt: string;
}

const SAMPLE_MS = 50;
/** What the broker has, the subscriber gets within this. Milliseconds. */
const DELIVERY_MS = 10_000;

export async function startCountedSite({ unitAt, ...options }: CountedOptions): Promise<CountedSite> {
  await using parts = new AsyncDisposableStack();
  const unit = parts.use(await subscribeAsUnit({ url: unitAt }));
  const messages = recordMessages(unit);
  const site = parts.use(await startMovingSite(options));
  const account = new MotionAccount(site.moves, unit);
  const owned = parts.move();
  return {
    site,
    unit,
    begin: (fault) => account.begin(fault),
    async live(during, patience) {
      const began = performance.now();
      await site.watchedAnew(patience);
      const took = performance.now() - began;
      account.count(await watchWhile(site, during));
      return took;
    },
    hasArrivedSince: (at) => account.hasArrivedSince(at),
    async arrive(ms) {
      await site.calm();
      await eventually("all arrived", () => account.isWhole(), ms).catch(() => undefined);
    },
    async end() {
      const { code } = await site.agent.stop();
      const faults = () => streamFaults(messages, publicKeyIn(unit.retained));
      const isWhole = () => faults().length === 0;
      await eventually("a whole stream", isWhole, DELIVERY_MS).catch(() => undefined);
      return {
        strikes: account.strikes(),
        wrong: [
          ...(code === 0 ? [] : [`the agent ended with ${code}: ${site.agent.errors.slice(-500)}`]),
          ...faults(),
          ...account.disorder(),
          ...unit.violations,
        ],
      };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/**
 * Resolves after `during` with the stretches in which each motion is durable by the camera's own account: what it was
 * asked for twice since. A request that is under way gives what was made, and the one after it says that it is kept.
 */
async function watchWhile(site: MovingSite, during: () => Promise<unknown>): Promise<Stretch[]> {
  const from = Date.now();
  const samples: { readonly at: number; readonly pulls: ReadonlyMap<string, number> }[] = [];
  const sample = async () => samples.push({ at: Date.now(), pulls: await site.pulls() });
  let isOver = false;
  const done = during().finally(() => {
    isOver = true;
  });
  for (; !isOver; await Promise.race([done, pause(SAMPLE_MS)])) await sample();
  await sample();
  await done;
  const last = samples.at(-1)?.pulls ?? new Map<string, number>();
  return [...last].flatMap(([camera, pulls]) => {
    const to = samples.findLast((one) => (one.pulls.get(camera) ?? 0) <= pulls - 2)?.at;
    return to === undefined ? [] : [{ camera, from, to }];
  });
}
