import fc from "fast-check";
import { expect, test } from "vitest";
import { rfc3339 } from "../../agent/base/clock.ts";
import { eventSealer, sealSegment, segmentRoom } from "../../agent/core/envelope.ts";
import { type EventDraft, eventSchema, segmentSchema } from "../../agent/model/event.ts";
import { SEGMENT_BYTES, SEGMENT_EVENTS } from "../../agent/model/event-names.ts";
import type { StoredEvent } from "../../agent/model/journal.ts";
import { motionDraft } from "../fakes/drafts.ts";

const commit = {
  site: "xa-binh-an",
  epoch: "0123456789abcdef0123456789abcdef",
  recordedAt: Date.UTC(2026, 10, 24, 1, 0, 1),
  stamp: { bootId: "7d5f0c5e-0000-4000-8000-000000000001", clockSynced: true },
};

const seal = eventSealer(commit);

function stored(draft: EventDraft, seq: number): StoredEvent {
  const body = seal(draft, seq);
  return {
    position: seq,
    epoch: commit.epoch,
    seq,
    kind: draft.kind,
    at: draft.at,
    body,
    bytes: Buffer.byteLength(body),
  };
}

test("a sealed event is a CloudEvent of the contract with its place and both times", () => {
  const event = eventSchema.parse(JSON.parse(seal(motionDraft(7), 42)));
  expect(event).toMatchObject({
    id: `${commit.epoch}-42`,
    source: "urn:camera-agent:xa-binh-an",
    type: "vn.camera.motion.v1",
    subject: "cam-1",
    time: "2026-11-24T01:00:00.007Z",
    recordedtime: "2026-11-24T01:00:01.000Z",
    sequence: "00000000000000000042",
    clocksynced: true,
  });
});

test("each event of a commit has its own time, whatever the time of the one before it", () => {
  const time = fc.oneof(
    fc.integer({ min: -3_000, max: 3_000 }),
    fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(time), (times) => {
      const sealed = times.map((at, n) => JSON.parse(seal({ ...motionDraft(n), at }, n + 1)).time);
      expect(sealed).toEqual(times.map(rfc3339));
    }),
  );
  expect(() => seal({ ...motionDraft(1), at: Number.NaN }, 1)).toThrow(RangeError);
});

test("an event of the site itself has no subject", () => {
  const draft: EventDraft = { kind: "site", at: 0, data: { what: "started", version: "0.1.0" } };
  expect(eventSchema.parse(JSON.parse(seal(draft, 42)))).not.toHaveProperty("subject");
});

test("whatever a camera says stays inside its field", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.dictionary(fc.string({ unit: "binary" }), fc.string({ unit: "binary" })),
      (source, fields) => {
        const draft = motionDraft(1);
        if (draft.kind !== "motion") throw new Error("not motion");
        const sealed = seal({ ...draft, data: { ...draft.data, source, fields } }, 42);
        const event = eventSchema.parse(JSON.parse(Buffer.from(sealed).toString()));
        expect(event.data).toMatchObject({ source });
        expect(event.id).toBe(`${commit.epoch}-42`);
      },
    ),
  );
});

test("a segment carries its events byte for byte, in order, under the ids of its first and last", () => {
  const events = Array.from({ length: SEGMENT_EVENTS }, (_, i) => stored(motionDraft(i), i + 1));
  const sealed = sealSegment(commit.site, events);
  const segment = segmentSchema.parse(JSON.parse(sealed));
  expect(segment.id).toBe(`${commit.epoch}-1-64`);
  expect(segment.time).toBe("2026-11-24T01:00:00.000Z");
  expect(segment.data.events.map((event) => Number(event.sequence))).toEqual(events.map(({ seq }) => seq));
  for (const { body } of events) expect(sealed).toContain(body);
});

test("events that fit the room make a segment within its limit", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: SEGMENT_EVENTS }),
      fc.integer({ min: 2_000, max: SEGMENT_BYTES * 2 }),
      (sizes, limit) => {
        const room = segmentRoom(commit.site, limit);
        const events: StoredEvent[] = [];
        let size = 0;
        for (const [index, padding] of sizes.entries()) {
          const draft = motionDraft(index, "ngõ ".repeat(padding / 5));
          const event = stored(draft, Number.MAX_SAFE_INTEGER - 100 + index);
          size += event.bytes;
          if (size > room) break;
          events.push(event);
        }
        if (events.length === 0) return;
        expect(Buffer.byteLength(sealSegment(commit.site, events))).toBeLessThanOrEqual(
          Math.min(limit, SEGMENT_BYTES),
        );
      },
    ),
  );
});
