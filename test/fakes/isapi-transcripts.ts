import { readdirSync, readFileSync } from "node:fs";
import { readTranscript, type Transcript } from "./transcripts.ts";

/** Answers of Hikvision devices as bytes, from test/fixtures/hikvision; its README says how they are written. */

const fixtures = new URL("../fixtures/hikvision/", import.meta.url);

/** Names of the folders that are devices. */
export const isapiDevices: readonly string[] = readdirSync(fixtures).filter((name) =>
  /^(?:camera|recorder)-/.test(name),
);

/** Names of the alerts that stand by themselves. */
export const isapiAlerts: readonly string[] = readdirSync(new URL("alerts/", fixtures));

export function isapiAlert(name: string): string {
  return readFileSync(new URL(`alerts/${name}`, fixtures), "utf8");
}

/** Names of a folder's answers, without ".http". */
export function isapiAnswers(folder: string): string[] {
  return readdirSync(new URL(`${folder}/`, fixtures)).map((name) => name.replace(/\.http$/, ""));
}

/** Undefined where the folder has no such answer. */
export function isapiTranscript(folder: string, name: string): Transcript | undefined {
  return readTranscript(new URL(`${folder}/${name}.http`, fixtures));
}
