import * as z from "zod";
import { bothLanguages } from "./both-languages.ts";
import { cameraStates } from "./event.ts";
import { gapReasons } from "./event-names.ts";
import { type Cause, causes, rungs } from "./fault.ts";
import { deadLetterReasons, journalFaultKinds } from "./journal.ts";

/** The payloads of retained state. Topics are in `topics.ts`, events in `event.ts`, commands in `command.ts`. */

const timestamp = z.iso.datetime().describe("RFC 3339, UTC.");

export const stateSchema = z
  .discriminatedUnion("state", [
    z.strictObject({
      state: z.literal("online").describe("Connected."),
      session: z
        .int()
        .min(0)
        .describe("Counts the agent's connections; a will of an older session is stale."),
      bootid: z.string().describe("Boot of the box."),
      since: timestamp,
    }),
    z.strictObject({
      state: z
        .literal("offline")
        .describe("Last Will: the broker lost the agent. No time: the broker tells it late."),
      session: z.int().min(0),
      bootid: z.string(),
    }),
    z.strictObject({
      state: z.literal("stopped").describe("The agent took leave."),
      session: z.int().min(0),
      bootid: z.string(),
      since: timestamp,
      reason: z.string().describe("Why it stopped."),
    }),
  ])
  .describe("Whether the agent is there; retained.");
export type SiteState = z.output<typeof stateSchema>;

export const infoSchema = z
  .strictObject({
    site: z.string(),
    name: z.string(),
    commune: z.string().optional(),
    position: z.strictObject({ latitude: z.number(), longitude: z.number() }).optional(),
    unit: z.strictObject({ id: z.string(), name: z.string() }),
    version: z.string().describe("Version of the agent."),
    epoch: z.string().describe("The journal's epoch."),
    publicKey: z
      .string()
      .max(200)
      .describe("Ed25519 key that the site signs its journal with: SPKI, DER, base64url."),
    cameras: z
      .array(z.strictObject({ id: z.string(), name: z.string() }))
      .describe("Cameras of the configuration, in its order."),
    capabilities: z.array(z.string()).describe("Commands that the site answers."),
    box: z
      .strictObject({
        manufacturer: z.string(),
        model: z.string(),
        os: z.string(),
        kernel: z.string(),
        cpu: z.string(),
        cores: z.int(),
        memoryBytes: z.int(),
      })
      .partial()
      .describe("Inventory of the recorder box."),
  })
  .describe("What the site is; retained.");
export type SiteInfo = z.output<typeof infoSchema>;

const range = z.tuple([z.int().min(1), z.int().min(1)]).describe("First and last seq.");

