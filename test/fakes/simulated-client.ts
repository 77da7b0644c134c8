import { createHash, randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import type { Login } from "../../agent/model/camera.ts";

/**
 * The least that can talk to a simulated camera, written apart from the drivers: where the camera and a driver have
 * the same misunderstanding, tests of the camera must not share it.
 */

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface HttpAsk {
  /** 127.0.0.1 unless told otherwise. */
  readonly host?: string;
  readonly port: number;
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** One request on a connection of its own. */
export function http({
  host = "127.0.0.1",
  port,
  path,
  method = "POST",
  body = "",
  headers = {},
  signal,
}: HttpAsk): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const options = {
      host,
      port,
      path,
      method,
      headers,
      agent: false,
      ...(signal ? { signal } : {}),
    };
    const request = httpRequest(options, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    request.on("error", reject);
    // As bytes: node:http writes the header in the encoding of a body that is a string, not in Latin-1.
    request.end(Buffer.from(body));
  });
}

/** An Authorization value for a Digest challenge (RFC 7616 3.4.1, RFC 2069 without qop). */
export function digest(
  challenge: string,
  login: Login,
  method: string,
  uri: string,
  nc = "00000001",
  cnonce = randomBytes(8).toString("hex"),
): string {
  const of = (name: string) => new RegExp(`[ ,]${name}="?([^",]*)`).exec(challenge)?.[1];
  const algorithm = of("algorithm") ?? "MD5";
  const hash = (text: string) =>
    createHash(algorithm === "SHA-256" ? "sha256" : "md5")
      .update(text)
      .digest("hex");
  const a1 = hash(`${login.username}:${of("realm")}:${login.password}`);
  const a2 = hash(`${method}:${uri}`);
  const qop = of("qop");
  const response = hash(
    qop ? `${a1}:${of("nonce")}:${nc}:${cnonce}:${qop}:${a2}` : `${a1}:${of("nonce")}:${a2}`,
  );
  const parameters = [
    `username="${login.username}"`,
    `realm="${of("realm")}"`,
    `nonce="${of("nonce")}"`,
    `uri="${uri}"`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
    ...(qop ? [`qop=${qop}`, `nc=${nc}`, `cnonce="${cnonce}"`] : []),
  ];
  return `Digest ${parameters.join(", ")}`;
}

const WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";

/** A WS-Security header with PasswordDigest. */
export function usernameToken(
  login: Login,
  created = new Date().toISOString(),
  nonce = randomBytes(16),
): string {
  const password = createHash("sha1").update(nonce).update(created).update(login.password).digest("base64");
  return (
    `<w:Security xmlns:w="${WSSE}wssecurity-secext-1.0.xsd" xmlns:u="${WSSE}wssecurity-utility-1.0.xsd">` +
    `<w:UsernameToken><w:Username>${login.username}</w:Username>` +
    `<w:Password Type="${WSSE}username-token-profile-1.0#PasswordDigest">${password}</w:Password>` +
    `<w:Nonce>${nonce.toString("base64")}</w:Nonce><u:Created>${created}</u:Created></w:UsernameToken></w:Security>`
  );
}

const actionNamespaces: Readonly<Record<string, string>> = {
  tds: "http://www.onvif.org/ver10/device/wsdl",
  trt: "http://www.onvif.org/ver10/media/wsdl",
  tr2: "http://www.onvif.org/ver20/media/wsdl",
  tev: "http://www.onvif.org/ver10/events/wsdl",
  wsnt: "http://docs.oasis-open.org/wsn/b-2",
};

/** A SOAP envelope that asks for `action` ("tds:GetServices"); `content` and `header` are XML. */
export function soapEnvelope(action: string, content = "", header = ""): string {
  const prefix = action.slice(0, action.indexOf(":"));
  return (
    `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>${header}</s:Header><s:Body>` +
    `<${action} xmlns:${prefix}="${actionNamespaces[prefix]}">${content}</${action}></s:Body></s:Envelope>`
  );
}

export interface RtspReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Interleaved {
  readonly channel: number;
  readonly packet: Buffer;
}

/** A connection that asks one thing at a time and keeps every interleaved packet. */
export class RtspWire implements Disposable {
  readonly socket: Socket;
  readonly packets: Interleaved[] = [];
  /** How the connection ended, once it has. */
  ended: "closed" | Error | undefined;
  #rest = Buffer.alloc(0);
  #cseq = 0;
  #waiting: ((reply: RtspReply) => void) | undefined;

  constructor(port: number, host = "127.0.0.1") {
    this.socket = connect(port, host);
    this.socket.on("data", (bytes) => this.#take(bytes));
    this.socket.on("error", (error) => {
      this.ended = error;
    });
    this.socket.on("close", () => {
      this.ended ??= "closed";
    });
  }

  ask(method: string, uri: string, headers: Readonly<Record<string, string>> = {}): Promise<RtspReply> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`${method} ${uri} RTSP/1.0\r\nCSeq: ${++this.#cseq}\r\n${lines.join("")}\r\n`);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** SETUP and PLAY of the only track on a camera without login; the answer to PLAY. */
  async play(uri: string): Promise<RtspReply> {
    const setup = await this.ask("SETUP", `${uri}/trackID=1`, {
      Transport: "RTP/AVP/TCP;unicast;interleaved=0-1",
    });
    return this.ask("PLAY", uri, { Session: setup.headers.session?.split(";")[0] ?? "" });
  }

  /** RTP packets, without the RTCP beside them. */
  get rtp(): Buffer[] {
    return this.packets.filter(({ channel }) => channel === 0).map(({ packet }) => packet);
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      if (this.#rest[0] === 0x24 && this.#rest.length >= 4) {
        const end = 4 + this.#rest.readUInt16BE(2);
        if (this.#rest.length < end) return;
        this.packets.push({ channel: this.#rest.readUInt8(1), packet: this.#rest.subarray(4, end) });
        this.#rest = this.#rest.subarray(end);
        continue;
      }
      const head = this.#rest.indexOf("\r\n\r\n");
      if (head === -1 || this.#rest[0] === 0x24) return;
      const [first = "", ...lines] = this.#rest.toString("utf8", 0, head).split("\r\n");
      const headers = Object.fromEntries(
        lines.map((line) => [
          line.slice(0, line.indexOf(":")).toLowerCase(),
          line.slice(line.indexOf(":") + 2),
        ]),
      );
      const end = head + 4 + Number(headers["content-length"] ?? 0);
      if (this.#rest.length < end) return;
      const body = this.#rest.toString("utf8", head + 4, end);
      this.#rest = this.#rest.subarray(end);
      this.#waiting?.({ status: Number(first.split(" ")[1]), headers, body });
    }
  }
}
