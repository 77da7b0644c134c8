import { rfc3339 } from "../base/clock.ts";
import type { EventDraft } from "../model/event.ts";
import { eventType, SEGMENT_BYTES, SEGMENT_EVENTS } from "../model/event-names.ts";
import type { Stamp, StoredEvent } from "../model/journal.ts";

/** What the events of one commit have in common. */
export interface Commit {
  readonly site: string;
  readonly epoch: string;
  /** Wall milliseconds. */
  readonly recordedAt: number;
  readonly stamp: Stamp;
}

function sourceOf(site: string): string {
  return `urn:camera-agent:${site}`;
}

/**
 * Gives the writer of one commit's events, each as it is stored and sent: a CloudEvents 1.0 structured JSON message
 * (model/event.ts). Written out by hand because every append waits for it. The writer throws where `data` cannot be
 * written as JSON or `at` is no time.
 */
export function eventSealer({ site, epoch, recordedAt, stamp }: Commit) {
  const head = `{"specversion":"1.0","id":"${epoch}-`;
  const source = `","source":${JSON.stringify(sourceOf(site))},"type":"`;
  const recorded = `","datacontenttype":"application/json","recordedtime":"${rfc3339(recordedAt)}","sequence":"`;
  const origin =
    `","epoch":"${epoch}","bootid":${JSON.stringify(stamp.bootId)},` +
    `"clocksynced":${stamp.clockSynced},"data":`;
  const time = timeWriter();
  const subjects = new Map<string | undefined, string>([[undefined, `",`]]);
  const subjectOf = (camera: string | undefined): string => {
    const subject = subjects.get(camera) ?? `","subject":${JSON.stringify(camera)},`;
    subjects.set(camera, subject);
    return subject;
  };
  return (draft: EventDraft, seq: number): string => {
    const number = String(seq);
    const data = JSON.stringify(draft.data);
    return (
      `${head}${number}${source}${eventType(draft.kind)}${subjectOf(draft.camera)}"time":"${time(draft.at)}` +
      `${recorded}${ZEROS.slice(number.length)}${number}${origin}${data}}`
    );
  };
}

/** As many digits as a sequence has. */
const ZEROS = "0".repeat(20);

/** Writes times as `rfc3339` does. What happens at the same time differs in its milliseconds alone. */
function timeWriter() {
  let [second, text] = [Number.NaN, ""];
  return (at: number): string => {
    const ms = Math.trunc(at);
    const within = Math.floor(ms / 1_000);
    if (within !== second) [second, text] = [within, rfc3339(ms).slice(0, -"000Z".length)];
    return `${text}${String(1_000 + ms - within * 1_000).slice(1)}Z`;
  };
}

const TAIL = "]}}";

function segmentHead(site: string, first: Place, last: Place): string {
  return (
    `{"specversion":"1.0","id":"${first.epoch}-${first.seq}-${last.seq}",` +
    `"source":${JSON.stringify(sourceOf(site))},"type":"${eventType("segment")}",` +
    `"time":"${rfc3339(first.at)}","datacontenttype":"application/json","data":{"events":[`
  );
}

type Place = Pick<StoredEvent, "epoch" | "seq" | "at">;

/** Bytes of stored events that a segment of at most `limit` bytes has room for, whatever its seqs are. */
export function segmentRoom(site: string, limit: number): number {
  const widest: Place = { epoch: "0".repeat(32), seq: Number.MAX_SAFE_INTEGER, at: 0 };
  const overhead = Buffer.byteLength(segmentHead(site, widest, widest)) + TAIL.length + (SEGMENT_EVENTS - 1);
  return Math.min(limit, SEGMENT_BYTES) - overhead;
}

/**
 * A backlog in one message: the stored events side by side, never serialised again. `events` are 1 to 64 of one
 * epoch, in order, and their bytes fit into `segmentRoom`.
 */
export function sealSegment(site: string, events: readonly StoredEvent[]): string {
  const first = events[0];
  const last = events.at(-1);
  if (!first || !last || events.length > SEGMENT_EVENTS)
    throw new RangeError(`a segment of ${events.length}`);
  let segment = segmentHead(site, first, last);
  for (const event of events) segment += event === first ? event.body : `,${event.body}`;
  return segment + TAIL;
}