export const healthSchema = z
  .strictObject({
    at: timestamp,
    uptimeSeconds: z.int().min(0).describe("Of the box."),
    agentUptimeSeconds: z.int().min(0),
    bootid: z.string(),
    clockSynced: z
      .boolean()
      .nullable()
      .describe("Whether the box's clock is synchronised; null when nothing says so."),
    cpu: z.strictObject({
      usedPercent: z.number().min(0).max(100).nullable(),
      load1: z.number(),
      cores: z.int(),
    }),
    memory: z.strictObject({ totalBytes: z.int(), availableBytes: z.int(), agentBytes: z.int() }),
    temperatureCelsius: z.number().nullable().describe("Hottest thermal zone; null where the box has none."),
    disks: z.array(
      z.strictObject({
        mount: z.string(),
        totalBytes: z.int().optional(),
        freeBytes: z.int().optional(),
        readOnly: z.boolean().optional(),
        hidden: z
          .boolean()
          .optional()
          .describe("The agent's own systemd unit hides it (ProtectHome); error is there too."),
        error: z.string().optional().describe("Why it could not be read."),
      }),
    ),
    cameras: z
      .strictObject({
        total: z.int(),
        usable: z.int().describe("Online, or degraded with a running stream."),
        states: z.partialRecord(z.enum(cameraStates), z.int()),
        causes: z.partialRecord(z.enum(Object.keys(causes) as [Cause, ...Cause[]]), z.int()),
      })
      .describe("How many cameras can be used now."),
    journal: z.strictObject({
      epoch: z.string(),
      lastSeq: z.int().min(0),
      undelivered: z.int().min(0).describe("Events not yet acknowledged by the broker."),
      undeliveredRanges: z.array(range).max(16).describe("The oldest 16 of them."),
      oldestUndelivered: timestamp.nullable(),
      bytes: z.int().min(0).describe("Size of the database file."),
      events: z.int().min(0).describe("Events that are kept."),
      dropped: z.int().min(0).describe("Events that made room for newer ones, or were damaged."),
      maxSize: z.int().min(0).describe("Size that the file stays within."),
      maxEvents: z.int().min(0).describe("Most events that are kept."),
      diskFull: z.boolean().describe("The disk has less free than is to be kept (`journal.keepFree`)."),
      gone: z
        .strictObject({ events: z.int().min(1), reason: z.enum(gapReasons), at: timestamp })
        .optional()
        .describe("Events that were never sent and dropped since the agent started, why and when last."),
      setAside: z
        .strictObject({ journals: z.int().min(1), bytes: z.int().min(0) })
        .optional()
        .describe("Earlier journals that could not be gone on with and are kept beside it, and their size."),
      refused: z.int().min(0).describe("Events that could not be written since the agent started."),
      fault: z
        .strictObject({ kind: z.enum(journalFaultKinds), path: z.string(), evidence: z.string() })
        .optional()
        .describe("Why the journal can no longer be relied on; the agent then ends and starts again."),
    }),
    uplink: z.strictObject({
      session: z.int().min(0),
      connectedSince: timestamp.nullable(),
      protocol: z.enum(["5", "3.1.1"]).nullable(),
      window: z.int().min(0),
      lastEnd: bothLanguages.nullable().describe("Why the last connection ended."),
      skipped: z.int().min(0).describe("Events that the broker will never take; they stay undelivered."),
      deadLetters: z
        .array(
          z.strictObject({
            epoch: z.string(),
            from: z.int().min(1),
            to: z.int().min(1),
            reason: z
              .enum(deadLetterReasons)
              .describe(
                "Reason code of the broker's PUBACK; too-large: above its Maximum Packet Size; cut-off: it closes the connection at it.",
              ),
          }),
        )
        .optional()
        .describe("The oldest 16 ranges of them, by seq; `resend` has them tried again."),
      refusals: z
        .array(z.strictObject({ topic: z.string(), reasonCode: z.int(), reason: z.string() }))
        .max(16)
        .describe(
          "Topics that the broker takes nothing on now, and why: nobody listens, no permission, quota.",
        ),
    }),
  })
  .describe("The recorder box and the agent; retained, every minute.");
export type SiteHealth = z.output<typeof healthSchema>;

export const cameraSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    state: z.enum(cameraStates),
    since: timestamp.describe("When this state began."),
    flapping: z.boolean(),
    usable: z.boolean().describe("Whether its picture can be had now."),
    rung: z.enum(rungs).optional().describe("Rung of the ladder that failed."),
    rungNumber: z.int().optional(),
    cause: z.enum(Object.keys(causes) as [Cause, ...Cause[]]).optional(),
    code: z.string().optional().describe("Stable code of the cause."),
    evidence: bothLanguages
      .optional()
      .describe("What was seen, for people; the protocol's own words are the same in both languages."),
    text: bothLanguages.optional(),
    next: bothLanguages.optional(),
    checkedAt: timestamp.nullable().describe("Last look."),
    lastSuccess: z.partialRecord(z.enum(rungs), timestamp).describe("Last success of every rung."),
    facts: z
      .strictObject({
        manufacturer: z.string(),
        model: z.string(),
        firmware: z.string(),
        serial: z.string(),
        mac: z.string(),
        streamUri: z.string(),
        snapshotUri: z.string(),
        profile: z.string(),
      })
      .partial(),
    stream: z
      .strictObject({
        codec: z.enum(["h264", "h265"]),
        width: z.int(),
        height: z.int(),
        framesPerSecond: z.number(),
        kilobitsPerSecond: z.number(),
        packets: z.int(),
        packetsLost: z.int(),
        keyframeAfterMs: z.number(),
      })
      .nullable()
      .describe("Measured at the last look that saw the stream."),
    clockOffsetMs: z.int().nullable().describe("Camera's clock less the box's."),
    motion: z
      .enum(["active", "idle", "unknown"])
      .describe("unknown: the event channel is not open, or there is none."),
  })
  .describe("One camera; retained, on change and at least every 15 minutes.");
export type CameraStatus = z.output<typeof cameraSchema>;
