import fc from "fast-check";
import { expect, test } from "vitest";
import { REMEMBERED_REQUESTS, type SignedRequest, TakenRequests } from "../../agent/core/taken-requests.ts";

const KEY = "0123456789abcdef";
const MINUTE = 60_000;
const start = Date.UTC(2026, 10, 24, 1);

const request = (n: number, issued: number, keyId = KEY): SignedRequest => ({
  keyId,
  request: `r${n}`,
  issued,
  expires: issued + 5 * MINUTE,
});

/** What was taken, kept as the journal keeps it; `restart` begins again from there. */
function memory() {
  const notes = new Map<string, string>();
  let taken = new TakenRequests(notes);
  return {
    notes,
    restart: () => {
      taken = new TakenRequests(notes);
    },
    take(asked: SignedRequest, time: number | undefined): string {
      const judged = taken.judge(asked, time);
      if ("reason" in judged) return judged.reason;
      for (const [name, note] of judged.changes) {
        if (note === undefined) notes.delete(name);
        else notes.set(name, note);
      }
      taken.apply(judged.changes);
      return "taken";
    },
  };
}

test("so many requests are remembered; more are not taken until the first are over", () => {
  const { take, notes } = memory();
  for (let n = 0; n < REMEMBERED_REQUESTS; n++) expect(take(request(n, start), start)).toBe("taken");
  expect(take(request(-1, start), start)).toBe("busy");
  const later = start + 5 * MINUTE;
  expect(take(request(-2, later), later)).toBe("taken");
  expect(notes.size).toBe(2);
});

test("without the time those that end first are forgotten, and can never be taken again", () => {
  const { take, notes, restart } = memory();
  const nth = (n: number) => request(n, start + n * 1_000);
  const all = [...Array(REMEMBERED_REQUESTS + 100).keys()];
  for (const n of all) expect(take(nth(n), undefined)).toBe("taken");
  expect(notes.size).toBe(REMEMBERED_REQUESTS + 1);
  restart();
  for (const n of all) expect(["expired", "replayed"]).toContain(take(nth(n), undefined));
  // An officer whose clock is some minutes behind is not kept out by that.
  expect(take(request(-1, start + 200_000, "fedcba9876543210"), undefined)).toBe("taken");
});

test("without the time, officers whose clocks are years ahead cannot make the others' requests forgotten", () => {
  const { take } = memory();
  const ahead = start + 10 * 365 * 86_400_000;
  for (let n = 0; n < REMEMBERED_REQUESTS; n++) expect(take(request(n, ahead), undefined)).toBe("taken");
  expect(take(request(-1, start, "fedcba9876543210"), undefined)).toBe("busy");
});

test("whatever the clock does, and however often the agent starts anew, nothing is taken twice", () => {
  const step = fc.record({
    n: fc.nat(30),
    issued: fc.nat(30).map((minutes) => start + minutes * MINUTE),
    time: fc.option(
      fc.integer({ min: -40, max: 80 }).map((minutes) => start + minutes * MINUTE),
      { nil: undefined },
    ),
    restart: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { take, restart } = memory();
      const seen = new Set<string>();
      for (const { n, issued, time, restart: anew } of steps) {
        if (anew) restart();
        const asked = request(n, issued);
        if (take(asked, time) !== "taken") continue;
        const name = JSON.stringify(asked);
        expect(seen.has(name)).toBe(false);
        seen.add(name);
      }
    }),
  );
});

test("what damage has made of a note is remembered as a request without an end", () => {
  const notes = new Map([
    [`${KEY}/r1`, "rubbish"],
    ["forgotten", "x"],
    ["", ""],
  ]);
  const taken = new TakenRequests(notes);
  expect(taken.judge(request(1, start), undefined)).toEqual({ reason: "replayed" });
  expect(taken.judge(request(2, start), undefined)).toHaveProperty("changes");
});
