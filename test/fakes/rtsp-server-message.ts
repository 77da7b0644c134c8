/** RTSP/1.0 requests and answers as bytes (RFC 2326). Parsing only; no sockets. */

export interface RtspRequest {
  readonly method: string;
  readonly uri: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface RtspAnswer {
  readonly status: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

const LARGEST_HEAD = 16_384;
const LARGEST_BODY = 65_536;

const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  453: "Not Enough Bandwidth",
  454: "Session Not Found",
  455: "Method Not Valid in This State",
  459: "Aggregate Operation Not Allowed",
  461: "Unsupported Transport",
  501: "Not Implemented",
};

export function answerBytes(answer: RtspAnswer, cseq: string): Buffer {
  const body = Buffer.from(answer.body ?? "");
  const lines = [`RTSP/1.0 ${answer.status} ${reasons[answer.status] ?? "Error"}`, `CSeq: ${cseq}`];
  for (const [name, value] of answer.headers ?? []) lines.push(`${name}: ${value}`);
  if (body.length > 0) lines.push(`Content-Length: ${body.length}`);
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body]);
}

/**
 * Takes a client's bytes as they come and gives whole requests; interleaved frames (the client's RTCP, RFC 2326
 * 10.12) are counted and passed over. Undefined for bytes that are not RTSP.
 */
export class RtspRequestReader {
  #rest: Buffer = Buffer.alloc(0);
  interleavedFrames = 0;

  read(bytes: Buffer): RtspRequest[] | undefined {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const requests: RtspRequest[] = [];
    for (;;) {
      if (this.#rest[0] === 0x24) {
        if (this.#rest.length < 4) return requests;
        const length = 4 + this.#rest.readUInt16BE(2);
        if (this.#rest.length < length) return requests;
        this.#rest = this.#rest.subarray(length);
        this.interleavedFrames++;
        continue;
      }
      const end = this.#rest.indexOf("\r\n\r\n");
      if (end === -1) return this.#rest.length > LARGEST_HEAD ? undefined : requests;
      const request = readHead(this.#rest.toString("utf8", 0, end));
      if (!request) return undefined;
      const bodyLength = Number(request.headers.get("content-length") ?? 0);
      if (!(bodyLength >= 0 && bodyLength <= LARGEST_BODY)) return undefined;
      if (this.#rest.length < end + 4 + bodyLength) return requests;
      this.#rest = this.#rest.subarray(end + 4 + bodyLength);
      requests.push(request);
    }
  }
}

function readHead(head: string): RtspRequest | undefined {
  const [first = "", ...lines] = head.replace(/^(\r\n)+/, "").split("\r\n");
  const [, method, uri] = /^([A-Z_]+) (\S+) RTSP\/1\.\d$/.exec(first) ?? [];
  if (method === undefined || uri === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1) return undefined;
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { method, uri, headers };
}
