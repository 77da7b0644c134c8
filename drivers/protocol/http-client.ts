import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../../agent/base/clock.ts";
import { fail, ok, type Result } from "../../agent/base/result.ts";
import { deadline, timedOut } from "../../agent/base/scope.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import { givenUp } from "./given-up.ts";
import { answerFault, beginRequest, connectHttp, type HttpRequest, requestName } from "./http-request.ts";
import { closedFault, lateFault } from "./network-fault.ts";

/** One HTTP exchange with a camera, bounded in time and size, on a connection of its own. */

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
  const socket = await connectHttp(request.url, clock, connectTimeout, signal);
  if (!socket.ok) return socket;
  using time = deadline(clock, answerTimeout, signal);
  try {
    return await converse(request, socket.value, bodyBytes, time.signal, answerTimeout);
  } finally {
    socket.value.destroy();
  }
}

function converse(
  request: HttpRequest,
  socket: Socket,
  bodyBytes: number,
  signal: AbortSignal,
  answerTimeout: number,
): Promise<Result<HttpAnswer, Fault>> {
  const what = requestName(request);
  return new Promise((resolve, reject) => {
    const outgoing = beginRequest(request, socket);
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
