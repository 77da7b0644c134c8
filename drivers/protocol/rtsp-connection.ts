import type { Socket } from "node:net";
import type { Clock } from "../../agent/base/clock.ts";
import { fail, ok, type Result } from "../../agent/base/result.ts";
import type { Fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { closedFault, lateFault, networkFault } from "./network-fault.ts";
import { RtspFramer, type RtspSink } from "./rtsp-framer.ts";
import { type RtspResponse, type RtspServerRequest, requestBytes, sequenceOf } from "./rtsp-message.ts";
import { connectTcp, type Endpoint } from "./tcp.ts";

/**
 * One read buffer for all connections: libuv reads and the callback parses in one go, and what is not finished is
 * copied out before the next read of any connection. 400 probes at once need no 25 MB of buffers.
 */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

/** Answers to a server's own requests wait for a server that reads; one that does not gets none. */
const UNSENT_LIMIT = 16_384;

export type OnData = RtspSink["data"];

interface Pending {
  readonly method: string;
  readonly settle: (result: Result<RtspResponse, Fault>) => void;
}

/** An RTSP connection over TCP: requests and their answers, interleaved frames, and why it ended. */
export class RtspConnection {
  readonly #clock: Clock;
  readonly #framer: RtspFramer;
  readonly #pending = new Map<number, Pending>();
  readonly #ended = Promise.withResolvers<Fault>();
  #socket: Socket | undefined;
  #fault: Fault | undefined;
  #sequence = 0;
  /** Told every interleaved frame; the bytes are valid during the call only. */
  onData: OnData = () => {};

  private constructor(clock: Clock) {
    this.#clock = clock;
    this.#framer = new RtspFramer({
      message: (message) => {
        if (message.kind === "response") this.#answered(message);
        else this.#answer(message);
      },
      data: (channel, bytes, start, end) => this.onData(channel, bytes, start, end),
    });
  }

  /** Rejects with the signal's reason when `signal` aborts. */
  static async open(
    to: Endpoint,
    clock: Clock,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Result<RtspConnection, Fault>> {
    const connection = new RtspConnection(clock);
    const onread = {
      buffer: readBuffer,
      callback: (length: number) => {
        const broken = connection.#framer.push(readBuffer.subarray(0, length));
        if (broken) connection.#end(broken);
        return true;
      },
    };
    const connected = await connectTcp(to, { clock, timeoutMs, signal, onread });
    if (!connected.ok) return connected;
    connection.#attach(connected.value);
    return ok(connection);
  }

  #attach(socket: Socket): void {
    this.#socket = socket;
    socket.on("error", (error) => {
      const cause = networkFault(error, true);
      if (!cause) throw error;
      this.#end(cause);
    });
    const closed = () =>
      this.#end(closedFault([...this.#pending.values()][0]?.method ?? evidenceTexts.theStream));
    socket.on("end", closed).on("close", closed);
  }

  /** Resolves with why the connection ended; never rejects. */
  get ended(): Promise<Fault> {
    return this.#ended.promise;
  }

  get isOpen(): boolean {
    return this.#fault === undefined;
  }

  /**
   * Sends a request and gives the answer, whatever its status, or the fault that kept it away: cut, late, too large,
   * garbled. Rejects with the signal's reason when `signal` aborts.
   */
  request(
    method: string,
    uri: string,
    headers: Readonly<Record<string, string | undefined>>,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Result<RtspResponse, Fault>> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (this.#fault) return resolve(fail(this.#fault));
      const sequence = ++this.#sequence;
      const release = () => {
        cancel();
        signal?.removeEventListener("abort", onAbort);
        this.#pending.delete(sequence);
      };
      const settle = (result: Result<RtspResponse, Fault>) => {
        release();
        resolve(result);
      };
      const onAbort = () => {
        release();
        reject(signal?.reason);
      };
      const cancel = this.#clock.after(timeoutMs, () => settle(fail(lateFault(method, timeoutMs))));
      signal?.addEventListener("abort", onAbort);
      this.#pending.set(sequence, { method, settle });
      this.#socket?.write(requestBytes(method, uri, { CSeq: String(sequence), ...headers }));
    });
  }

  close(): void {
    this.#end(closedFault("close"));
  }

  /** An answer without CSeq belongs to the request that waits longest. */
  #answered(response: RtspResponse): void {
    const sequence = sequenceOf(response.headers) ?? this.#pending.keys().next().value;
    if (sequence !== undefined) this.#pending.get(sequence)?.settle(ok(response));
  }

  /** Servers may ask too (RFC 2326 10.1, 10.3, 10.8); some drop clients that never answer. */
  #answer({ method, headers }: RtspServerRequest): void {
    if (!this.#socket || this.#socket.writableLength > UNSENT_LIMIT) return;
    const known = ["OPTIONS", "ANNOUNCE", "GET_PARAMETER", "SET_PARAMETER"].includes(method);
    const sequence = sequenceOf(headers);
    const named = sequence === undefined ? "" : `CSeq: ${sequence}\r\n`;
    this.#socket.write(`RTSP/1.0 ${known ? "200 OK" : "501 Not Implemented"}\r\n${named}\r\n`, "latin1");
  }

  #end(why: Fault): void {
    if (this.#fault) return;
    this.#fault = why;
    this.#socket?.destroy();
    this.onData = () => {};
    for (const { settle } of [...this.#pending.values()]) settle(fail(why));
    this.#ended.resolve(why);
  }
}
