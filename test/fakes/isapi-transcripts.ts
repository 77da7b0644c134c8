import { existsSync, readdirSync, readFileSync } from "node:fs";
import { loadSnapshot } from "./clip.ts";

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

export interface Transcript {
  readonly head: string;
  readonly body: string;
}

/** Undefined where the folder has no such answer. Lines of the head end in CRLF. */
export function isapiTranscript(folder: string, name: string): Transcript | undefined {
  const file = new URL(`${folder}/${name}.http`, fixtures);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  const end = text.indexOf("\n\n");
  return { head: `${text.slice(0, end).replaceAll("\n", "\r\n")}\r\n\r\n`, body: text.slice(end + 2) };
}

/** The whole answer; `fill` changes its body before its length is written. */
export function transcriptBytes(
  { head, body }: Transcript,
  fill: (body: string) => string = (text) => text,
): Buffer {
  const filled = Buffer.from(fill(body), "utf8");
  return Buffer.concat([
    Buffer.from(head.replace("Content-Length: *", `Content-Length: ${filled.byteLength}`), "latin1"),
    filled,
  ]);
}

/** To what a device knows nothing of. */
export const notFound = Buffer.from(
  "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
);

/** A snapshot. */
export function picture(): Buffer {
  const jpeg = loadSnapshot();
  const head = `HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.byteLength}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), jpeg]);
}
