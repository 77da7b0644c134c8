import fc from "fast-check";
import { expect, test } from "vitest";
import { FRESH_LIMIT, type InFlight, Lanes, Turns } from "../../agent/core/lanes.ts";
import { RangeSet } from "../../agent/core/ranges.ts";
import type { Range } from "../../agent/model/journal.ts";

test("what was undelivered when the session began is backlog; what comes after is fresh", () => {
  const lanes = new Lanes([{ from: 3, to: 10 }], 10);
  lanes.accepted(12);
  expect(lanes.takeFresh()).toBe(11);
  expect(lanes.takeBacklog(64)).toEqual({ from: 3, to: 10 });
  expect(lanes.takeFresh()).toBe(12);
  expect(lanes.takeFresh()).toBeUndefined();
  expect(lanes.takeBacklog(64)).toBeUndefined();
});

test("a flood of fresh events keeps the newest prompt and sends its oldest with the backlog", () => {
  const lanes = new Lanes([], 0);
  lanes.accepted(1_000);
  expect(lanes.freshWaiting).toBe(FRESH_LIMIT);
  expect(lanes.takeFresh()).toBe(1_000 - FRESH_LIMIT + 1);
  expect(lanes.takeBacklog(10_000)).toEqual({ from: 1, to: 1_000 - FRESH_LIMIT });
});

test("every position is taken exactly once, however takes, floods and returns interleave", () => {
  const action = fc.oneof(
    fc.record({ accept: fc.integer({ min: 1, max: 400 }) }),
    fc.constant("fresh" as const),
    fc.record({ backlog: fc.integer({ min: 1, max: 64 }), giveBack: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), fc.array(action, { maxLength: 60 }), (before, actions) => {
      const lanes = new Lanes([{ from: 1, to: before }], before);
      let head = before;
      const taken: number[] = [];
      for (const act of actions) {
        if (act === "fresh") taken.push(...[lanes.takeFresh()].filter((n) => n !== undefined));
        else if ("accept" in act) {
          head += act.accept;
          lanes.accepted(head);
        } else {
          const range = lanes.takeBacklog(act.backlog);
          if (range && act.giveBack) lanes.giveBack(range);
          else if (range) for (let n = range.from; n <= range.to; n++) taken.push(n);
        }
      }
      for (let n = lanes.takeFresh(); n !== undefined; n = lanes.takeFresh()) taken.push(n);
      for (let range = lanes.takeBacklog(1_000); range; range = lanes.takeBacklog(1_000)) {
        for (let n = range.from; n <= range.to; n++) taken.push(n);
      }
      expect(taken.sort((a, b) => a - b)).toEqual(Array.from({ length: head }, (_, i) => i + 1));
    }),
  );
});

test("what is asked for again while it is taken joins the backlog when it is done with, and not before", () => {
  const lanes = new Lanes([{ from: 1, to: 9 }], 9);
  lanes.takeBacklog(6);
  lanes.askAgain({ from: 5, to: 8 });
  expect(lanes.backlogWaiting).toBe(3);
  expect(lanes.finish({ from: 1, to: 6 })).toEqual([{ from: 1, to: 4 }]);
  expect(lanes.takeBacklog(64)).toEqual({ from: 5, to: 9 });
  expect(lanes.finish({ from: 5, to: 9 })).toEqual([{ from: 5, to: 9 }]);
});

test("what is asked for and is new comes by the fresh lane alone", () => {
  const lanes = new Lanes([], 3);
  lanes.accepted(5);
  lanes.askAgain({ from: 2, to: 400 });
  expect(lanes.takeBacklog(64)).toEqual({ from: 2, to: 3 });
  expect([lanes.takeFresh(), lanes.takeFresh(), lanes.takeFresh()]).toEqual([4, 5, undefined]);
});

