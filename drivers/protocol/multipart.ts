/**
 * Reads an endless multipart/x-mixed-replace body as cameras write it, not as RFC 2046 5.1 has it.
 *
 * What is forgiven: a boundary in the body that is not the header's (Hikvision), `-- myboundary` with a space
 * (Dahua), dashes that stand in the header's boundary already (Sony; multipart-stream-rs #2), two delimiters in a row
 * (Hikvision; toxuin/alarmserver #51), `HTTP/1.1 200 OK` inside the body (kushagharahi/homebridge-dahua-alerts #21),
 * lines that end without CR, a missing blank line between headers and body, no Content-Length, one that is too small,
 * and one that is too large (rroller/dahua #709).
 */

export interface Part {
  /** By lower-case name, as the camera wrote them. */
  readonly headers: ReadonlyMap<string, string>;
  /** Never only white space. */
  readonly body: Buffer;
}

export interface MultipartOptions {
  /** Content-Type of the answer, which may name the boundary. */
  readonly contentType?: string | undefined;
  /** Largest body that is taken, bytes; of a larger one nothing is kept. */
  readonly partBytes: number;
  /**
   * Whether a text is whole by what it says. It is asked at the end of a line, so that an event need not wait for the
   * next delimiter, which comes with the next event, and where Content-Length says that the text ends.
   */
  readonly isWhole?: (text: string) => boolean;
}

const LF = 0x0a;
const DASH = 0x2d;
/** Longest line that is looked at between parts, and longest delimiter, bytes. */
const LINE_BYTES = 256;
const HEADER_LINE_BYTES = 4_096;
const HEADERS = 32;
const NAMES = 4;
/** How often `isWhole` is asked of one body, which may be all ends of lines. */
const ASKS = 256;
const STATUS = "HTTP/1.";

/** Bytes in, parts out. However the bytes are cut, the parts are the same. Holds one part and one line at most. */
export class MultipartReader {
  readonly #options: MultipartOptions;
  /** What may stand after the dashes of a delimiter. */
  readonly #names = new Set<string>();
  #state: "between" | "head" | "body" = "between";
  #rest: Buffer = Buffer.alloc(0);
  #inLongLine = false;
  #headers = new Map<string, string>();
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Bytes of the body still to come, where that is known. */
  #left: number | undefined;
  #binary = false;
  #atLineStart = true;
  #asked = 0;
  #tooLarge = false;
  #skipped = 0;

  constructor(options: MultipartOptions) {
    this.#options = options;
    const named = /;\s*boundary\s*=\s*("[^"]*"|[^\s;]*)/i.exec(options.contentType ?? "")?.[1];
    const name = named && delimiterName(`--${named.replaceAll('"', "")}`);
    if (name) this.#names.add(name);
  }

  /** Parts that were left out because they were too large. */
  get skipped(): number {
    return this.#skipped;
  }

  read(bytes: Buffer): Part[] {
    const parts: Part[] = [];
    let rest = this.#rest.byteLength > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    while (rest.byteLength > 0) {
      const before = this.#state;
      const used = this.#step(rest, parts);
      if (used === 0 && this.#state === before) break;
      rest = rest.subarray(used);
    }
    this.#rest = Buffer.from(rest);
    return parts;
  }

