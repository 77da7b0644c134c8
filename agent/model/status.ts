import * as z from "zod";
import { cameraSchema, healthSchema } from "./wire.ts";

/**
 * The file in which the running agent says how it is (`statusFile` in config.yaml); `camera-agent status` reads it.
 * Replaced as a whole (written beside and renamed), so that a reader never sees half of one. No secret is in it.
 */
export const statusSchema = z
  .strictObject({
    pid: z.int().min(1).describe("Process of the agent."),
    version: z.string().describe("Version of the agent."),
    startedAt: z.iso.datetime().describe("When the agent started; RFC 3339, UTC."),
    writtenAt: z.iso.datetime().describe("When this was written; RFC 3339, UTC."),
    uptimeSeconds: z
      .number()
      .min(0)
      .describe("Of the box when this was written; its age is told by this, as the wall clock jumps."),
    site: z.strictObject({ id: z.string(), name: z.string() }),
    unit: z.strictObject({ id: z.string(), name: z.string() }),
    health: healthSchema,
    cameras: z.array(cameraSchema),
  })
  .describe("The status file of the running agent.");
export type AgentStatus = z.output<typeof statusSchema>;

/** An agent writes every few seconds; a file that is older than this belongs to one that hangs. */
export const STATUS_STALE_SECONDS = 30;
