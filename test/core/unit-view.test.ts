import fc from "fast-check";
import { expect, test } from "vitest";
import { gaps, missing, nothingSeen, RANGES_KEPT, see } from "../../agent/core/seen-sequence.ts";
import {
  CAMERAS_KEPT,
  EPOCHS_KEPT,
  EVENTS_KEPT,
  emptyView,
  receive,
  type SiteView,
  siteCounts,
  type UnitView,
} from "../../agent/core/unit-view.ts";
import { cameraStatus, motionEvent, segment } from "../fakes/wire-samples.ts";

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const message = (rest: string, value: unknown, retain = false) => ({
  topic: `cam/v1/q12/cho-moi/${rest}`,
  payload: value instanceof Uint8Array ? value : bytes(value),
  retain,
});

function after(messages: readonly ReturnType<typeof message>[], from: UnitView = emptyView): UnitView {
  return messages.reduce((view, next, index) => receive(view, next, index).view, from);
}

function site(view: UnitView): SiteView {
  const found = view.sites.get("q12/cho-moi");
  if (!found) throw new Error("the site is not in the view");
  return found;
}

const online = (session: number) => ({
  state: "online",
  session,
  bootid: "b1",
  since: "2026-11-24T01:00:00.000Z",
});
const will = (session: number) => ({ state: "offline", session, bootid: "b1" });
const stopped = (session: number) => ({ ...online(session), state: "stopped", reason: "SIGTERM" });

test("events of an epoch make no gap in whatever order and however often they arrive", () => {
  const arrivals = fc.integer({ min: 1, max: 60 }).chain((last) =>
    fc
      .tuple(
        fc.shuffledSubarray(
          Array.from({ length: last }, (_, index) => index + 1),
          { minLength: last },
        ),
        fc.array(fc.integer({ min: 1, max: last })),
        fc.infiniteStream(fc.nat()),
      )
      .map(([order, again, places]) => {
        const all = [...order];
        for (const seq of again) all.splice((places.next().value ?? 0) % (all.length + 1), 0, seq);
        return { last, all };
      }),
  );
  fc.assert(
    fc.property(arrivals, ({ last, all }) => {
      const view = after(all.map((seq) => message("event/motion", motionEvent({ seq }))));
      expect(siteCounts(site(view))).toEqual({ received: last, duplicates: all.length - last, missing: 0 });
      expect(view.events.length).toBe(last);
    }),
    { numRuns: 60 },
  );
});

test("what is missing between the events seen is counted, and late arrivals fill it", () => {
  const view = after([1, 2, 5, 9].map((seq) => message("event/motion", motionEvent({ seq }))));
  expect(siteCounts(site(view)).missing).toBe(5);
  const filled = after(
    [message("event/motion", segment([3, 4, 6, 7, 8].map((seq) => motionEvent({ seq }))))],
    view,
  );
  expect(siteCounts(site(filled))).toEqual({ received: 9, duplicates: 0, missing: 0 });
});

test("what the site tells to be gone is not missing, of whatever epoch it is", () => {
  const present = motionEvent({ seq: 1 }).epoch;
  const old = "b".repeat(32);
  const gap = (seq: number, epoch: string, from: number, to: number) => ({
    ...motionEvent({ seq }),
    type: "vn.camera.gap.v1",
    data: {
      reason: "size",
      epoch,
      ranges: [{ from, to, before: "0".repeat(64), hash: "1".repeat(64) }],
      count: to - from + 1,
      keyId: "0".repeat(16),
      signature: "A".repeat(86),
    },
  });
  const motion = [{ seq: 1 }, { seq: 10 }, { seq: 1, epoch: old }, { seq: 4, epoch: old }].map((place) =>
    message("event/motion", motionEvent(place)),
  );
  const gaps = [gap(11, present, 3, 6), gap(12, old, 2, 3)].map((event) => message("event/gap", event));
  expect(siteCounts(site(after(motion))).missing).toBe(10);
  expect(siteCounts(site(after([...motion, ...gaps])))).toMatchObject({ received: 6, missing: 4 });
});

test("a backlog segment counts event by event, and its duplicates too", () => {
  const view = after([
    message("event/motion", motionEvent({ seq: 3 })),
    message("event/motion", segment([1, 2, 3].map((seq) => motionEvent({ seq })))),
  ]);
  expect(siteCounts(site(view))).toEqual({ received: 3, duplicates: 1, missing: 0 });
  expect(view.events.map(({ event }) => Number(event.sequence))).toEqual([2, 1, 3]);
});

test("epochs are counted apart", () => {
  const view = after([
    message("event/motion", motionEvent({ seq: 4 })),
    message("event/motion", motionEvent({ seq: 6 })),
    message("event/motion", motionEvent({ seq: 1, epoch: "b".repeat(32) })),
    message("event/motion", motionEvent({ seq: 2, epoch: "b".repeat(32) })),
  ]);
  expect(siteCounts(site(view))).toEqual({ received: 4, duplicates: 0, missing: 1 });
});

