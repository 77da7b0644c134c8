import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Batch,
  chooseEviction,
  type Droppable,
  type Eviction,
  type Kept,
} from "../../agent/core/eviction.ts";
import { RangeSet } from "../../agent/core/ranges.ts";

interface Made {
  readonly kind: string;
  readonly camera: string | null;
  readonly class: "receipted" | "delivered" | "unsent" | "hole";
}

const KINDS = ["motion", "device", "health", "tamper", "audit", "site", "checkpoint", "epoch", "gap"];
const anEvent: fc.Arbitrary<Made> = fc.record({
  kind: fc.oneof({ weight: 4, arbitrary: fc.constant("motion") }, fc.constantFrom(...KINDS)),
  camera: fc.constantFrom("gate", "yard", null),
  class: fc.constantFrom("receipted", "delivered", "unsent", "hole"),
});
const journals = fc.array(anEvent, { minLength: 1, maxLength: 80 });
const BYTES = 100;
const NO_LIMIT: Batch = { bytes: 1e9, events: 1e9, looks: 1e9, ranges: 1e9 };
const ALL = { bytes: 1e9, events: 1e9 };

/** Position 1 and up. */
function keptOf(made: readonly Made[], gone: RangeSet = new RangeSet(), searched = 0): Kept {
  const rows = made.map(({ kind, camera }, index): Droppable => {
    return { position: index + 1, kind, bytes: BYTES, camera: kind === "health" ? camera : null };
  });
  const isThere = (position: number) => made[position - 1]?.class !== "hole" && !gone.has(position);
  const ofClass = (name: Made["class"]) => {
    const set = new RangeSet();
    for (const { position: at } of rows)
      if (made[at - 1]?.class === name && isThere(at)) set.add({ from: at, to: at });
    return set.ranges();
  };
  return {
    receipted: ofClass("receipted"),
    delivered: ofClass("delivered"),
    unsent: ofClass("unsent"),
    searched,
    newestCheckpoint:
      rows.findLast(({ kind, position }) => kind === "checkpoint" && isThere(position))?.position ?? 0,
    events: ({ from, to }) => rows.slice(from - 1, to).filter(({ position }) => isThere(position)),
    hasNewerState: (camera, position) =>
      rows
        .slice(position)
        .some((row) => row.kind === "health" && row.camera === camera && isThere(row.position)),
  };
}

const positions = (ranges: Eviction["unsent"]) =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, n) => from + n));
const allOf = ({ delivered, unsent }: Eviction) => [...positions(delivered), ...positions(unsent)];

/** Class of an event by the rules in words; undefined where it is never dropped. */
function classOf(made: readonly Made[], position: number): number | undefined {
  const event = made[position - 1];
  if (!event || event.class === "hole" || event.kind === "epoch") return undefined;
  const later = made.slice(position).filter((other) => other.class !== "hole");
  const isNewest = (same: (other: Made) => boolean) => !later.some(same);
  if (event.kind === "checkpoint" && isNewest(({ kind }) => kind === "checkpoint")) return undefined;
  const { camera } = event;
  if (event.kind === "health" && camera !== null)
    if (isNewest((other) => other.kind === "health" && other.camera === camera)) return undefined;
  if (event.class === "receipted") return 1;
  if (event.class === "delivered") return 2;
  if (event.kind === "gap") return undefined;
  return event.kind === "motion" || event.kind === "device" ? 3 : 4;
}

const inOrder = (made: readonly Made[]) =>
  [1, 2, 3, 4].flatMap((wanted) => made.flatMap((_, n) => (classOf(made, n + 1) === wanted ? [n + 1] : [])));

test("what goes is the least and oldest first, class by class, as much as is needed and no more", () => {
  fc.assert(
    fc.property(journals, fc.integer({ min: 1, max: 90 }), (made, events) => {
      const found = chooseEviction(keptOf(made), { bytes: 0, events }, NO_LIMIT, true);
      const expected = inOrder(made).slice(0, events);
      expect(allOf(found).toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b));
      expect(positions(found.unsent).every((at) => made[at - 1]?.class === "unsent")).toBe(true);
      expect(positions(found.delivered).some((at) => made[at - 1]?.class === "unsent")).toBe(false);
      expect(found).toMatchObject({ events: expected.length, bytes: BYTES * expected.length });
    }),
  );
});

test("many small batches drop what one large one does, and then say that nothing is left", () => {
  const batches = fc.record({
    bytes: fc.integer({ min: 1, max: 1_000 }),
    events: fc.integer({ min: 1, max: 10 }),
    looks: fc.integer({ min: 1, max: 20 }),
    ranges: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(journals, batches, (made, batch) => {
      const gone = new RangeSet();
      let searched = 0;
      let isAll = false;
      for (let round = 0; round < 2_000 && !isAll; round++) {
        const looks = batch.looks + made.length;
        const found = chooseEviction(keptOf(made, gone, searched), ALL, { ...batch, looks }, true);
        expect(found.events).toBeLessThanOrEqual(batch.events);
        expect(found.bytes).toBeLessThan(batch.bytes + BYTES);
        expect(found.unsent.length).toBeLessThanOrEqual(batch.ranges + 1);
        for (const range of [...found.delivered, ...found.unsent]) gone.add(range);
        ({ searched, isAll } = found);
      }
      expect(isAll).toBe(true);
      const expected = inOrder(made).toSorted((a, b) => a - b);
      expect(positions(gone.ranges())).toEqual(expected);
    }),
  );
});

test("where nothing unsent may go, nothing unsent goes", () => {
  fc.assert(
    fc.property(journals, (made) => {
      const found = chooseEviction(keptOf(made), ALL, NO_LIMIT, false);
      expect(found.unsent).toEqual([]);
      expect(allOf(found)).toEqual(
        inOrder(made)
          .filter((at) => made[at - 1]?.class !== "unsent")
          .toSorted((a, b) => a - b),
      );
      expect(found.isAll).toBe(true);
    }),
  );
});

test("a search through many events that may not go stops, and goes on from there", () => {
  const event = (kind: string): Made => ({ kind, camera: null, class: "unsent" });
  const made = [...Array.from({ length: 50 }, () => event("tamper")), event("motion"), event("tamper")];
  const batch = { ...NO_LIMIT, looks: 20 };
  const first = chooseEviction(keptOf(made), { bytes: 0, events: 1 }, batch, true);
  expect(first).toMatchObject({ unsent: [], searched: 20, isAll: false });
  const second = chooseEviction(keptOf(made, new RangeSet(), 40), { bytes: 0, events: 1 }, batch, true);
  expect(second.unsent).toEqual([{ from: 51, to: 51 }]);
});
