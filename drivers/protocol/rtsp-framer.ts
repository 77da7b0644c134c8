import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import { contentLength, isStartLine, parseHead, type RtspMessage } from "./rtsp-message.ts";

/** Longest head (start line and headers) and body of a message, and longest run of bytes that are neither. */
export const HEAD_LIMIT = 16_384;
export const BODY_LIMIT = 65_536;
export const STRAY_LIMIT = 65_536;

/** A start line that is longer is no start line; keeps a stray capital letter from stopping the stream. */
const START_LINE_LIMIT = 1_200;
const TEXT_STEP = 2_048;

const DOLLAR = 0x24;
const CR = 0x0d;
const LF = 0x0a;

export interface RtspSink {
  message(message: RtspMessage): void;
  /** One interleaved frame: bytes from `start` to before `end`, valid during the call only. */
  data(channel: number, bytes: Uint8Array, start: number, end: number): void;
}

/**
 * Cuts a TCP stream into RTSP messages and interleaved frames (RFC 2326 10.12), however the bytes are chunked.
 * Frames that lie whole in a chunk are handed on where they are; only what a chunk's end cuts is copied. Memory is
 * bounded by one frame or message (80 KiB).
 *
 * Bytes between frames that are neither are skipped up to the next that can be: live555 before 2017.06.04 (Reolink
 * and others) mixes in data of an earlier connection (scottlamb/retina #17). A server that begins with such bytes
 * does not speak RTSP.
 */
export class RtspFramer {
  readonly #sink: RtspSink;
  #held: Buffer = Buffer.alloc(0);
  #heldLength = 0;
  /** Length of the item that is held in part, once it is known; 0 before. */
  #needed = 0;
  #synchronised = false;
  #stray = 0;
  #fault: Fault | undefined;

  constructor(sink: RtspSink) {
    this.#sink = sink;
  }

