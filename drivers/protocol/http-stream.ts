import type { ClientRequest, IncomingMessage } from "node:http";

import type { Clock } from "../../agent/base/clock.ts";
import { fail, ok, type Result } from "../../agent/base/result.ts";
import { deadline, timedOut } from "../../agent/base/scope.ts";
import type { DriverContext } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import { limitWords } from "../../agent/model/messages/units.ts";
import { givenUp, inSlot } from "./given-up.ts";
import type { Answered, DeviceLogin } from "./http-login.ts";
import { answerFault, beginRequest, connectHttp, requestName } from "./http-request.ts";
import { closedFault, lateFault } from "./network-fault.ts";

/** An answer of HTTP that does not end: a camera's event stream. */

export interface HttpStreamRequest {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly login: DeviceLogin;
  readonly context: Pick<DriverContext, "clock" | "host" | "health">;
  /** Called once, when the answer has begun. */
  readonly onOpen: (head: HttpStreamHead) => Promise<void>;
  /** Called with what has come; awaited before more is read of the connection. */
  readonly onBytes: (bytes: Buffer) => Promise<void>;
  /** Milliseconds without a byte that the connection is given; read at every byte, as a heartbeat is learnt. */
  readonly readIdle: () => number;
}

export interface HttpStreamHead {
  readonly contentType: string | undefined;
}

/** Why a stream ended, or never began. */
export interface HttpStreamEnd {
  /**
   * Never opened: a cause of the rungs host, port or login, or "request-refused" or "answer-garbled". Opened:
   * "events-silent" where nothing came for `readIdle`, "connection-cut" where the connection ended. When the caller's
   * signal aborted, one that nobody need look at.
   */
  readonly fault: Fault;
  readonly opened: boolean;
  /** The answer's status where that is why it was never opened. */
  readonly status?: number;
}

/** A host without power is noticed so long after its last word where there is no heartbeat; half a minute of probes. */
const KEEP_ALIVE_AFTER_MS = 60_000;

/**
 * Follows the stream until it ends; the login is given as the device asks for it. One of the host's request slots is
 * held while it begins and not while it stands. The connection is closed when the promise resolves. Rejects for what is not
 * the camera's doing, and with what `onOpen` and `onBytes` reject with.
 */
export async function followHttpStream(
  request: HttpStreamRequest,
  signal: AbortSignal,
): Promise<HttpStreamEnd> {
  const { url, login, context } = request;
  const begun = await inSlot(context.host, signal, () =>
    login.send({ method: "GET", url }, context.host, (headers) =>
      begin(request, { ...request.headers, ...headers }, signal),
    ),
  );
  if (!begun.ok) return { fault: begun.error, opened: false };
  const { status, incoming, close } = begun.value;
  if (!incoming) return { fault: refused(request, begun.value), opened: false, status };
  try {
    await request.onOpen({ contentType: incoming.headers["content-type"] });
    return { fault: await pump(incoming, request, signal), opened: true };
  } finally {
    close();
  }
}

interface Begun extends Answered {
  readonly contentType: string | undefined;
  /** Present where the answer is a stream. */
  readonly incoming?: IncomingMessage;
  readonly close: () => void;
}

/** Up to the head of the answer. What is no stream is closed already. */
async function begin(
  { url, context }: HttpStreamRequest,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Result<Begun, Fault>> {
  const { clock } = context;
  const timeout = context.health().requestTimeout;
  const connected = await connectHttp(url, clock, timeout, signal);
  if (!connected.ok) return connected;
  const socket = connected.value;
  socket.setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
  const outgoing = beginRequest({ method: "GET", url, headers }, socket, true);
  const close = () => {
    outgoing.destroy();
    socket.destroy();
  };
  using time = deadline(clock, timeout, signal);
  const head = await headOf(outgoing, requestName({ method: "GET", url }), time.signal, timeout);
  if (!head.ok) {
    close();
    return head;
  }
  const status = head.value.statusCode ?? 0;
  const contentType = head.value.headers["content-type"];
  const challenges = head.value.headersDistinct["www-authenticate"] ?? [];
  // A page in place of the stream: a camera that knows no such address, or another web server.
  const isStream = status >= 200 && status < 300 && !/html|json/i.test(contentType ?? "");
  if (!isStream) close();
  return ok({ status, contentType, challenges, close, ...(isStream && { incoming: head.value }) });
}

function headOf(
  outgoing: ClientRequest,
  what: string,
  signal: AbortSignal,
  timeout: number,
): Promise<Result<IncomingMessage, Fault>> {
  return new Promise((resolve, reject) => {
    const finish = (result: Result<IncomingMessage, Fault>) => {
      signal.removeEventListener("abort", abort);
      resolve(result);
    };
    const abort = () => finish(fail(timedOut(signal) ? lateFault(what, timeout) : givenUp));
    signal.addEventListener("abort", abort);
    // Stays for the whole life of the stream: an error without a listener ends the process.
    outgoing.on("error", (error) => {
      const seen = answerFault(error, what);
      if (seen) finish(fail(seen));
      else reject(error);
    });
    outgoing.on("close", () => finish(fail(closedFault(what))));
    outgoing.on("response", (incoming) => {
      incoming.on("error", () => {
        // Node's "aborted"; `close` comes in every case.
      });
      finish(ok(incoming));
    });
    outgoing.end();
    if (signal.aborted) abort();
  });
}

function refused({ url }: HttpStreamRequest, { status, contentType }: Begun): Fault {
  const request = requestName({ method: "GET", url });
  const seen = compose(evidenceTexts.answerTo, { answer: `HTTP ${status}`, request });
  if (status >= 200 && status < 300) {
    const type = contentType?.slice(0, 64) ?? evidenceTexts.noType;
    return fault("answer-garbled", compose(evidenceTexts.notStream, { seen, type }));
  }
  return fault(status === 403 ? "login-forbidden" : "request-refused", seen);
}

/** Hands out what comes until no more does. While a piece is being taken nothing is read and no time runs. */
async function pump(
  incoming: IncomingMessage,
  { url, context, onBytes, readIdle }: HttpStreamRequest,
  signal: AbortSignal,
): Promise<Fault> {
  const request = requestName({ method: "GET", url });
  const doorbell = new Doorbell(context.clock, signal);
  const ring = () => doorbell.ring();
  incoming.on("readable", ring).on("end", ring).on("close", ring);
  let bytes = 0;
  while (!signal.aborted) {
    const piece: Buffer | null = incoming.read();
    if (piece) {
      bytes += piece.byteLength;
      await onBytes(piece);
    } else if (incoming.readableEnded || incoming.destroyed) {
      return closedFault(compose(evidenceTexts.afterBytes, { request, bytes }));
    } else {
      const limit = readIdle();
      if (!(await doorbell.rung(limit)) && !signal.aborted)
        return fault(
          "events-silent",
          compose(evidenceTexts.nothingCame, { request, time: limitWords(limit) }),
        );
    }
  }
  return givenUp;
}

/** One waiter for several events, a limit of time and the signal. A ring that nobody waited for is kept. */
class Doorbell {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #rung = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** False where `ms` went by, or the signal aborted. */
  async rung(ms: number): Promise<boolean> {
    if (!this.#rung && !this.#signal.aborted) {
      using limit = deadline(this.#clock, ms, this.#signal);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        limit.signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }
}
