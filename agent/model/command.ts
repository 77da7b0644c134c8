import * as z from "zod";

/** What the unit may ask of a site, and the answer. */

const timestamp = z.iso.datetime().describe("RFC 3339, UTC.");

/** Largest command that is read; a larger one is refused unread. */
export const COMMAND_BYTES = 16_384;

export const commandSchema = z
  .strictObject({
    expires: timestamp.describe("Refused after this time."),
    arguments: z.record(z.string().max(64), z.unknown()).default({}).describe("What the command takes."),
  })
  .describe("A command from the unit, on cmd/{type}/{request}.");
export type Command = z.output<typeof commandSchema>;

export const resultSchema = z
  .strictObject({
    request: z.string(),
    command: z.string(),
    outcome: z.enum(["done", "refused"]),
    reason: z
      .enum(["unknown-command", "malformed", "too-large", "expired", "unsigned", "stopping"])
      .optional(),
    at: timestamp,
    data: z.record(z.string(), z.unknown()).optional(),
  })
  .describe("Answer to a command, on result/{request}.");
export type CommandResult = z.output<typeof resultSchema>;
