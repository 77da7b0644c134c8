import fc from "fast-check";
import { expect, test } from "vitest";
import { readPublicKeys } from "../../agent/core/signed-text.ts";
import { type EpochReport, Verifier, type VerifyReport } from "../../agent/core/verify.ts";
import type { Range } from "../../agent/model/journal.ts";
import { honestEpoch } from "../fakes/honest-site.ts";
import { generator } from "../fakes/random.ts";
import { testSigner } from "../fakes/signer.ts";

function verify(messages: readonly (string | Uint8Array)[], now: number): VerifyReport {
  const keys = readPublicKeys(testSigner().publicKey);
  if (!keys) throw new Error("no keys");
  const verifier = new Verifier(keys);
  for (const message of messages) verifier.take(Buffer.from(message));
  return verifier.report(now);
}

function only({ epochs }: VerifyReport): EpochReport {
  const [epoch] = epochs;
  if (!epoch || epochs.length > 1) throw new Error(`${epochs.length} epochs`);
  return epoch;
}

/** A few disjoint ranges of seqs, none of them the epoch's beginning. */
const goneRanges = (motion: number) =>
  fc
    .uniqueArray(fc.integer({ min: 3, max: motion }), { minLength: 2, maxLength: 12 })
    .map((cuts): Range[] => {
      const sorted = cuts.toSorted((a, b) => a - b);
      return sorted.flatMap((from, index) => {
        const to = sorted[index + 1];
        return index % 2 === 0 && to !== undefined ? [{ from, to: to - 1 }] : [];
      });
    });

const gone = [
  { from: 40, to: 60 },
  { from: 62, to: 80 },
  { from: 81, to: 81 },
  { from: 100, to: 101 },
];
const stream = honestEpoch({ motion: 120, gone });
const COUNT = 43;

test("a stream verifies over what was told to be gone, in whatever order it comes", () => {
  fc.assert(
    fc.property(fc.nat(), goneRanges(300), fc.integer({ min: 1, max: 64 }), (seed, ranges, every) => {
      const random = generator(seed);
      const made = honestEpoch({ motion: 300, every, gone: ranges, reason: "rows" });
      const epoch = only(verify(random.shuffle([...made.messages]), made.signedAt));
      const count = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
      expect(epoch).toMatchObject({ ok: true, missing: 0, gaps: [], unproven: [], brokenLinks: [] });
      expect(epoch.toldGone).toEqual({ rows: count });
      expect(epoch.verifiedUpTo).toBe(made.vouchedUpTo);
    }),
    { numRuns: 60 },
  );
});

test("events that were told to be gone and came all the same are proven where all of their range came", () => {
  const part = stream.events.slice(61, 80).map(({ body }) => body);
  expect(only(verify([...stream.messages, ...part], stream.signedAt))).toMatchObject({
    ok: true,
    toldGone: { size: COUNT - 19 },
  });
  const some = part.slice(3, 7);
  expect(only(verify([...stream.messages, ...some], stream.signedAt))).toMatchObject({
    ok: false,
    missing: 0,
    unproven: [[65, 68]],
  });
});

test("each event that is left out or changed is found, also beside what is gone", () => {
  const missed: number[] = [];
  for (const index of stream.messages.keys()) {
    if (index === stream.messages.length - 1) continue;
    const left = stream.messages.toSpliced(index, 1);
    const changed = stream.messages.with(index, (stream.messages[index] ?? "").replace("boot-1", "boot-2"));
    if (verify(left, stream.signedAt).ok || verify(changed, stream.signedAt).ok) missed.push(index);
  }
  expect(missed).toEqual([]);
});

test("an event that is put where one is gone is found", () => {
  for (const seq of [40, 41, 60, 62, 80, 81, 100, 101]) {
    const forged = (stream.events[seq - 1]?.body ?? "").replace("boot-1", "boot-2");
    expect(verify([...stream.messages, forged], stream.signedAt).ok).toBe(false);
  }
});

