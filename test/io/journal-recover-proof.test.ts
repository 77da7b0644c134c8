import { expect, test } from "vitest";
import { chainLinker, GENESIS } from "../../agent/core/chain.ts";
import { ChainProof, type Hole } from "../../agent/io/journal-recover-proof.ts";
import { type HonestEpoch, honestEpoch } from "../fakes/honest-site.ts";

/** Which of the events that were found are what was written, by nothing but the chain. */

const first = honestEpoch({ motion: 40 });
const second = honestEpoch({ epoch: "b".repeat(32), motion: 20, previous: first.head, from: first.signedAt });
const end = first.events.length;

interface Row {
  readonly position: number;
  readonly body: Buffer;
  readonly hash: Buffer;
}

function rowsOf({ site, epoch, events }: HonestEpoch, base: number): Row[] {
  const link = chainLinker(site, epoch);
  let hash: Uint8Array = GENESIS;
  return events.map(({ seq, body }) => {
    hash = link(hash, seq, body);
    return { position: base + seq, body: Buffer.from(body), hash: Buffer.from(hash) };
  });
}

const rows = [...rowsOf(first, 0), ...rowsOf(second, end)];
const at = (position: number) => rows[position - 1] as Row;
const changed = (row: Row): Row => ({
  ...row,
  body: Buffer.from(String(row.body).replace("motion", "Motion")),
});
const unhashed = (row: Row): Row => ({ ...row, hash: Buffer.alloc(32, 1) });

function prove(found: readonly Row[], known: readonly Hole[] = []) {
  const proof = new ChainProof("site-1", known);
  const byPosition = Map.groupBy(found, ({ position }) => position);
  const proven = [...byPosition.keys()]
    .sort((a, b) => a - b)
    .flatMap((position) => proof.take({ position, candidates: byPosition.get(position) ?? [] }));
  expect(proof.proven).toBe(proven.length);
  for (const { position, body, hash } of proven) {
    expect(body.equals(at(position).body)).toBe(true);
    expect(hash.equals(at(position).hash)).toBe(true);
  }
  return { positions: proven.map(({ position }) => position), holes: proof.holes, lost: proof.lost };
}

const without = (...positions: readonly number[]) =>
  rows.filter(({ position }) => !positions.includes(position));
const replaced = (row: Row) => [...without(row.position), row];
const all = rows.map(({ position }) => position);
const allBut = (...positions: readonly number[]) => all.filter((position) => !positions.includes(position));

test("every event of a whole journal is proven, over epochs that follow each other", () => {
  expect(prove(rows)).toEqual({ positions: all, holes: [], lost: 0 });
});

test("behind an event that is gone the next is given up, and its hash proves those behind it", () => {
  expect(prove(without(10, 11))).toEqual({
    positions: allBut(10, 11, 12),
    holes: [{ from: 10, to: 12, hash: at(12).hash }],
    lost: 3,
  });
});

test("an event whose bytes changed is lost alone, as its hash still proves the next", () => {
  expect(prove(replaced(changed(at(10))))).toEqual({
    positions: allBut(10),
    holes: [{ from: 10, to: 10, hash: at(10).hash }],
    lost: 1,
  });
});

test("an event whose hash changed is proven by the next", () => {
  expect(prove(replaced(unhashed(at(10))))).toEqual({ positions: all, holes: [], lost: 0 });
});

test("an event whose bytes and hash changed is lost with the one behind it", () => {
  expect(prove(replaced(unhashed(changed(at(10)))))).toMatchObject({ positions: allBut(10, 11), lost: 2 });
});

test("of several versions of an event the one that was written is taken, whichever comes first", () => {
  for (const found of [
    [...rows, changed(at(10)), unhashed(at(11))],
    [changed(at(10)), unhashed(at(11)), ...rows],
  ])
    expect(prove(found)).toMatchObject({ positions: all, lost: 0 });
});

test("the beginning that is gone, and an epoch's, are holes like any other", () => {
  expect(prove(without(1))).toMatchObject({ positions: allBut(1, 2), holes: [{ from: 1, to: 2 }] });
  expect(prove(without(end + 1))).toMatchObject({ positions: allBut(end + 1, end + 2) });
});

test("behind a hole at the end of an epoch the next is proven by what it says to follow and by what follows it", () => {
  expect(prove(without(end - 1, end))).toEqual({
    positions: allBut(end - 1, end),
    holes: [{ from: end - 1, to: end, hash: at(end).hash }],
    lost: 2,
  });
});

test("an event that stands where it was not written is not taken for another", () => {
  const moved = (row: Row, position: number) => ({ ...row, position });
  expect(prove([...without(20, 21), moved(at(20), 21), moved(at(21), 20)]).positions).toEqual(
    expect.not.arrayContaining([20, 21]),
  );
  for (const position of [5, 30, 60, 1_000])
    expect(prove([...without(end + 1), moved(at(end + 1), position)]).positions).toEqual(
      allBut(end + 1, end + 2),
    );
});

test("a hole that the journal knew of is none that is lost, and proves the event behind it", () => {
  const known = [{ from: 1, to: 9, hash: at(9).hash }];
  expect(prove(rows.slice(9), known)).toEqual({
    positions: all.slice(9),
    holes: [{ from: 1, to: 9, hash: at(9).hash }],
    lost: 0,
  });
  expect(prove(rows.slice(9), [{ from: 1, to: 9, hash: Buffer.alloc(32) }])).toMatchObject({ lost: 1 });
});

test("an end that cannot be proven is counted by what was found of it", () => {
  const tail = rows.slice(-5).map((row) => unhashed(changed(row)));
  expect(prove([...rows.slice(0, -5), ...tail])).toMatchObject({
    positions: all.slice(0, -5),
    holes: [],
    lost: 5,
  });
  expect(prove(rows.slice(0, -5))).toMatchObject({ positions: all.slice(0, -5), lost: 0 });
});

test("what is no event, or another site's, proves nothing and throws nothing", () => {
  const other = honestEpoch({ site: "site-2", motion: 5 });
  expect(prove(rowsOf(other, 0)).positions).toEqual([]);
  const bodies = ["", "{}", "[]", "null", '{"id":"x"}', `{"id":"${"a".repeat(32)}-99999999999999999"}`];
  const nonsense = bodies.map((body, index) => ({
    position: index + 1,
    body: Buffer.from(body),
    hash: Buffer.alloc(index),
  }));
  expect(prove(nonsense).positions).toEqual([]);
});