test("whatever is asked for again and whenever sessions end, nothing is sent twice at one moment, and all is sent after it was asked for", () => {
  const place = fc.nat({ max: 120 });
  const action = fc.oneof(
    fc.record({ accept: fc.integer({ min: 1, max: 300 }) }),
    fc.constantFrom("fresh" as const, "end" as const),
    fc.record({ take: fc.integer({ min: 1, max: 64 }) }),
    fc.record({ answer: fc.nat(), delivered: fc.boolean() }),
    fc.record({ ask: fc.tuple(place, place) }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.array(action, { maxLength: 80 }), (before, actions) => {
      let head = before;
      const delivered = new RangeSet();
      const session = () => new Lanes(delivered.complement(1, head), head);
      let lanes = session();
      const inFlight: Range[] = [];
      /** Events that were sent since they were asked for last. */
      const sent = new RangeSet();
      const send = (range: Range | undefined) => {
        if (!range) return;
        expect(inFlight.some(({ from, to }) => from <= range.to && to >= range.from)).toBe(false);
        inFlight.push(range);
        sent.add(range);
      };
      const sendFresh = () => {
        const position = lanes.takeFresh();
        if (position !== undefined) send({ from: position, to: position });
      };
      const answer = (range: Range) => {
        for (const part of lanes.finish(range)) delivered.add(part);
      };
      for (const act of actions) {
        if (act === "fresh") sendFresh();
        else if (act === "end") {
          inFlight.length = 0;
          lanes = session();
        } else if ("accept" in act) {
          head += act.accept;
          lanes.accepted(head);
        } else if ("take" in act) send(lanes.takeBacklog(act.take));
        else if ("ask" in act) {
          const range = { from: Math.max(1, Math.min(...act.ask)), to: Math.min(Math.max(...act.ask), head) };
          delivered.remove(range);
          sent.remove(range);
          lanes.askAgain(range);
        } else {
          const [range] = inFlight.splice(act.answer % (inFlight.length || 1), 1);
          if (range && act.delivered) answer(range);
          else if (range) lanes.giveBack(range);
        }
      }
      while (lanes.freshWaiting + lanes.backlogWaiting + inFlight.length > 0) {
        sendFresh();
        send(lanes.takeBacklog(64));
        for (const range of inFlight.splice(0)) answer(range);
      }
      expect(delivered.complement(1, head)).toEqual([]);
      expect(sent.complement(1, head)).toEqual([]);
    }),
  );
});

const all = { state: true, fresh: true, backlog: true };

test("with a window of one the backlog has every fourth turn, and state and fresh events share the others", () => {
  const turns = new Turns();
  const sent = Array.from({ length: 12 }, () => turns.choose(1, { prompt: 0, backlog: 0 }, all));
  expect(sent.filter((lane) => lane === "backlog").length).toBe(3);
  expect(sent.filter((lane) => lane === "state").length).toBeGreaterThanOrEqual(4);
  expect(sent.filter((lane) => lane === "fresh").length).toBeGreaterThanOrEqual(4);
  expect(sent.slice(0, 3)).not.toContain("backlog");
});

test("no lane that has work waits for ever, and the window is never exceeded", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.nat(), { maxLength: 200 }), (window, acks) => {
      const turns = new Turns();
      const inFlight: InFlight & { prompt: number; backlog: number } = { prompt: 0, backlog: 0 };
      const counts = { state: 0, fresh: 0, backlog: 0 };
      const fill = () => {
        for (
          let lane = turns.choose(window, inFlight, all);
          lane;
          lane = turns.choose(window, inFlight, all)
        ) {
          counts[lane] += 1;
          inFlight[lane === "backlog" ? "backlog" : "prompt"] += 1;
          expect(inFlight.prompt + inFlight.backlog).toBeLessThanOrEqual(window);
        }
      };
      fill();
      expect(inFlight.prompt + inFlight.backlog).toBe(window);
      if (window > 1) expect(inFlight.backlog).toBe(Math.max(1, Math.floor(window / 4)));
      for (const ack of acks) {
        const lane = ack % window < inFlight.prompt ? "prompt" : "backlog";
        inFlight[lane] -= 1;
        fill();
      }
      if (acks.length >= 8) for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0);
    }),
  );
});

test("a backlog alone leaves one slot for the next new event, unless there is only one", () => {
  const turns = new Turns();
  const wants = { state: false, fresh: false, backlog: true };
  expect(turns.choose(20, { prompt: 0, backlog: 18 }, wants)).toBe("backlog");
  expect(turns.choose(20, { prompt: 0, backlog: 19 }, wants)).toBeUndefined();
  expect(turns.choose(20, { prompt: 0, backlog: 19 }, all)).not.toBe("backlog");
  expect(turns.choose(1, { prompt: 0, backlog: 0 }, wants)).toBe("backlog");
});
