import * as z from "zod";
import type { CommandName } from "./command-names.ts";

/** What the unit may ask of a site, and the answer. How a command is signed is in `core/command-signature.ts`. */

/** Longest time that is read: RFC 3339 in UTC with nanoseconds has 30 characters. */
const TIME_CHARACTERS = 32;
const timestamp = z.iso.datetime().max(TIME_CHARACTERS).describe("RFC 3339, UTC.");

/** Largest command that is read; a larger one is refused unread. */
export const COMMAND_BYTES = 16_384;

/** Longest time from `issued` to `expires`. Milliseconds. */
export const COMMAND_LIFE_MS = 600_000;

export const commandSchema = z
  .strictObject({
    issued: timestamp.optional().describe("When it was signed; goes with a signature."),
    expires: timestamp.describe("Refused from this time on; at most 10 minutes after `issued`."),
    arguments: z
      .string()
      .default("{}")
      .describe(
        "What the command takes: a JSON object, written into this text. The signature is over these very bytes.",
      ),
    keyId: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .optional()
      .describe("Which key signed: the first 8 bytes of the SHA-256 of its DER, hexadecimal."),
    signature: z
      .string()
      .regex(/^[A-Za-z0-9_-]{86}$/)
      .optional()
      .describe(
        "Ed25519, base64url without padding; over eight lines: `camera-agent/command/1`, unit, site, command, request, issued, expires, SHA-256 of the bytes of `arguments` in hexadecimal; joined by line feeds, none at the end. Every command but `ping` needs it.",
      ),
  })
  .describe("A command from the unit, on cmd/{command}/{request}.");
export type Command = z.output<typeof commandSchema>;

/** Why a command is refused, each for one thing alone. Said for people in `messages/commands.ts`. */
export const refusalReasons = [
  "too-large",
  "malformed",
  "retained",
  "unknown-command",
  "unsigned",
  "no-keys",
  "unknown-key",
  "bad-signature",
  "too-long-lived",
  "not-yet",
  "expired",
  "replayed",
  "busy",
  "not-written",
  "unknown-epoch",
  "beyond-head",
  "backwards",
  "gone",
  "stopping",
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

const reasonsInWords =
  "too-large: above 16,384 bytes; malformed: not as its schema says; retained: it was kept by the broker; unknown-command: `info` lists those that are known; unsigned: it needs a signature; no-keys: this site has none of an officer; unknown-key: none of this site's; bad-signature: not of that key for this unit, site, command, request, times and arguments; too-long-lived: more than 10 minutes; not-yet: issued in the future of the site's clock; expired; replayed: this request was taken before; busy: too many; not-written: the site cannot keep the request, its disk is full or read-only; unknown-epoch: this site's journal has no such epoch; beyond-head: the epoch has no such seq yet; backwards: an earlier receipt went further (`data.upTo`), `resend` takes it back; gone: asked for events that are no longer there; stopping: the agent is about to end";

export const resultSchema = z
  .strictObject({
    request: z.string(),
    command: z.string(),
    outcome: z.enum(["done", "refused"]),
    reason: z.enum(refusalReasons).optional().describe(reasonsInWords),
    at: timestamp.describe("RFC 3339, UTC, by the site's clock."),
    data: z.record(z.string(), z.unknown()).optional(),
  })
  .describe("Answer to a command, on result/{request}.");
export type CommandResult = z.output<typeof resultSchema>;

const epoch = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .describe("The life of the journal that counted them.");
const seq = z.int().min(1);

/** Arguments of every command, each written as JSON into `arguments`. */
export const commandArguments = {
  ping: z.strictObject({}).describe("Answers the agent's version and its last seq. Needs no signature."),
  receipt: z
    .strictObject({ epoch, upTo: seq.describe("The unit has stored every event up to this one.") })
    .describe("The unit has these events for good: the site may drop them first."),
  resend: z
    .strictObject({ epoch, from: seq, to: seq.describe("Both included.") })
    .describe("Sends these events again, as far as they are kept; the answer says what is gone."),
  checkpoint: z
    .strictObject({})
    .describe("Signs the journal now and answers with what it vouches for: epoch, seq and hash."),
} as const satisfies Record<CommandName, z.ZodType>;