  /** How many bytes it took; 0 without a change of state where more are needed to tell. */
  #step(bytes: Buffer, parts: Part[]): number {
    switch (this.#state) {
      case "between":
        return this.#between(bytes);
      case "head":
        return this.#head(bytes);
      case "body":
        return this.#body(bytes, parts);
    }
  }

  /** Before the first part and after one whose end was told: everything but a delimiter is left out. */
  #between(bytes: Buffer): number {
    const end = bytes.indexOf(LF);
    const long = this.#inLongLine || end >= LINE_BYTES || (end < 0 && bytes.byteLength > LINE_BYTES);
    if (end < 0) {
      this.#inLongLine = long;
      return long ? bytes.byteLength : 0;
    }
    this.#inLongLine = false;
    if (!long && this.#isDelimiter(lineOf(bytes, end), true)) this.#begin();
    return end + 1;
  }

  #begin(): void {
    this.#state = "head";
    this.#headers = new Map();
  }

  #head(bytes: Buffer): number {
    const end = bytes.indexOf(LF);
    if (end < 0) {
      if (bytes.byteLength > HEADER_LINE_BYTES || !mayBeHead(bytes)) this.#beginBody();
      return 0;
    }
    const line = end < HEADER_LINE_BYTES ? lineOf(bytes, end) : "";
    if (this.#isDelimiter(line, false)) {
      this.#begin();
      return end + 1;
    }
    const header = /^([a-z][a-z0-9-]{0,63})[ \t]*:[ \t]*(.*)$/i.exec(line);
    if (header && this.#headers.size < HEADERS) {
      const [, name = "", value = ""] = header;
      this.#headers.set(name.toLowerCase(), value);
      return end + 1;
    }
    this.#beginBody();
    return line === "" && end < HEADER_LINE_BYTES ? end + 1 : 0;
  }

  #beginBody(): void {
    this.#state = "body";
    const length = this.#headers.get("content-length");
    this.#left = length !== undefined && /^\d{1,12}$/.test(length) ? Number(length) : undefined;
    if (this.#left === 0) this.#left = undefined;
    this.#binary = /^\s*(?:image|video|audio)\/|octet-stream/i.test(this.#headers.get("content-type") ?? "");
    this.#atLineStart = true;
    this.#clear();
  }

  #clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
    this.#asked = 0;
    this.#tooLarge = false;
  }

  #body(bytes: Buffer, parts: Part[]): number {
    if (this.#atLineStart && mayBeDelimiter(bytes)) {
      const end = bytes.indexOf(LF);
      if (end < 0 && bytes.byteLength <= LINE_BYTES) return 0;
      if (end >= 0 && end < LINE_BYTES && this.#isDelimiter(lineOf(bytes, end), false)) {
        this.#handOut(parts, true);
        this.#begin();
        return end + 1;
      }
    }
    const end = bytes.indexOf(LF);
    const used = Math.min(end < 0 ? bytes.byteLength : end + 1, this.#left ?? bytes.byteLength);
    this.#take(bytes.subarray(0, used));
    if (this.#left === 0) this.#lengthReached(parts);
    else if (this.#atLineStart && this.#isWhole()) this.#handOut(parts, false);
    return used;
  }

  #take(bytes: Buffer): void {
    this.#atLineStart = bytes.at(-1) === LF;
    if (this.#left !== undefined) this.#left -= bytes.byteLength;
    if (this.#tooLarge) return;
    this.#bytes += bytes.byteLength;
    if (this.#bytes > this.#options.partBytes) {
      this.#tooLarge = true;
      this.#chunks = [];
      this.#skipped += 1;
    } else this.#chunks.push(bytes);
  }

  /** A text that is not whole where its length says so has a wrong length; its end is then the next delimiter. */
  #lengthReached(parts: Part[]): void {
    if (this.#tooLarge || this.#binary || !this.#options.isWhole || this.#isBlank() || this.#isWhole()) {
      this.#handOut(parts, false);
      this.#state = "between";
    } else this.#left = undefined;
  }

  #isWhole(): boolean {
    const { isWhole } = this.#options;
    if (!isWhole || this.#binary || this.#tooLarge || this.#asked >= ASKS || this.#isBlank()) return false;
    this.#asked += 1;
    return isWhole(this.#gathered().toString("utf8"));
  }

  #isBlank(): boolean {
    return this.#bytes <= LINE_BYTES && this.#gathered().toString("latin1").trim() === "";
  }

  #gathered(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  /** The line end before a delimiter is the delimiter's (RFC 2046 5.1.1). */
  #handOut(parts: Part[], atDelimiter: boolean): void {
    if (!this.#tooLarge && !this.#isBlank()) {
      const all = this.#gathered();
      parts.push({ headers: this.#headers, body: atDelimiter ? withoutLineEnd(all) : all });
    }
    this.#clear();
  }

  /** Between parts any line of dashes and a name is a delimiter, and its name is kept; elsewhere it must be known. */
  #isDelimiter(line: string, learns: boolean): boolean {
    if (/^HTTP\/1\.\d \d{3}\b/.test(line)) return !this.#binary || this.#state !== "body";
    const name = delimiterName(line);
    if (name === undefined) return false;
    if (learns && !this.#names.has(name)) {
      if (this.#names.size >= NAMES) this.#names.clear();
      this.#names.add(name);
    }
    return this.#names.has(name);
  }
}

function lineOf(bytes: Buffer, end: number): string {
  return bytes.toString("latin1", 0, end).trimEnd();
}

function withoutLineEnd(bytes: Buffer): Buffer {
  if (bytes.at(-1) !== LF) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1);
}

/** The name between a delimiter's dashes; undefined where the line is no delimiter. */
function delimiterName(line: string): string | undefined {
  return /^--[- \t]*([^\s-](?:.*[^\s-])?)[- \t]*$/.exec(line)?.[1]?.slice(0, 70);
}

function mayBeDelimiter(bytes: Buffer): boolean {
  if (bytes[0] === DASH) return bytes.byteLength < 2 || bytes[1] === DASH;
  const start = bytes.toString("latin1", 0, STATUS.length);
  return STATUS.startsWith(start);
}

/** Whether a line of which the end is still to come may be a header, a delimiter or blank. */
function mayBeHead(bytes: Buffer): boolean {
  return /^(?:\s*$|--|HTTP|[a-z][a-z0-9-]{0,63}[ \t]*(?:$|:))/i.test(bytes.toString("latin1", 0, 80));
}
