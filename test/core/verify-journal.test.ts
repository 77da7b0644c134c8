import { expect, test } from "vitest";
import { chainLinker, GENESIS } from "../../agent/core/chain.ts";
import { readPublicKeys } from "../../agent/core/signed-text.ts";
import { verifyJournal } from "../../agent/core/verify-journal.ts";
import type { JournalContent, JournalRow } from "../../agent/core/verify-journal-epoch.ts";
import { type HonestEpoch, honestEpoch } from "../fakes/honest-site.ts";
import { testSigner } from "../fakes/signer.ts";

const keys = readPublicKeys(`${testSigner().publicKey}\n${testSigner(8).publicKey}`) ?? new Map();
const first = honestEpoch({ motion: 40 });
const second = honestEpoch({
  epoch: "b".repeat(32),
  motion: 20,
  previous: first.head,
  signer: testSigner(8),
  from: first.signedAt + 1_000,
});

function rowsOf({ site, epoch, events }: HonestEpoch, base: number): JournalRow[] {
  const link = chainLinker(site, epoch);
  let hash: Uint8Array = GENESIS;
  return events.map(({ seq, kind, body }) => {
    hash = link(hash, seq, body);
    return { position: base + seq, kind, body: Buffer.from(body), hash };
  });
}

const end = first.events.length;
const whole = [...rowsOf(first, 0), ...rowsOf(second, end)];

function judge(rows: readonly JournalRow[], content: Partial<JournalContent> = {}, known = keys) {
  const hashAt = (position: number) => rows.find((row) => row.position === position)?.hash ?? null;
  const epochs = [
    { id: first.epoch, base: 0 },
    { id: second.epoch, base: end },
  ];
  return verifyJournal({ site: "site-1", epochs, dropped: [], rows, hashAt, ...content }, known);
}

test("two epochs that follow each other verify, and say up to where they are signed", () => {
  const report = judge(whole);
  expect(report.ok).toBe(true);
  expect(report.epochs).toMatchObject([
    { events: end, from: 1, to: end, missing: 0, follows: null, lastCheckpoint: { seq: first.vouchedUpTo } },
    {
      events: second.events.length,
      follows: true,
      checkpoints: { good: 3, bad: 0 },
      tail: { unvouched: 1, age: 0, ok: true },
    },
  ]);
});

test("the end of an epoch that was cut off shows by the next one's base, and by the head that it names", () => {
  const cut = judge(whole.filter(({ position }) => position < end - 2 || position > end));
  expect(cut.epochs[0]).toMatchObject({ ok: false, missing: 3, gaps: [[end - 2, end]] });
  const other = honestEpoch({ motion: 20, epoch: second.epoch, previous: { ...first.head, seq: end - 3 } });
  const report = judge([...rowsOf(first, 0), ...rowsOf(other, end)]);
  expect(report.epochs[1]).toMatchObject({ ok: false, follows: false });
});

test("checkpoints that were taken out show by the age of the last one; none at all proves nothing", () => {
  const motion = honestEpoch({ motion: 300, every: 1_000 });
  const only = { epochs: [{ id: motion.epoch, base: 0 }] };
  // Behind the first checkpoint, and without the last one: five minutes of events.
  const old = judge(rowsOf(motion, 0).slice(0, -1), only);
  expect(old.epochs[0]).toMatchObject({
    ok: false,
    missing: 0,
    tail: { unvouched: 301, age: 300, ok: false },
  });
  const none = judge(rowsOf(motion, 0).slice(0, 1), only);
  expect(none.epochs[0]).toMatchObject({ ok: false, tail: { age: null, ok: false } });
  const running = (now: number) => {
    const rows = rowsOf(motion, 0);
    const hashAt = (position: number) => rows[position - 1]?.hash ?? null;
    return verifyJournal({ site: "site-1", dropped: [], rows, hashAt, ...only }, keys, now).ok;
  };
  expect([running(motion.signedAt + 100_000), running(motion.signedAt + 200_000)]).toEqual([true, false]);
});