  /** Gives the fault that ends the stream; every later call gives it again. */
  push(chunk: Buffer): Fault | undefined {
    let at = 0;
    while (at < chunk.length && !this.#fault) {
      if (this.#heldLength === 0) {
        at += this.#parse(chunk, at, chunk.length);
        if (at < chunk.length && !this.#fault) this.#hold(chunk, at, chunk.length);
        break;
      }
      const take = Math.min(this.#wanted(), chunk.length - at);
      this.#hold(chunk, at, at + take);
      at += take;
      if (this.#heldLength < this.#needed) break;
      const used = this.#parse(this.#held, 0, this.#heldLength);
      this.#held.copyWithin(0, used, this.#heldLength);
      this.#heldLength -= used;
    }
    return this.#fault;
  }

  /** How many bytes to add to what is held: to the item's end where that is known, else a little. */
  #wanted(): number {
    if (this.#needed > 0) return this.#needed - this.#heldLength;
    return this.#held[0] === DOLLAR ? 4 - this.#heldLength : TEXT_STEP;
  }

  #hold(bytes: Buffer, start: number, end: number): void {
    const length = this.#heldLength + end - start;
    if (length > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, Math.min(2 * this.#held.length, BODY_LIMIT)));
      this.#held.copy(larger, 0, 0, this.#heldLength);
      this.#held = larger;
    }
    bytes.copy(this.#held, this.#heldLength, start, end);
    this.#heldLength = length;
  }

  /** Hands on what is whole from `start`, and gives how many bytes were used. */
  #parse(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && !this.#fault) {
      this.#needed = 0;
      const used = this.#item(bytes, at, end);
      if (used === 0) break;
      at += used;
    }
    return at - start;
  }

  /** Uses one frame, message or stretch of stray bytes; 0 where more bytes are needed. */
  #item(bytes: Buffer, at: number, end: number): number {
    const first = bytes[at];
    if (first === DOLLAR) {
      if (end - at < 4) return 0;
      const length = 4 + bytes.readUInt16BE(at + 2);
      if (this.#stray > 0 && !followsStray(bytes, at, end)) return this.#skip(bytes, at, end);
      if (end - at < length) return this.#await(length);
      this.#stray = 0;
      this.#sink.data(bytes[at + 1] ?? 0, bytes, at + 4, at + length);
      return length;
    }
    // Empty lines before a message (RFC 2616 4.1), and after a body whose length was counted short.
    if (first === CR || first === LF) return 1;
    return this.#text(bytes, at, end);
  }

  #await(length: number): 0 {
    this.#needed = length;
    return 0;
  }

  #text(bytes: Buffer, at: number, end: number): number {
    const window = bytes.subarray(at, Math.min(end, at + START_LINE_LIMIT));
    const lineEnd = window.indexOf(LF);
    if (lineEnd === -1 && window.length < START_LINE_LIMIT && mayBeStartLine(window)) return 0;
    if (lineEnd === -1 || !isStartLine(window.toString("latin1", 0, lineEnd).trimEnd()))
      return this.#skip(bytes, at, end);

    const head = bytes.subarray(at, Math.min(end, at + HEAD_LIMIT));
    const headEnd = endOfHead(head);
    if (headEnd === undefined) {
      if (head.length === HEAD_LIMIT)
        this.#fault = fault(
          "answer-too-large",
          compose(evidenceTexts.rtspHeadTooLarge, { bytes: HEAD_LIMIT }),
        );
      return 0;
    }
    const message = parseHead(head.toString("latin1", 0, headEnd.text));
    const bodyLength = message && contentLength(message.headers);
    if (message === undefined || bodyLength === undefined) {
      this.#fault = fault(
        "answer-garbled",
        compose(evidenceTexts.rtspHeadUnreadable, { bytes: shown(head) }),
      );
      return 0;
    }
    if (bodyLength > BODY_LIMIT) {
      this.#fault = fault("answer-too-large", compose(evidenceTexts.rtspTooLarge, { bytes: bodyLength }));
      return 0;
    }
    const length = headEnd.whole + bodyLength;
    if (end - at < length) return this.#await(length);
    this.#synchronised = true;
    this.#stray = 0;
    this.#sink.message({
      ...message,
      body: Uint8Array.from(bytes.subarray(at + headEnd.whole, at + length)),
    });
    return length;
  }

  /** Passes over bytes up to the next that may begin a frame or message. */
  #skip(bytes: Buffer, at: number, end: number): number {
    if (!this.#synchronised) {
      this.#fault = fault(
        "answer-garbled",
        compose(evidenceTexts.notRtsp, { bytes: shown(bytes.subarray(at, end)) }),
      );
      return 0;
    }
    let next = at + 1;
    while (next < end && bytes[next] !== DOLLAR && !beginsResponse(bytes, next, end)) next++;
    this.#stray += next - at;
    if (this.#stray > STRAY_LIMIT)
      this.#fault = fault(
        "answer-garbled",
        compose(evidenceTexts.strayBytes, { count: this.#stray, bytes: shown(bytes.subarray(at, end)) }),
      );
    return next - at;
  }
}

/** After stray bytes a "$" alone proves nothing: RTP or RTCP of version 2 must follow. */
function followsStray(bytes: Buffer, at: number, end: number): boolean {
  return bytes.readUInt16BE(at + 2) >= 8 && (at + 4 >= end || ((bytes[at + 4] ?? 0) & 0xc0) === 0x80);
}

function beginsResponse(bytes: Buffer, at: number, end: number): boolean {
  if (bytes[at] !== 0x52) return false;
  const word = bytes.toString("latin1", at, Math.min(at + 7, end));
  return "RTSP/1.".startsWith(word);
}

/** Whether an unfinished line can still become a start line: capitals first, nothing but printable characters. */
function mayBeStartLine(line: Buffer): boolean {
  const method = /^[A-Z_]{1,20}(?:$|[ /])/.test(line.toString("latin1", 0, 21));
  return method && line.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === CR);
}

/** Where the head's text ends and where its empty line does; some servers end lines with LF alone. */
function endOfHead(head: Buffer): { readonly text: number; readonly whole: number } | undefined {
  for (let at = head.indexOf(LF); at !== -1; at = head.indexOf(LF, at + 1)) {
    const next = head[at + 1];
    if (next === LF) return { text: at, whole: at + 2 };
    if (next === CR && head[at + 2] === LF) return { text: at, whole: at + 3 };
  }
  return undefined;
}

function shown(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes.subarray(0, 48)).toString("latin1"));
}
