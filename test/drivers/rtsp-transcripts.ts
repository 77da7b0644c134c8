import { existsSync, readdirSync, readFileSync } from "node:fs";
import { RtspFramer } from "../../drivers/protocol/rtsp-framer.ts";
import type { RtspMessage } from "../../drivers/protocol/rtsp-message.ts";

const own = new URL("../fixtures/rtsp/", import.meta.url);
const shared = new URL("../../../shared/fixtures/rtsp/", import.meta.url);

/** Names of the project's own transcripts. */
export const ownTranscripts = readdirSync(own).filter((name) => name.endsWith(".txt"));

export function ownTranscript(name: string): Buffer {
  const [head = "", body = ""] = readFileSync(new URL(name, own), "latin1")
    .replaceAll("\n", "\r\n")
    .split(/(?<=\r\n\r\n)/);
  return Buffer.from(head.replace("Content-Length: *", `Content-Length: ${body.length}`) + body, "latin1");
}

/** Answers of real cameras, by file name, where the machine has them. */
export function sharedTranscripts(): Map<string, Buffer> {
  if (!existsSync(shared)) return new Map();
  return new Map(readdirSync(shared).map((name) => [name, readFileSync(new URL(name, shared))]));
}

/** What a framer makes of bytes that come in one piece. */
export function framed(bytes: Buffer): RtspMessage[] {
  const messages: RtspMessage[] = [];
  new RtspFramer({ message: (message) => messages.push(message), data: () => {} }).push(bytes);
  return messages;
}
