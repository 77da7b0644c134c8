import { type CheckpointData, type EpochData, eventData, type GapData } from "../model/event.ts";
import { eventType } from "../model/event-names.ts";
import { digestOf, GENESIS } from "./chain.ts";
import { splitSegment } from "./segment-split.ts";

/** Of a received event, what the chain needs; its bytes are no longer held. */
export interface ReceivedEvent {
  readonly site: string;
  readonly epoch: string;
  readonly seq: number;
  readonly digest: Uint8Array;
  /** Beginning of an epoch, checkpoint, gap, or none of them. "malformed": it says to be one and cannot be read. */
  readonly vouches?:
    | { readonly kind: "epoch"; readonly data: EpochData }
    | { readonly kind: "checkpoint"; readonly data: CheckpointData }
    | { readonly kind: "gap"; readonly data: GapData }
    | { readonly kind: "malformed" };
}

const HASH_BYTES = GENESIS.length;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Events of one received message, whatever else stands in them: of a kind that is not known here, they are links of
 * the chain all the same. Empty for state and other messages that are no events; undefined for what is no message.
 */
export function receivedEvents(payload: Uint8Array): readonly ReceivedEvent[] | undefined {
  const json = parse(payload);
  if (!isRecord(json)) return undefined;
  if (json.specversion !== "1.0") return [];
  if (json.type !== eventType("segment")) {
    const event = readEvent(payload, json);
    return event && [event];
  }
  const parts = splitSegment(payload);
  const events = parts?.map((part) => readEvent(part, parse(part))).filter((event) => event !== undefined);
  return events?.length === parts?.length ? events : undefined;
}

function readEvent(bytes: Uint8Array, json: unknown): ReceivedEvent | undefined {
  if (!isRecord(json)) return undefined;
  const { source, epoch, sequence, type, data } = json;
  const site = typeof source === "string" ? /^urn:camera-agent:(.+)$/.exec(source)?.[1] : undefined;
  if (site === undefined || typeof epoch !== "string" || !/^[0-9a-f]{32}$/.test(epoch)) return undefined;
  if (typeof sequence !== "string" || !/^\d{20}$/.test(sequence)) return undefined;
  const seq = Number(sequence);
  if (!Number.isSafeInteger(seq) || seq < 1) return undefined;
  const event = { site, epoch, seq, digest: digestOf(bytes) };
  const vouches = readVouch(type, data);
  return vouches ? { ...event, vouches } : event;
}

function readVouch(type: unknown, data: unknown): ReceivedEvent["vouches"] {
  switch (type) {
    case eventType("epoch"): {
      const read = eventData.epoch.safeParse(data);
      return read.success ? { kind: "epoch", data: read.data } : { kind: "malformed" };
    }
    case eventType("checkpoint"): {
      const read = eventData.checkpoint.safeParse(data);
      return read.success ? { kind: "checkpoint", data: read.data } : { kind: "malformed" };
    }
    case eventType("gap"): {
      const read = eventData.gap.safeParse(data);
      return read.success && inOrder(read.data) ? { kind: "gap", data: read.data } : { kind: "malformed" };
    }
    default:
      return undefined;
  }
}

/** Whether its ranges are some, one behind the other, and as many events, and hashes of them, as it says. */
function inOrder({ ranges, count }: GapData): boolean {
  let [last, sum] = [0, 0];
  for (const { from, to, hash, hashes } of ranges) {
    if (from <= last || to < from || (hashes !== undefined && hash === undefined)) return false;
    if (hashes !== undefined && Buffer.from(hashes, "base64url").length !== (to - from) * HASH_BYTES)
      return false;
    last = to;
    sum += to - from + 1;
  }
  return sum === count;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