test("a Last Will of an earlier connection does not take the site offline", () => {
  const view = after([message("state", online(7)), message("state", will(6))]);
  expect(site(view).state).toEqual(online(7));
  expect(site(view).staleWills).toBe(1);
  expect(site(after([message("state", will(7))], view)).state).toEqual(will(7));
});

test("a Last Will does not undo the leave that the same connection took", () => {
  const view = after([message("state", stopped(7)), message("state", will(7))]);
  expect(site(view).state?.state).toBe("stopped");
});

test("an agent that counts its connections anew is believed when it is online", () => {
  expect(site(after([message("state", online(7)), message("state", online(1))])).state).toEqual(online(1));
});

test("an empty retained message takes a camera away", () => {
  const view = after([
    message("camera/gate", cameraStatus({ id: "gate" }), true),
    message("camera/yard", cameraStatus({ id: "yard" }), true),
    message("camera/gate", new Uint8Array(), true),
  ]);
  expect([...site(view).cameras.keys()]).toEqual(["yard"]);
});

test("retained messages told at subscription are no sign of life", () => {
  const view = after([
    message("state", online(1), true),
    message("camera/gate", cameraStatus({ id: "gate" }), true),
  ]);
  expect(site(view).heardAt).toBeUndefined();
  expect(site(receive(view, message("event/motion", motionEvent({ seq: 1 })), 4_200).view).heardAt).toBe(
    4_200,
  );
});

test("whatever bytes arrive on whatever topic, the view counts them and stands", () => {
  const topic = fc.oneof(
    fc.constantFrom(
      "state",
      "info",
      "health",
      "camera/gate",
      "event/motion",
      "event",
      "camera",
      "camera/a/b",
      "x",
    ),
    fc.string(),
  );
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((json) => new TextEncoder().encode(json)),
    fc.constantFrom(bytes({ ...motionEvent({ seq: 1 }), sequence: "7" }), bytes(segment([]))),
  );
  fc.assert(
    fc.property(topic, payload, (rest, body) => {
      const view = after([message(rest, body)]);
      expect(view.malformed + view.sites.size).toBeLessThanOrEqual(1);
    }),
    { numRuns: 500 },
  );
  const view = after([
    message("event/motion", bytes("nonsense")),
    message("event/motion", new Uint8Array([0xff, 0xfe])),
    message("camera/gate", cameraStatus({ id: "yard" })),
  ]);
  expect(view.malformed).toBe(3);
  expect(view.sites.size).toBe(0);
});

test("topics of other contracts, commands and results are left alone", () => {
  const view = after([
    message("cmd/ping/1", {}),
    message("result/1", {}),
    { ...message("state", online(1)), topic: "cam/v2/q12/cho-moi/state" },
  ]);
  expect(view).toEqual(emptyView);
});

test("memory is bounded: events, epochs and cameras have limits, and what is beyond is counted", () => {
  const epochs = EPOCHS_KEPT + 3;
  const view = after(
    Array.from({ length: epochs }, (_, index) => index.toString(16).padStart(32, "0")).flatMap((epoch) =>
      Array.from({ length: 40 }, (_, index) =>
        message("event/motion", motionEvent({ seq: 2 * index + 1, epoch })),
      ),
    ),
  );
  expect(view.events.length).toBe(EVENTS_KEPT);
  expect(site(view).epochs.size).toBe(EPOCHS_KEPT);
  expect(siteCounts(site(view))).toEqual({ received: epochs * 40, duplicates: 0, missing: epochs * 39 });

  const crowded = after(
    Array.from({ length: CAMERAS_KEPT + 2 }, (_, index) =>
      message(`camera/c${index}`, cameraStatus({ id: `c${index}` })),
    ),
  );
  expect(site(crowded).cameras.size).toBe(CAMERAS_KEPT);
  expect(crowded.overLimit).toBe(2);
});

test("more gaps than are kept are given up from the oldest, and stay counted as missing", () => {
  let seen = nothingSeen;
  const count = RANGES_KEPT + 100;
  for (let index = 0; index < count; index++) seen = see(seen, 3 * index + 1);
  expect(seen.ranges.length).toBe(RANGES_KEPT);
  expect(missing(seen)).toBe((count - 1) * 2);
  expect(gaps(seen).length).toBe(RANGES_KEPT - 1);
});

test("what is wrong with a message is told in both languages", () => {
  const problem = (rest: string, payload: Uint8Array | object) =>
    after([message(rest, payload)]).lastMalformed?.problem;
  const json = problem("event/motion", Buffer.from("{nonsense"));
  expect(json?.vi).toMatch(/^không phải JSON \(/);
  expect(json?.en).toMatch(/^it is not JSON \(/);
  const schema = problem("event/motion", { ...motionEvent({ seq: 1 }), sequence: "7" });
  expect(schema?.vi).toMatch(/^sequence không đúng quy ước \(/);
  expect(schema?.en).toMatch(/^sequence is not as the contract says \(/);
  expect(problem("camera/gate", cameraStatus({ id: "yard" }))).toEqual({
    vi: "nội dung lại nói về camera yard",
    en: "it tells of camera yard",
  });
});
