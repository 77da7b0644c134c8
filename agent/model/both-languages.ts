import * as z from "zod";

/** A text for people, as it stands in events and retained state. */
export const bothLanguages = z
  .strictObject({ vi: z.string(), en: z.string() })
  .describe("For people, in Vietnamese and English.");
