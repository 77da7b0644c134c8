import { existsSync, readFileSync } from "node:fs";
import { loadSnapshot } from "./clip.ts";

/** Answers of devices as raw bytes: status line, headers, body; one a file, lines of heads in LF. */

export interface Transcript {
  /** With its blank line; lines end in CRLF. */
  readonly head: string;
  readonly body: string;
}

/** Undefined where there is no such file. */
export function readTranscript(file: URL): Transcript | undefined {
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
