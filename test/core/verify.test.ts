import fc from "fast-check";
import { expect, test } from "vitest";
import { sealSegment } from "../../agent/core/envelope.ts";
import { readPublicKeys } from "../../agent/core/signed-text.ts";
import { type EpochReport, Verifier, type VerifyReport } from "../../agent/core/verify.ts";
import type { StoredEvent } from "../../agent/model/journal.ts";
import { type HonestEpoch, honestEpoch } from "../fakes/honest-site.ts";
import { generator, type Random } from "../fakes/random.ts";
import { testSigner } from "../fakes/signer.ts";
import { edits } from "../fakes/stream-edits.ts";

const KEYS = keysOf(7);
const ROUNDS = 100;

function keysOf(...seeds: readonly number[]) {
  const keys = readPublicKeys(seeds.map((seed) => testSigner(seed).publicKey).join("\n"));
  if (!keys) throw new Error("no keys");
  return keys;
}

function verify(
  messages: readonly (string | Uint8Array)[],
  now: number,
  keys = KEYS,
  site?: string,
): VerifyReport {
  const verifier = new Verifier(keys, site);
  for (const message of messages) verifier.take(Buffer.from(message));
  return verifier.report(now);
}

const bodies = ({ events }: HonestEpoch) => events.map(({ body }) => body);

function only({ epochs }: VerifyReport): EpochReport {
  const [epoch] = epochs;
  if (!epoch || epochs.length > 1) throw new Error(`${epochs.length} epochs`);
  return epoch;
}

/** As an uplink and a broker may hand it on: alone or in segments, some twice, in any order. */
function deliveries({ site, events }: HonestEpoch, random: Random): string[] {
  const messages: string[] = [];
  for (let at = 0; at < events.length; ) {
    const count = random.below(3) === 0 ? 1 + random.below(64) : 1;
    const part: readonly StoredEvent[] = events.slice(at, at + count);
    const message = count === 1 ? (part[0]?.body ?? "") : sealSegment(site, part);
    messages.push(message);
    if (random.below(4) === 0) messages.push(message);
    at += random.below(5) === 0 ? Math.max(1, count - 2) : count;
  }
  return random.shuffle(messages);
}

test("an honest stream verifies in whatever order, form and number it arrives", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 1, max: 64 }),
      (seed, motion, every) => {
        const random = generator(seed);
        const stream = honestEpoch({ motion, every, source: (n) => `Ngõ ${n} "}]\u2028` });
        const report = verify(deliveries(stream, random), stream.signedAt + random.below(120_000));
        const epoch = only(report);
        expect(epoch).toMatchObject({ gaps: [], forks: [], brokenLinks: [], previous: "first" });
        expect(epoch).toMatchObject({ from: 1, to: stream.events.length, verifiedUpTo: stream.vouchedUpTo });
        expect(epoch.tail.unvouched).toBe(1);
        expect(report.ok).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

const honest = honestEpoch({ motion: 400 });

test.each(Object.entries(edits))("a hundred edits are all found: %s", (name, edit) => {
  const missed: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { messages, what } = edit(honest, generator(round * 31 + name.length));
    if (verify(messages, honest.signedAt).ok) missed.push(what);
  }
  expect(missed).toEqual([]);
});

test("they are a thousand edits in all, and the stream that they are made of verifies", () => {
  expect(Object.keys(edits).length * ROUNDS).toBeGreaterThanOrEqual(1_000);
  expect(verify(bodies(honest), honest.signedAt).ok).toBe(true);
});

test("an event that is missing is named, and spoils no more than its own stretch", () => {
  const messages = bodies(honest).toSpliced(99, 1);
  const epoch = only(verify(messages, honest.signedAt));
  expect(epoch).toMatchObject({ gaps: [[100, 100]], missing: 1, brokenLinks: [], forks: [] });
  expect(epoch.checkpoints).toMatchObject({ bad: 0, missingBehind: 1 });
  expect(epoch.verifiedUpTo).toBeLessThan(100);
});

test("an event that was changed is named by the checkpoints around it", () => {
  const messages = bodies(honest);
  messages[99] = messages[99]?.replace("VideoSource", "VideoSaucer") ?? "";
  const { brokenLinks, gaps, checkpoints, verifiedUpTo } = only(verify(messages, honest.signedAt));
  expect(brokenLinks).toHaveLength(1);
  const [[from, to] = [0, 0]] = brokenLinks;
  expect(from).toBeLessThanOrEqual(100);
  expect(to).toBeGreaterThanOrEqual(100);
  expect(to - from).toBe(16);
  expect(verifiedUpTo).toBe(from - 1);
  expect(gaps).toEqual([]);
  expect(checkpoints).toMatchObject({ bad: 0, missingBehind: 0 });
});

test("two versions of an event are named, whichever came first", () => {
  const forged = bodies(honest)[99]?.replace("VideoSource", "VideoSaucer") ?? "";
  expect(only(verify([...bodies(honest), forged], honest.signedAt)).forks).toEqual([100]);
  expect(only(verify([forged, ...bodies(honest)], honest.signedAt)).forks).toEqual([100]);
});

test("a tail that was cut off shows once two minutes have passed since the last checkpoint", () => {
  const at = (seconds: number) => only(verify(bodies(honest), honest.signedAt + seconds * 1_000)).tail;
  expect(at(120)).toEqual({ closed: false, unvouched: 1, age: 120, ok: true });
  expect(at(120.001)).toMatchObject({ ok: false });
  expect(at(-121)).toMatchObject({ ok: false });
});