test("what is told in the site's name and not signed by it tells nothing", () => {
  const more = honestEpoch({ motion: 120, gone: [...gone, { from: 111, to: 119 }] });
  const body = more.messages.at(-2) ?? "";
  const mine = stream.messages.at(-2) ?? "";
  expect(body).toContain("vn.camera.gap.v1");
  const field = (text: string, name: string) => new RegExp(`"${name}":"[^"]+"`).exec(text)?.[0] ?? "";
  const left = stream.messages.filter((message) => !/"sequence":"0*11[1-9]"/.test(message));
  const forgeries = [
    body.replace(field(body, "signature"), field(mine, "signature")),
    mine.replace('"count":43', '"count":44').replace('"to":101', '"to":102'),
    mine.replace('"reason":"size"', '"reason":"rows"'),
    mine.replace('"from":40,', '"from":39,'),
    mine.replace('"keyId":"', '"keyId":"0000'),
    mine.replace('"}]', `","hashes":"${"A".repeat(43)}"}]`),
    mine.replace('"}]', '","hashes":"A"}]'),
  ];
  for (const forged of forgeries) {
    expect(forged).not.toBe(mine);
    const report = only(verify([...left.slice(0, -2), forged, ...left.slice(-1)], stream.signedAt));
    expect(report).toMatchObject({ ok: false, checkpoints: { bad: 1 } });
  }
});

test("an epoch of which an end was lost is told of by the one behind it", () => {
  const before = honestEpoch({ motion: 100 });
  const { head, messages, signedAt } = before;
  const lost = { from: 50, to: head.seq };
  const after = honestEpoch({
    motion: 40,
    epoch: "b".repeat(32),
    previous: head,
    from: signedAt + 1_000,
    gone: [lost],
    goneOf: before,
    reason: "damaged",
  });
  const received = messages.slice(0, lost.from - 1);
  expect(verify([...received, ...after.messages], after.signedAt)).toMatchObject({
    ok: true,
    epochs: [{ toldGone: { damaged: head.seq - 49 }, missing: 0, tail: { closed: true } }, { toldGone: {} }],
  });
  const silent = honestEpoch({ motion: 40, epoch: "b".repeat(32), previous: head, from: signedAt + 1_000 });
  expect(verify([...received, ...silent.messages], silent.signedAt).ok).toBe(false);
});

/** Of `first` the end is lost, of `second` the beginning; `third` and `fourth` tell so. */
function lostBoundary() {
  const first = honestEpoch({ motion: 100 });
  const at = (epoch: { readonly signedAt: number }) => epoch.signedAt + 600_000;
  const second = honestEpoch({ motion: 40, epoch: "b".repeat(32), previous: first.head, from: at(first) });
  const end = { from: 90, to: first.head.seq };
  const third = honestEpoch({
    motion: 5,
    epoch: "c".repeat(32),
    previous: second.head,
    from: at(second),
    gone: [end],
    goneOf: first,
    losesEnd: true,
    reason: "damaged",
  });
  const fourth = honestEpoch({
    motion: 5,
    epoch: "d".repeat(32),
    previous: third.head,
    from: at(third),
    gone: [{ from: 1, to: 10 }],
    goneOf: second,
    reason: "damaged",
  });
  return { first, second, later: [...third.messages, ...fourth.messages], now: fourth.signedAt, end };
}

test("an end that is lost with the beginning behind it was told, and what nothing proves beside it is named", () => {
  const { first, second, later, now, end } = lostBoundary();
  const kept = [...first.messages.slice(0, end.from - 1), ...second.messages.slice(10), ...later];
  expect(verify(kept, now)).toMatchObject({
    ok: true,
    epochs: [
      {
        missing: 0,
        lostEnd: [end.from, end.to],
        toldGone: { damaged: end.to - end.from + 1 },
        tail: { closed: true },
      },
      { previous: "gone", missing: 0, unproven: [] },
      { previous: "matches" },
      { previous: "matches" },
    ],
  });
  // Of the end that is lost the unit had received some: no checkpoint follows them any more.
  const more = [...kept, ...first.messages.slice(end.from - 1, end.from + 1)];
  expect(verify(more, now)).toMatchObject({
    ok: false,
    epochs: [{ missing: 0, unproven: [[90, 91]] }, {}, {}, {}],
  });
  const all = [...kept, ...first.messages.slice(end.from - 1)];
  expect(verify(all, now).epochs[0]).toMatchObject({ missing: 0, toldGone: {} });
  // With what followed it, all of it is proven.
  expect(verify([...all, ...second.messages], now)).toMatchObject({ ok: true });
});

test("an end that is lost with the beginning behind it and was not told is found", () => {
  const { first, second, later, now, end } = lostBoundary();
  const silent = later.filter((message) => !message.includes("vn.camera.gap.v1"));
  const report = verify(
    [...first.messages.slice(0, end.from - 1), ...second.messages.slice(10), ...silent],
    now,
  );
  expect(report.epochs.slice(0, 2).map(({ ok }) => ok)).toEqual([false, false]);
});
