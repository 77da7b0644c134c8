import { setTimeout as pause } from "node:timers/promises";
import type { EventDraft } from "../../../agent/model/event.ts";
import { type Event, segmentSchema } from "../../../agent/model/event.ts";
import { quantile } from "../../bench/statistics.ts";
import { motionDraft } from "../../fakes/drafts.ts";
import { eventually } from "../../fakes/eventually.ts";
import type { PublishSeen } from "../../fakes/scripted-broker.ts";
import { byFault, type FaultCounts, sumOf } from "./counts.ts";
import { LARGE, MARK, type PoisonKind, poisonKinds } from "./poison-kinds.ts";
import type { Torture, TortureContext, TortureOutcome } from "./torture.ts";
import { openUplinkRig } from "./uplink-rig.ts";

/** Events that wait when the broker is there, and events made from then on, one after the other. */
const WAITING = 300;
const FRESH = 300;
const EVERY_MS = 5;
/** From append to the broker's word, for a good event among bad ones; milliseconds. */
const FRESH_WITHIN = 5_000;
const PATIENCE = 60_000;

export const torture: Torture = {
  name: "poison",
  describe: "600 events, some of which the broker does not take",
  rounds: poisonKinds.length * 20,
  run: (context) => torturePoison(context, poisonKinds, FRESH_WITHIN),
};

interface PoisonResult extends FaultCounts {
  readonly slowest: number;
  readonly missed: readonly string[];
}

/** Each round is the next of `kinds`; a good event among bad ones waits no longer than `freshWithin` milliseconds. */
export async function torturePoison(
  { rounds, folder, signal, progress }: TortureContext,
  kinds: readonly PoisonKind[],
  freshWithin: number,
): Promise<TortureOutcome> {
  const results: PoisonResult[] = [];
  for (let round = 0; round < rounds && !signal.aborted; round++) {
    const kind = kinds[round % kinds.length] as PoisonKind;
    const result = await playPoison(kind, `${folder}/${round}.db`, freshWithin);
    results.push(result);
    progress(`${kind.name}: ${result.received} of ${result.made}, fresh p99 ${result.slowest.toFixed(0)} ms`);
  }
  return {
    rounds: results.length,
    ...sumOf(results),
    faults: byFault(results),
    figures: {
      "good event among bad, worst p99": `${Math.max(...results.map(({ slowest }) => slowest)).toFixed(0)} ms`,
    },
    missed: results.flatMap(({ missed }) => missed).slice(0, 20),
  };
}

async function playPoison(kind: PoisonKind, path: string, freshWithin: number): Promise<PoisonResult> {
  const { name, bad, fate, oneIn, backlog, protocol = "5" } = kind;
  const takenAt = new Map<string, number>();
  let duplicated = 0;
  await using broker = await kind.open((publish) => {
    for (const id of idsIn(publish)) {
      if (takenAt.has(id)) duplicated += 1;
      else takenAt.set(id, performance.now());
    }
  });
  await using rig = await openUplinkRig(path, { url: broker.url, protocol });
  const made: { readonly id: string; readonly isBad: boolean; readonly freshAt: number | undefined }[] = [];
  const append = async (n: number, isFresh: boolean) => {
    const isBad = n % oneIn === oneIn - 1;
    const at = isFresh ? performance.now() : undefined;
    const { epoch, seq } = await rig.journal.append(isBad ? badDraft(n, bad) : motionDraft(n));
    made.push({ id: `${epoch}-${seq}`, isBad, freshAt: at });
  };
  for (let n = 0; backlog && n < WAITING; n++) await append(n, false);
  rig.connect();
  await eventually("the broker is there", () => rig.uplink.facts().connectedSince !== null, PATIENCE);
  for (let n = 0; n < FRESH; n++) {
    await append(n, true);
    await pause(EVERY_MS);
  }
  const due = made.filter(({ isBad }) => !isBad || fate === "arrives");
  const missing = () => due.filter(({ id }) => !takenAt.has(id)).length;
  await eventually("all that can arrive has", () => missing() === 0, PATIENCE).catch(() => undefined);
  const bads = made.filter(({ isBad }) => isBad);
  const told = () => rig.uplink.facts().skipped;
  if (fate === "left out") {
    await eventually("what is left out is told", () => told() === bads.length, 10_000).catch(() => undefined);
  }
  const waits = made.flatMap(({ id, isBad, freshAt }) =>
    isBad || freshAt === undefined ? [] : [(takenAt.get(id) ?? Number.POSITIVE_INFINITY) - freshAt],
  );
  const slowest = quantile(waits, 0.99);
  const missed = [
    ...(missing() > 0 ? [`${name}: ${missing()} did not arrive`] : []),
    ...(slowest > freshWithin ? [`${name}: p99 of a good event ${slowest.toFixed(0)} ms`] : []),
    ...(fate === "left out" && told() !== bads.length
      ? [`${name}: ${bads.length} were bad, ${told()} are told`]
      : []),
    ...(fate !== "arrives" && bads.some(({ id }) => takenAt.has(id)) ? [`${name}: a bad event passed`] : []),
  ];
  return {
    name,
    ...{ made: made.length, accepted: made.length, received: takenAt.size, lost: missing(), duplicated },
    ...{ slowest, missed, ok: missed.length === 0 },
  };
}

function badDraft(n: number, bad: PoisonKind["bad"]): EventDraft {
  const draft = motionDraft(n);
  if (draft.kind !== "motion") throw new Error("not a motion");
  if (bad === "tamper") return { ...draft, kind: "tamper" };
  const fields = { ...draft.data.fields, Note: bad === "large" ? LARGE : MARK };
  return { ...draft, data: { ...draft.data, fields } };
}

/** Ids of the motions and tampers in a publish. */
function idsIn({ topic, payload }: PublishSeen): string[] {
  if (!topic.includes("/event/")) return [];
  const text = JSON.parse(payload.toString()) as Event;
  const events = topic.endsWith("/event/segment") ? segmentSchema.parse(text).data.events : [text];
  return events.flatMap(({ id, type }) =>
    type === "vn.camera.motion.v1" || type === "vn.camera.tamper.v1" ? [id] : [],
  );
}