test("a hole is named, what is behind it is proven by the next checkpoint, and one that vouched for it is told", () => {
  const signed = first.events.filter(({ kind }) => kind === "checkpoint").map(({ seq }) => seq);
  const vouched = (signed[1] ?? 0) - 1;
  const report = judge(whole.filter(({ position }) => position !== vouched));
  expect(report.epochs[0]).toMatchObject({
    ok: false,
    missing: 1,
    gaps: [[vouched, vouched]],
    changedCount: 0,
    checkpoints: { good: signed.length - 1, uncheckable: 1 },
  });
});

test("all that was dropped is accounted for, also up to the end of what there is", () => {
  const hashOf = (position: number) => whole[position - 1]?.hash ?? GENESIS;
  const dropped = [
    { from: 1, to: 10, hash: hashOf(10) },
    { from: 11, to: end + 5, hash: hashOf(end + 5) },
  ];
  const report = judge(
    whole.filter(({ position }) => position > end + 5),
    { dropped },
  );
  expect(report.epochs).toMatchObject([
    { ok: true, events: 0, dropped: end, missing: 0 },
    { ok: true, dropped: 5, missing: 0, changedCount: 0 },
  ]);
});

test("a beginning or checkpoint of a key that is not known, or with another's signature, proves nothing", () => {
  const one = readPublicKeys(testSigner().publicKey) ?? new Map();
  expect(judge(whole, {}, one).epochs[1]).toMatchObject({
    ok: false,
    checkpoints: { good: 0, unknownKey: 4 },
  });
  // Whoever has the file can compute the chain anew, but sign nothing.
  const forged = first.events.findIndex(({ kind }) => kind === "checkpoint");
  const events = first.events.map((event, index) =>
    index === forged ? { ...event, body: event.body.replace(/"signature":"../, '"signature":"__') } : event,
  );
  const report = judge(rowsOf({ ...first, events }, 0), { epochs: [{ id: first.epoch, base: 0 }] });
  expect(report.epochs[0]).toMatchObject({ ok: false, changedCount: 0, checkpoints: { good: 0, bad: 4 } });
});

test("rows without body or hash, of another site, or of no epoch are named; an empty journal proves nothing", () => {
  const rows = whole.map((row) => {
    if (row.position === 5) return { ...row, body: null };
    if (row.position === 9) return { ...row, hash: null };
    return row;
  });
  expect(judge(rows).epochs[0]).toMatchObject({ ok: false, changed: [5, 9] });
  expect(judge(whole, { site: "site-2" }).ok).toBe(false);
  expect(judge([{ position: 0, kind: "motion", body: null, hash: null }, ...whole])).toMatchObject({
    ok: false,
    strays: 1,
  });
  expect(judge([], { epochs: [] }).ok).toBe(false);
  expect(judge(whole, { epochs: [{ id: "not an epoch", base: 0 }] }).ok).toBe(false);
});

test("what was dropped unsent is told apart, and a report of it that is not the site's, or not of this chain, is found", () => {
  const range = { from: 10, to: 14 };
  const made = honestEpoch({ motion: 40, gone: [range] });
  const all = rowsOf(made, 0);
  const rows = all.filter(({ position }) => position < 10 || position > 17);
  const dropped = [{ from: 10, to: 17, hash: all[16]?.hash ?? GENESIS }];
  const only = { epochs: [{ id: made.epoch, base: 0 }], dropped };
  expect(judge(rows, only).epochs[0]).toMatchObject({ ok: true, dropped: 8, toldGone: 5, missing: 0 });
  const strange = honestEpoch({ motion: 40, gone: [range], signer: testSigner(9) });
  expect(judge(rowsOf(strange, 0), { epochs: only.epochs }).ok).toBe(false);
  const other = honestEpoch({
    motion: 40,
    gone: [range],
    goneOf: { epoch: made.epoch, hashAt: second.hashAt },
  });
  expect(judge(rowsOf(other, 0), { epochs: only.epochs }).epochs[0]).toMatchObject({
    ok: false,
    changedCount: 0,
    checkpoints: { bad: 1 },
  });
});
