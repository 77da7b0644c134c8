import * as z from "zod";
import { bothLanguages } from "./both-languages.ts";
import {
  eventType,
  GAP_HASHES,
  GAP_RANGES,
  gapReasons,
  recoveryReasons,
  SEGMENT_EVENTS,
} from "./event-names.ts";
import { type Cause, causes, rungs } from "./fault.ts";

/**
 * Events: appended to the journal, then forwarded at QoS 1. The envelope is a CloudEvents 1.0 structured message;
 * its bytes are fixed when the journal accepts it and never serialised again.
 */

const timestamp = z.iso.datetime().describe("RFC 3339, UTC.");
const causeName = z.enum(Object.keys(causes) as [Cause, ...Cause[]]).describe("Cause, as in the catalogue.");
const causeCode = z
  .string()
  .regex(/^CAM-\d{3}$/)
  .describe("Stable code of the cause.");

export const cameraStates = ["unknown", "online", "degraded", "offline", "maintenance"] as const;
export type CameraState = (typeof cameraStates)[number];

const activity = z.strictObject({
  state: z
    .enum(["started", "ended", "unknown", "pulse"])
    .describe("unknown: the event channel was lost while it was active."),
  activity: z.string().describe("Joins the start of one activity to its end; unique within the agent's run."),
  reason: z
    .enum(["reported", "quiet", "max-active", "channel-lost", "replayed"])
    .describe(
      "reported by the camera; quiet and max-active: concluded by the agent; replayed: state at (re)subscription.",
    ),
  durationMs: z
    .int()
    .min(0)
    .optional()
    .describe("Milliseconds from start to end, on the box's monotonic clock."),
  topic: z.string().describe("The camera's own topic, without namespaces."),
  source: z.string().describe("Part of the camera that it concerns."),
  cameraTime: z.string().optional().describe("The camera's own claim of when."),
  cameraOffsetMs: z.int().optional().describe("Camera's clock less the box's, when last measured."),
  fields: z.record(z.string(), z.string()).describe("The protocol's own fields, names unchanged."),
});
export type ActivityData = z.output<typeof activity>;

const health = z.strictObject({
  from: z.enum(cameraStates).describe("State before."),
  to: z.enum(cameraStates).describe("State after."),
  cause: causeName.optional(),
  code: causeCode.optional(),
  rung: z.enum(rungs).optional().describe("Rung of the ladder that failed."),
  evidence: bothLanguages
    .optional()
    .describe("What was seen, for people; the protocol's own words are the same in both languages."),
  since: timestamp.describe("When the first look failed, or succeeded again."),
  flapping: z
    .boolean()
    .describe("Changes too often; single changes are counted, not sent, until it calms down."),
  changes: z.int().min(0).optional().describe("State changes within the flapping window."),
});
export type HealthData = z.output<typeof health>;

const site = z.strictObject({
  what: z
    .enum([
      "started",
      "stopped",
      "unclean-stop",
      "reloaded",
      "reload-refused",
      "clock-stepped",
      "journal-recovered",
    ])
    .describe("What happened to the agent."),
  version: z.string().describe("Version of the agent."),
  detail: z.string().optional().describe("More in words."),
});
export type SiteData = z.output<typeof site>;

const audit = z.strictObject({
  action: z.string().describe("What was asked for."),
  request: z.string().describe("The request's own id."),
  by: z.string().optional().describe("Name of the key that signed it; absent where no signature was proven."),
  outcome: z.enum(["done", "refused"]).describe("What came of it."),
  reason: z.string().optional().describe("Why it was refused."),
  count: z
    .int()
    .min(2)
    .optional()
    .describe("How many of these were done since the event before it, where they come often."),
  suppressed: z
    .int()
    .min(1)
    .optional()
    .describe("Commands before this one that were neither answered nor audited: there were too many."),
});
export type AuditData = z.output<typeof audit>;

const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe("Hash of the chain, SHA-256 in hexadecimal.");
const epochId = z.string().regex(/^[0-9a-f]{32}$/);
const signature = z
  .string()
  .regex(/^[A-Za-z0-9_-]{86}$/)
  .describe("Ed25519, base64url.");
const keyId = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .describe("Which key signed: the first 8 bytes of the SHA-256 of its DER.");

const epoch = z.strictObject({
  reason: z
    .enum(["created", "new-key", ...recoveryReasons])
    .describe(
      "created: there was no journal; new-key: the site signs with another key from here on; recovered: the journal was damaged; foreign: another program's file was in its place; newer: a later version's was.",
    ),
  previous: z
    .strictObject({ epoch: epochId.describe("The epoch before."), seq: z.int().min(1), hash })
    .nullable()
    .describe("Head of the epoch before; null when none is known."),
  recovery: z
    .strictObject({
      salvaged: z
        .int()
        .min(0)
        .describe("Events of earlier epochs that were taken over, each proven by the chain."),
      lost: z.int().min(0).describe("Events that are known to have been there and are not any more."),
      setAside: z.string().max(255).describe("Name of the old file, which is kept beside the journal."),
    })
    .optional()
    .describe("What became of the file that could not be gone on with."),
  keyId,
  publicKey: z.string().max(200).describe("Public key of the site: SPKI, DER, base64url."),
  signature,
});
export type EpochData = z.output<typeof epoch>;

