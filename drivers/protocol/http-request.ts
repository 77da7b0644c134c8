import { type ClientRequest, request as overHttp, type RequestOptions } from "node:http";
import { isIP, type Socket } from "node:net";
import type { SecureContext, TLSSocket } from "node:tls";
import type { Clock } from "../../agent/base/clock.ts";
import { fail, type Result } from "../../agent/base/result.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { inBoth } from "../../agent/model/messages/text.ts";
import { givenUp } from "./given-up.ts";
import { networkFault } from "./network-fault.ts";
import { connectTcp } from "./tcp.ts";

/** The beginning of every HTTP exchange with a camera: a connection of its own, plain or encrypted, and the request. */

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

const HEADER_BYTES = 16_384;

/** Loaded at the first camera that wants them: Node's TLS is 3 MB, and few cameras have it. */
const https = () => process.getBuiltinModule("node:https");
const tls = () => process.getBuiltinModule("node:tls");

/** A connection to the host and port of `url`, not yet encrypted; its faults are of the rungs host and port. */
export async function connectHttp(
  { hostname, port, protocol }: URL,
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Result<Socket, Fault>> {
  const usual = protocol === "https:" ? 443 : 80;
  try {
    const to = { host: hostname, port: port === "" ? usual : Number(port) };
    return await connectTcp(to, { clock, timeoutMs, signal });
  } catch (error) {
    if (signal.aborted) return fail(givenUp);
    throw error;
  }
}

/** The request on `socket`, to be ended by the caller. It is not told to close the connection where it is to `stay`. */
export function beginRequest(request: HttpRequest, socket: Socket, stay = false): ClientRequest {
  const { url } = request;
  return (url.protocol === "https:" ? https().request : overHttp)(url, options(request, socket, stay));
}

function options({ method, url, headers, body }: HttpRequest, socket: Socket, stay: boolean): RequestOptions {
  return {
    method,
    createConnection: () => (url.protocol === "https:" ? encrypted(socket, url.hostname) : socket),
    maxHeaderSize: HEADER_BYTES,
    // Takes lines that end without CR, control bytes in values and a Content-Length beside a Transfer-Encoding, which
    // cameras' servers write (WebThingsIO/onvif-adapter #21); there is no proxy here that could be misled by it.
    insecureHTTPParser: true,
    headers: {
      ...headers,
      Connection: stay ? "keep-alive" : "close",
      "Accept-Encoding": "identity",
      ...(body && { "Content-Length": String(body.byteLength) }),
    },
  };
}

let unverified: SecureContext | undefined;

/**
 * Cameras sign their own certificates, so that there is nothing to verify: TLS then hides the traffic from who only
 * listens, and proves nothing. Older ones know TLS 1.0 alone (onvif/specs #814) and have keys of 1024 bits, which
 * OpenSSL refuses by itself (home-assistant #91130); that is no worse than the http of their neighbours.
 */
function encrypted(socket: Socket, hostname: string): TLSSocket {
  unverified ??= tls().createSecureContext({ minVersion: "TLSv1", ciphers: "DEFAULT:@SECLEVEL=0" });
  return tls().connect({
    socket,
    secureContext: unverified,
    rejectUnauthorized: false,
    // RFC 6066 3: names only, and no addresses.
    ...(isIP(hostname.replace(/^\[(.*)\]$/, "$1")) === 0 && { servername: hostname }),
  });
}

/** For people: "GET 192.168.1.20/cgi-bin/magicBox.cgi". */
export function requestName({ method, url }: Pick<HttpRequest, "method" | "url">): string {
  return `${method} ${url.host}${url.pathname}`;
}

/** What a connection's error means while an answer is awaited; undefined where it is not the camera's. */
export function answerFault(error: NodeJS.ErrnoException, what: string): Fault | undefined {
  if (/^(?:EPROTO$|ERR_SSL_|ERR_TLS_)/.test(error.code ?? ""))
    return fault("answer-garbled", `${what}: ${error.message}`);
  const seen = networkFault(error, true);
  return (
    seen &&
    fault(
      seen.cause,
      inBoth(seen.evidence, (text) => `${what}: ${text}`),
    )
  );
}
