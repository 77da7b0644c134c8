import { type IncomingMessage, request as overHttp, type RequestOptions } from "node:http";
import { isIP, type Socket } from "node:net";
import type { SecureContext, TLSSocket } from "node:tls";
import type { Clock } from "../../agent/base/clock.ts";
import { fail, ok, type Result } from "../../agent/base/result.ts";
import { deadline, timedOut } from "../../agent/base/scope.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, inBoth } from "../../agent/model/messages/text.ts";
import { closedFault, lateFault, networkFault } from "./network-fault.ts";
import { connectTcp } from "./tcp.ts";

/** One HTTP exchange with a camera, bounded in time and size, on a connection of its own. */

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface HttpLimits {
  readonly clock: Clock;
  /** Milliseconds for the connection to stand. */
  readonly connectTimeout: number;
  /** Milliseconds from then to the last byte of the answer. */
  readonly answerTimeout: number;
  /** Largest body that is taken, bytes. */
  readonly bodyBytes: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Value of the header; several are joined with ", ". Undefined when absent. */
  readonly header: (name: string) => string | undefined;
  /** WWW-Authenticate, one element a header line. */
  readonly challenges: readonly string[];
  readonly body: Buffer;
}

const HEADER_BYTES = 16_384;

/** Loaded at the first camera that wants them: Node's TLS is 3 MB, and few cameras have it. */
const https = () => process.getBuiltinModule("node:https");
const tls = () => process.getBuiltinModule("node:tls");

/**
 * Sends and reads the whole answer, whatever its status. Redirects are not followed: a login goes to no host but the
 * one that was configured. No connection is kept, because cameras close idle ones while the next request is under
 * way; this one is gone when the promise resolves. Faults are of the rungs host and port. Rejects only for what is
 * not the camera's doing. When `signal` aborts, the answer is a fault that nobody need look at.
 */
export async function exchange(
  request: HttpRequest,
  limits: HttpLimits,
  signal: AbortSignal,
): Promise<Result<HttpAnswer, Fault>> {
  const { clock, connectTimeout, answerTimeout, bodyBytes } = limits;
  const socket = await connect(request.url, clock, connectTimeout, signal);
  if (!socket.ok) return socket;
  using time = deadline(clock, answerTimeout, signal);
  try {
    return await converse(request, socket.value, bodyBytes, time.signal, answerTimeout);
  } finally {
    socket.value.destroy();
  }
}

const givenUp = fault("connection-cut", evidenceTexts.givenUp);

async function connect(
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

function converse(
  request: HttpRequest,
  socket: Socket,
  bodyBytes: number,
  signal: AbortSignal,
  answerTimeout: number,
): Promise<Result<HttpAnswer, Fault>> {
  const { method, url } = request;
  const what = `${method} ${url.host}${url.pathname}`;
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === "https:" ? https().request : overHttp)(url, options(request, socket));
    const finish = (result: Result<HttpAnswer, Fault>) => {
      signal.removeEventListener("abort", abort);
      resolve(result);
      outgoing.destroy();
    };
    const abort = () => finish(fail(timedOut(signal) ? lateFault(what, answerTimeout) : givenUp));
    signal.addEventListener("abort", abort);
    outgoing.on("error", (error) => {
      const seen = answerFault(error, what);
      if (seen) finish(fail(seen));
      else reject(error);
    });
    outgoing.on("close", () => finish(fail(closedFault(what))));
    outgoing.on("response", (incoming) => collect(incoming, bodyBytes, what, finish));
    outgoing.end(request.body);
    if (signal.aborted) abort();
  });
}

function options({ method, url, headers, body }: HttpRequest, socket: Socket): RequestOptions {
  return {
    method,
    createConnection: () => (url.protocol === "https:" ? encrypted(socket, url.hostname) : socket),
    maxHeaderSize: HEADER_BYTES,
    // Takes lines that end without CR, control bytes in values and a Content-Length beside a Transfer-Encoding, which
    // cameras' servers write (WebThingsIO/onvif-adapter #21); there is no proxy here that could be misled by it.
    insecureHTTPParser: true,
    headers: {
      ...headers,
      Connection: "close",
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

function collect(
  incoming: IncomingMessage,
  bodyBytes: number,
  what: string,
  finish: (result: Result<HttpAnswer, Fault>) => void,
): void {
  const tooLarge = () =>
    finish(
      fail(
        fault("answer-too-large", compose(evidenceTexts.answerLarger, { request: what, bytes: bodyBytes })),
      ),
    );
  incoming.on("error", () => {
    // Node's "aborted"; told by `close` below, which comes in every case.
  });
  if (Number(incoming.headers["content-length"] ?? 0) > bodyBytes) {
    tooLarge();
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  incoming.on("data", (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > bodyBytes) tooLarge();
    else chunks.push(chunk);
  });
  incoming.on("close", () => {
    if (!incoming.complete)
      finish(fail(closedFault(compose(evidenceTexts.afterBytes, { request: what, bytes }))));
    else
      finish(
        ok({
          status: incoming.statusCode ?? 0,
          header: (name) => incoming.headersDistinct[name.toLowerCase()]?.join(", "),
          challenges: incoming.headersDistinct["www-authenticate"] ?? [],
          body: Buffer.concat(chunks, bytes),
        }),
      );
  });
}

function answerFault(error: NodeJS.ErrnoException, what: string): Fault | undefined {
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
