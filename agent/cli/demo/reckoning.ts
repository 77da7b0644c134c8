import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { type Line, pad, span } from "../../core/terminal.ts";
import { textWidth } from "../../core/text-width.ts";
import { eventSchema } from "../../model/event.ts";
import { demoTexts } from "../../model/messages/cli-demo.ts";
import { fill, type Language, type Message } from "../../model/messages/text.ts";
import { isReportedMotion } from "./unit.ts";

/** The three counts that must be one: each is taken at another end, none from another. */
export interface Reckoning {
  /** By the cameras themselves. */
  readonly made: number;
  /** Read from the journal's file, after the agent has ended. */
  readonly journaled: number;
  /** By the unit, each event once. */
  readonly received: number;
  readonly duplicates: number;
  readonly missing: number;
  /** Median from the camera's stamp to the unit, while the broker was there. */
  readonly latencyMs: number | undefined;
  readonly seconds: number;
}

export function agrees({ made, journaled, received, missing }: Reckoning): boolean {
  return made > 0 && made === journaled && made === received && missing === 0;
}

/** Motion events in a journal's file. Reads it as any SQLite reader would; the agent must have ended. */
export function countJournaled(path: string): number {
  if (!existsSync(path)) return 0;
  const database = new Database(path, { readonly: true });
  try {
    const bodies = database.prepare("SELECT body FROM event WHERE kind = 'motion'").pluck().iterate();
    let count = 0;
    for (const body of bodies) if (isReportedMotion(eventSchema.parse(JSON.parse(String(body))))) count += 1;
    return count;
  } finally {
    database.close();
  }
}

export function showReckoning(reckoning: Reckoning, language: Language): Line[] {
  const rows: readonly (readonly [Message, number | string])[] = [
    [demoTexts.summaryMade, reckoning.made],
    [demoTexts.summaryJournaled, reckoning.journaled],
    [demoTexts.summaryReceived, reckoning.received],
    [demoTexts.summaryDuplicates, reckoning.duplicates],
    [demoTexts.summaryMissing, reckoning.missing],
    [demoTexts.summaryLatency, `${reckoning.latencyMs ?? "–"} ms`],
  ];
  const widest = Math.max(...rows.map(([name]) => textWidth(name[language])));
  const verdict = agrees(reckoning)
    ? span(`✔ ${demoTexts.agree[language]}`, "green", "bold")
    : span(`✖ ${demoTexts.disagree[language]}`, "red", "bold");
  const took = fill(demoTexts.took, language, { seconds: Math.round(reckoning.seconds) });
  return [
    ...rows.map(
      ([name, value]): Line => [
        span("  "),
        ...pad([span(name[language], "dim")], widest + 2),
        ...pad([span(String(value), "bold")], 6, "right"),
      ],
    ),
    [],
    [verdict, span(`  ${took}`, "dim")],
  ];
}
