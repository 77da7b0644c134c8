import { readPublicKeys } from "../../../agent/core/signed-text.ts";
import { Verifier } from "../../../agent/core/verify.ts";
import { type HonestEpoch, honestEpoch } from "../../fakes/honest-site.ts";
import { generator } from "../../fakes/random.ts";
import { testSigner } from "../../fakes/signer.ts";
import { edits } from "../../fakes/stream-edits.ts";
import type { Torture, TortureContext, TortureOutcome } from "./torture.ts";

/** Honest events for each edit: a verifier that cries wolf is switched off. */
const HONEST_PER_EDIT = 1_000;
/** Motion events of an honest epoch; each names the one before. */
const EPOCH_EVENTS = 20_000;
/** Motion events of a stream that is edited, and how many streams there are to edit. */
const EDITED = { events: 400, streams: 8 };

export const torture: Torture = {
  name: "edits",
  describe: "edits of a received stream by someone without the site's key, and 1,000 honest events for each",
  rounds: 1_000,
  run,
};

function newVerifier(): Verifier {
  const keys = readPublicKeys(testSigner().publicKey);
  if (!keys) throw new Error("the tests' key cannot be read");
  return new Verifier(keys);
}

/** `made` are events of edited and honest streams; what is lost are edits that were not found. */
async function run(context: TortureContext): Promise<TortureOutcome> {
  const missed: string[] = [];
  const { rounds, made: edited } = editStreams(context, missed);
  const honest = await tellHonestly(context, rounds * HONEST_PER_EDIT, missed);
  return {
    rounds,
    made: edited + honest,
    accepted: edited + honest,
    received: edited + honest,
    lost: 0,
    duplicated: 0,
    figures: {
      "edits found": `${rounds - missed.filter((text) => text.startsWith("not found")).length} of ${rounds}`,
      "honest events without a false alarm": honest,
    },
    missed: missed.slice(0, 20),
  };
}

function editStreams({ rounds, seed, signal, progress }: TortureContext, missed: string[]) {
  const random = generator(seed);
  const streams = Array.from({ length: EDITED.streams }, (_, n) =>
    honestEpoch({ motion: EDITED.events, every: 8 * (n + 1) }),
  );
  const kinds = Object.entries(edits);
  let [round, made] = [0, 0];
  for (; round < rounds && !signal.aborted; round++) {
    const [name, edit] = kinds[round % kinds.length] ?? [];
    const stream = streams[random.below(streams.length)];
    if (!name || !edit || !stream) throw new Error("no edit");
    const { messages, what } = edit(stream, random);
    const verifier = newVerifier();
    for (const message of messages) verifier.take(Buffer.from(message));
    if (verifier.report(stream.signedAt).ok) missed.push(`not found: ${name} ${what}`);
    made += messages.length;
    if (round % 200 === 199) progress(`${round + 1} of ${rounds} edits, ${missed.length} not found`);
  }
  return { rounds: round, made };
}

/** Gives the number of events that were verified, each epoch of the site behind the one before. */
async function tellHonestly(
  { seed, signal, progress }: TortureContext,
  count: number,
  missed: string[],
): Promise<number> {
  const random = generator(seed);
  const verifier = newVerifier();
  let told = 0;
  let last: HonestEpoch | undefined;
  for (let number = 1; told < count && !signal.aborted; number++) {
    const motion = Math.min(EPOCH_EVENTS, count - told);
    const epoch = number.toString(16).padStart(32, "0");
    const next = honestEpoch({
      motion,
      epoch,
      every: 256,
      previous: last?.head ?? null,
      source: (n) => `Ngõ ${n}`,
    });
    // Some arrive twice, and each burst in whatever order.
    for (let at = 0; at < next.events.length; at += 64) {
      const burst = next.events.slice(at, at + 64).map(({ body }) => Buffer.from(body));
      const repeats = burst.slice(0, random.below(4));
      for (const body of random.shuffle([...burst, ...repeats])) verifier.take(body);
    }
    told += next.events.length;
    last = next;
    progress(`${told} honest events of ${count}`);
    // Whoever stops the run is heard between epochs.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const report = verifier.report(last?.signedAt ?? 0);
  const alarms = report.epochs.filter(({ ok }) => !ok);
  if (told > 0 && !report.ok)
    missed.push(`a false alarm over ${told} events: ${JSON.stringify(alarms).slice(0, 500)}`);
  return told;
}