test("what nothing vouches for yet is counted, not vouched for", () => {
  const { events } = honestEpoch({ motion: 400, every: 1_000 });
  const messages = events.slice(0, 201).map(({ body }) => body);
  const { verifiedUpTo, tail } = only(verify(messages, events[0]?.at ?? 0));
  expect(verifiedUpTo).toBe(1);
  expect(tail).toMatchObject({ unvouched: 200, ok: true });
});

test("checkpoints of another key count for nothing, whatever key they name", () => {
  const forged = honestEpoch({ motion: 40, signer: { ...testSigner(8), keyId: testSigner(7).keyId } });
  const epoch = only(verify(bodies(forged), forged.signedAt));
  expect(epoch).toMatchObject({ ok: false, verifiedUpTo: 0, tail: { age: null, ok: false } });
  expect(epoch.checkpoints).toMatchObject({ good: 0, bad: 5 });
  expect(verify(bodies(forged), forged.signedAt, keysOf(8)).ok).toBe(false);
});

const first = honestEpoch({ motion: 40 });
const second = honestEpoch({
  motion: 40,
  epoch: "b".repeat(32),
  previous: first.head,
  signer: testSigner(8),
  from: first.signedAt + 3_600_000,
});
const both = keysOf(7, 8);

test("an epoch that names the one before vouches for its end; both verify, in whatever order they come", () => {
  const report = verify([...bodies(second), ...bodies(first)], second.signedAt, both);
  expect(report.ok).toBe(true);
  expect(report.epochs).toMatchObject([
    { epoch: first.epoch, previous: "first", tail: { closed: true, unvouched: 0 } },
    { epoch: second.epoch, previous: "matches", tail: { closed: false } },
  ]);
  expect(report.epochs[0]?.verifiedUpTo).toBe(first.events.length);
});

test("an epoch that was left out, cut short, goes on too long or has two successors is found", () => {
  const judged = (messages: readonly string[]) => {
    const { ok, epochs } = verify(messages, second.signedAt, both);
    return {
      ok,
      previous: epochs.map(({ previous }) => previous),
      missing: epochs.map(({ missing }) => missing),
    };
  };
  expect(judged(bodies(second))).toMatchObject({ ok: false, previous: ["missing"] });
  const short = bodies(first).slice(0, -3);
  expect(judged([...short, ...bodies(second)])).toMatchObject({ ok: false, missing: [3, 0] });
  const longer = honestEpoch({ motion: 41 });
  expect(judged([...bodies(longer), ...bodies(second)])).toMatchObject({ ok: false });
  const twin = honestEpoch({ motion: 40, epoch: "d".repeat(32), previous: first.head });
  expect(judged([...bodies(first), ...bodies(second), ...bodies(twin)])).toMatchObject({
    ok: false,
    previous: ["first", "shared", "shared"],
  });
  const stranger = honestEpoch({ motion: 40, epoch: "e".repeat(32), from: second.signedAt - 40_000 });
  expect(judged([...bodies(first), ...bodies(stranger)])).toMatchObject({
    ok: false,
    previous: ["shared", "shared"],
  });
});

test("one site is judged of several; without its name none is taken for another", () => {
  const other = honestEpoch({ motion: 20, site: "site-2", signer: testSigner(8) });
  const messages = [...bodies(honest), ...bodies(other)];
  expect(verify(messages, honest.signedAt, KEYS, "site-1")).toMatchObject({
    ok: true,
    otherSites: other.events.length,
  });
  expect(verify(messages, honest.signedAt)).toMatchObject({ ok: false, otherSites: 0 });
  const renamed = bodies(honest).map((body) => body.replace("agent:site-1", "agent:site-2"));
  expect(verify(renamed, honest.signedAt).ok).toBe(false);
});

test("state is passed over; nothing, and what is no message, does not verify", () => {
  const state = JSON.stringify({ state: "online", session: 1 });
  expect(verify([...bodies(honest), state, "{}"], honest.signedAt).ok).toBe(true);
  expect(verify([], 0).ok).toBe(false);
  const junk = ["", "x", "[1]", "null", '{"specversion":"1.0","type":"vn.camera.segment.v1"}'];
  for (const message of [...junk, Uint8Array.of(0x7b, 0xff, 0x7d)]) {
    expect(verify([...bodies(honest), message], honest.signedAt)).toMatchObject({ ok: false, malformed: 1 });
  }
});

test("a hostile stream of journals and of far places stays bounded and does not verify", () => {
  const verifier = new Verifier(KEYS);
  const body = bodies(honest)[3] ?? "";
  for (let n = 0; n < 2_000; n++) {
    const far = String(n * 2 ** 40 + 1).padStart(20, "0");
    verifier.take(Buffer.from(body.replace(/"sequence":"\d+"/, `"sequence":"${far}"`)));
    verifier.take(Buffer.from(body.replaceAll("a".repeat(32), n.toString(16).padStart(32, "0"))));
  }
  const report = verifier.report(honest.signedAt);
  expect(report).toMatchObject({ ok: false, overLimit: 977 });
  expect(report.epochs).toHaveLength(1_024);
  const spread = report.epochs.find(({ epoch }) => epoch === honest.epoch);
  expect(spread?.events).toBe(2_000);
  expect(spread?.gaps).toHaveLength(1_000);
});
