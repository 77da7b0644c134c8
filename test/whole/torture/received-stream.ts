import { setTimeout as pause } from "node:timers/promises";
import { readPublicKeys } from "../../../agent/core/signed-text.ts";
import { Verifier, type VerifyReport } from "../../../agent/core/verify.ts";
import type { Event } from "../../../agent/model/event.ts";
import type { UnitSubscriber } from "../../fakes/unit-subscriber.ts";
import type { Move, MovingSite } from "./moving-site.ts";

const SAMPLE_MS = 50;

/** The bytes of every event message that a subscriber gets from now on, as it would write them down. */
export function recordMessages({ client }: Pick<UnitSubscriber, "client">): readonly Buffer[] {
  const messages: Buffer[] = [];
  client.on("message", (topic, payload) => {
    if (topic.includes("/event/")) messages.push(payload);
  });
  return messages;
}

/** What is not as it must be in a received stream, in words: holes, forks, broken links, checkpoints that do not hold. */
export function streamFaults(messages: readonly Buffer[], publicKey: string): string[] {
  const keys = readPublicKeys(publicKey);
  if (!keys) throw new Error("no public key");
  const verifier = new Verifier(keys);
  for (const message of messages) verifier.take(message);
  return verifier.report(Date.now()).epochs.flatMap((epoch) => faultsOf(epoch));
}

function faultsOf(report: VerifyReport["epochs"][number]): string[] {
  const { epoch, missing, forks, brokenLinks, unproven, checkpoints, previous } = report;
  const counts = {
    missing,
    forks: forks.length,
    "broken links": brokenLinks.length,
    unproven: unproven.length,
    "bad signatures": checkpoints.bad,
  };
  const faults = Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
  if (previous !== "first" && previous !== "matches") faults.push(`the epoch before ${previous}`);
  return faults.map((fault) => `verify, epoch ${epoch.slice(0, 8)}: ${fault}`);
}

/** A stretch of time in which each motion of a camera counts; wall milliseconds. */
export interface Stretch {
  readonly camera: string;
  readonly from: number;
  readonly to: number;
}

/** A camera keeps nothing for whom it has no subscription of: until there is one again. Milliseconds. */
const DEAF_MS = 30_000;
/** The last look at a camera is no longer than this behind the end of a stretch. */
const SAMPLED_MS = 2_000;

/**
 * Motions that were made within the stretches, and those of them that arrived. A stretch in which the event channel
 * was lost, as the site itself says, does not count: on a machine with too much to do a camera is asked too late.
 */
export function movesWithin(
  moves: readonly Move[],
  stretches: readonly Stretch[],
  received: readonly Event[],
): { readonly made: number; readonly arrived: number } {
  const losses = received.flatMap(({ type, subject, time, data }) =>
    type === "vn.camera.motion.v1" && data.reason === "channel-lost"
      ? [{ camera: subject, at: Date.parse(time) }]
      : [],
  );
  const sound = stretches.filter(
    ({ camera, from, to }) =>
      !losses.some((loss) => loss.camera === camera && loss.at > from - DEAF_MS && loss.at < to + SAMPLED_MS),
  );
  const counting = moves.filter((move) => sound.some((stretch) => isWithin(move, stretch)));
  const times = new Map<string, number[]>();
  for (const event of received) {
    if (event.type !== "vn.camera.motion.v1" || event.data.reason !== "reported") continue;
    const camera = event.subject ?? "";
    times.set(camera, [...(times.get(camera) ?? []), Number(event.data.fields.MadeAt)]);
  }
  const arrived = counting.filter(({ camera, from, to }) =>
    times.get(camera)?.some((at) => from <= at && at <= to),
  );
  return { made: counting.length, arrived: arrived.length };
}

function isWithin(move: Move, { camera, from, to }: Stretch): boolean {
  return move.camera === camera && move.from >= 1_000 * from && move.to <= 1_000 * to;
}

/**
 * Resolves after so long with the stretches in which each motion is durable by the camera's own account: what it was
 * asked for twice since. A request that is under way gives what was made, and the one after it says that it is kept.
 */
export async function liveFor(site: MovingSite, ms: number): Promise<Stretch[]> {
  const from = Date.now();
  const samples: { readonly at: number; readonly pulls: ReadonlyMap<string, number> }[] = [];
  const sample = async () => samples.push({ at: Date.now(), pulls: await site.pulls() });
  for (await sample(); Date.now() < from + ms; await sample()) await pause(SAMPLE_MS);
  const last = samples.at(-1)?.pulls ?? new Map<string, number>();
  return [...last].flatMap(([camera, pulls]) => {
    const to = samples.findLast((one) => (one.pulls.get(camera) ?? 0) <= pulls - 2)?.at;
    return to === undefined ? [] : [{ camera, from, to }];
  });
}

/** What the site says its key is. */
export function publicKeyIn(retained: ReadonlyMap<string, unknown>): string {
  for (const [topic, value] of retained)
    if (topic.endsWith("/info")) return (value as { readonly publicKey: string }).publicKey;
  throw new Error("no info was received");
}