const checkpoint = z.strictObject({
  seq: z.int().min(1).describe("The event that it vouches for, with all before it in the epoch."),
  hash,
  time: timestamp.describe("When it was signed, by the box's clock."),
  keyId,
  signature,
});
export type CheckpointData = z.output<typeof checkpoint>;

const gap = z.strictObject({
  reason: z
    .enum(gapReasons)
    .describe(
      "size, rows: they made room for newer events; disk-full: the disk had no room; damaged: the journal's file was damaged; unreceipted: the broker had acknowledged them and the unit, which sends receipts, had none for them when they made room: it may have them all the same.",
    ),
  epoch: epochId.describe("The epoch that the ranges count in; it may be an earlier one."),
  ranges: z
    .array(
      z.strictObject({
        from: z.int().min(1).describe("First event that is gone."),
        to: z.int().min(1).describe("Last event that is gone."),
        before: hash.describe("Hash of the chain before `from`."),
        hash: hash
          .optional()
          .describe(
            "Hash of the chain at `to`: it goes on from there. Absent where it is lost too: `to` is then the end of its epoch, which nothing proves.",
          ),
        hashes: z
          .string()
          .regex(/^[A-Za-z0-9_-]+$/)
          .max(Math.ceil(((GAP_HASHES - 1) * 32 * 4) / 3))
          .optional()
          .describe(
            "Hashes of the chain at each event from `from` up to the one before `to`, 32 bytes each, one behind the other in base64url; where some of them may have arrived.",
          ),
      }),
    )
    .min(1)
    .max(GAP_RANGES)
    .describe("In order of seq."),
  count: z.int().min(1).describe("How many events that is."),
  keyId,
  signature,
});
export type GapData = z.output<typeof gap>;

/** Short name of every kind of event → schema of its `data`. The short name ends its topic and names its type. */
export const eventData = {
  motion: activity,
  tamper: activity,
  device: activity,
  health,
  site,
  audit,
  epoch,
  checkpoint,
  gap,
} as const;
export type EventKind = keyof typeof eventData;

/** An event before the journal has given it its place. */
export type EventDraft = {
  /** Id of the camera it is about; absent for the site itself. */
  readonly camera?: string;
  /** When it happened, by the box's wall clock, milliseconds. */
  readonly at: number;
} & (
  | { readonly kind: "motion" | "tamper" | "device"; readonly data: ActivityData }
  | { readonly kind: "health"; readonly data: HealthData }
  | { readonly kind: "site"; readonly data: SiteData }
  | { readonly kind: "audit"; readonly data: AuditData }
  | { readonly kind: "epoch"; readonly data: EpochData }
  | { readonly kind: "checkpoint"; readonly data: CheckpointData }
  | { readonly kind: "gap"; readonly data: GapData }
);

const envelope = {
  specversion: z.literal("1.0"),
  id: z
    .string()
    .regex(/^[0-9a-f]{32}-\d+$/)
    .describe("Epoch and seq; unique for ever."),
  source: z.string().describe("urn:camera-agent: and the site's id."),
  subject: z.string().optional().describe("The camera's id; absent for the site itself."),
  time: timestamp.describe("When it happened, by the box's clock."),
  datacontenttype: z.literal("application/json"),
  recordedtime: timestamp.describe("When the journal accepted it."),
  sequence: z
    .string()
    .regex(/^\d{20}$/)
    .describe("Place in the epoch, from 1, without gaps, padded with zeros."),
  epoch: epochId.describe("The life of the journal that counted it."),
  bootid: z.string().describe("Boot of the box."),
  clocksynced: z.boolean().describe("Whether the box's clock was synchronised."),
};

const event = <K extends EventKind>(kind: K) =>
  z.strictObject({ ...envelope, type: z.literal(eventType(kind)), data: eventData[kind] });

export const eventSchema = z.discriminatedUnion("type", [
  event("motion"),
  event("tamper"),
  event("device"),
  event("health"),
  event("site"),
  event("audit"),
  event("epoch"),
  event("checkpoint"),
  event("gap"),
]);
export type Event = z.output<typeof eventSchema>;

/** A backlog in one PUBLISH: whole events, byte for byte as they were stored. Carries no seq of its own. */
export const segmentSchema = z.strictObject({
  specversion: z.literal("1.0"),
  id: z
    .string()
    .regex(/^[0-9a-f]{32}-\d+-\d+$/)
    .describe("Epoch, first and last seq."),
  source: envelope.source,
  type: z.literal(eventType("segment")),
  time: timestamp.describe("Time of the first event."),
  datacontenttype: z.literal("application/json"),
  data: z.strictObject({
    events: z.array(eventSchema).min(1).max(SEGMENT_EVENTS).describe("Events in order of seq."),
  }),
});
export type Segment = z.output<typeof segmentSchema>;
