import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, type Message } from "../../agent/model/messages/text.ts";

/** RTSP/1.0 messages (RFC 2326) as text: reading a head, writing a request. No sockets. */

/** By lower-case name; a header that came twice has two values. Values are byte strings (latin1), trimmed. */
export type RtspHeaders = ReadonlyMap<string, readonly string[]>;

export interface RtspResponse {
  readonly kind: "response";
  readonly status: number;
  readonly reason: string;
  readonly headers: RtspHeaders;
  readonly body: Uint8Array;
}

/** Sent by a server of its own accord: OPTIONS as a keep-alive, ANNOUNCE at the end of a stream, REDIRECT. */
export interface RtspServerRequest {
  readonly kind: "request";
  readonly method: string;
  readonly uri: string;
  readonly headers: RtspHeaders;
  readonly body: Uint8Array;
}

export type RtspMessage = RtspResponse | RtspServerRequest;

const NO_BODY = new Uint8Array();
const LINE_LIMIT = 128;

/** Whether a line may begin a message; "RTSP/1.0 200 OK" or "OPTIONS rtsp://… RTSP/1.0". */
export function isStartLine(line: string): boolean {
  return /^RTSP\/1\.\d \d{3}(?:\s|$)|^[A-Z_]{3,20} \S{1,1024} RTSP\/1\.\d\s*$/.test(line);
}

/**
 * Reads a head: start line and headers, without the empty line. Undefined where the start line is none. Lines that
 * are no header are passed over, continuation lines (RFC 2616 2.2) are joined. At most 128 lines are read.
 */
export function parseHead(text: string): RtspMessage | undefined {
  const [start = "", ...lines] = text.trimEnd().split(/\r?\n/, LINE_LIMIT);
  const headers = parseHeaders(lines);
  const response = /^RTSP\/1\.\d (\d{3})(?:\s+(.*))?$/.exec(start);
  if (response)
    return {
      kind: "response",
      status: Number(response[1]),
      reason: response[2]?.trim() ?? "",
      headers,
      body: NO_BODY,
    };
  const request = /^([A-Z_]{3,20}) (\S{1,1024}) RTSP\/1\.\d\s*$/.exec(start);
  if (!request) return undefined;
  return { kind: "request", method: request[1] ?? "", uri: request[2] ?? "", headers, body: NO_BODY };
}

function parseHeaders(lines: readonly string[]): RtspHeaders {
  const headers = new Map<string, string[]>();
  let last: string[] | undefined;
  for (const line of lines) {
    if (last && /^[ \t]/.test(line)) {
      last.push(`${last.pop()} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    // "Cseq" (H264DVR) and "CSeq" are one; Longse sends "CSeq: 1 " and Hikvision "Session:        7083".
    const name = line.slice(0, colon).trim().toLowerCase();
    last = headers.get(name) ?? [];
    last.push(line.slice(colon + 1).trim());
    headers.set(name, last);
  }
  return headers;
}

/** Bytes of body that follow the head; undefined where Content-Length is no number. Without the header there are none. */
export function contentLength(headers: RtspHeaders): number | undefined {
  const text = headers.get("content-length")?.[0];
  if (text === undefined || text === "") return 0;
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The message's number, or undefined where it is missing or no number. */
export function sequenceOf(headers: RtspHeaders): number | undefined {
  const text = headers.get("cseq")?.[0] ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** First value of a header. */
export function header(headers: RtspHeaders, name: string): string | undefined {
  return headers.get(name)?.[0];
}

/** Session id and its time-out in seconds (RFC 2326 12.37: 60 where none is named). */
export function sessionOf(
  headers: RtspHeaders,
): { readonly id: string; readonly timeoutSeconds: number } | undefined {
  const [id = "", ...parameters] = (header(headers, "session") ?? "").split(";").map((part) => part.trim());
  if (!/^[\x21-\x7e]{1,256}$/.test(id)) return undefined;
  const timeout = parameters.map((part) => /^timeout\s*=\s*(\d{1,9})/i.exec(part)?.[1]).find(Boolean);
  return { id, timeoutSeconds: Number(timeout) || 60 };
}

/**
 * Channel of RTP in an answer to SETUP over TCP; may be another than was asked for. "default" where the answer has no
 * Transport or names no channel for TCP, "udp" where the server insists on UDP.
 */
export function interleavedChannel(headers: RtspHeaders): number | "default" | "udp" {
  const transport = header(headers, "transport");
  if (transport === undefined) return "default";
  const channel = Number(/interleaved\s*=\s*(\d{1,3})(?!\d)/i.exec(transport)?.[1] ?? Number.NaN);
  if (channel <= 255) return channel;
  return /RTP\/AVP\/TCP/i.test(transport) ? "default" : "udp";
}

/** The bytes of a request without body. Header values are byte strings. */
export function requestBytes(
  method: string,
  uri: string,
  headers: Readonly<Record<string, string | undefined>>,
): Buffer {
  let text = `${method} ${uri} RTSP/1.0\r\n`;
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) text += `${name}: ${value}\r\n`;
  return Buffer.from(`${text}\r\n`, "latin1");
}

/** "RTSP/1.0 404 Not Found to DESCRIBE": the evidence of a refusal. */
export function statusLine({ status, reason }: RtspResponse, request: string): Message {
  const line = `RTSP/1.0 ${status} ${reason}`.replaceAll(/[^\x20-\x7e]/g, "?").replace(/ {2,}/g, " ");
  return compose(evidenceTexts.answerTo, { answer: line.trimEnd(), request });
}
