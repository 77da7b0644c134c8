import { readFile } from "node:fs/promises";
import { connect, type OnReadOpts, type Socket } from "node:net";
import type { Clock } from "../../agent/base/clock.ts";
import { fail, ok, type Result } from "../../agent/base/result.ts";
import { deadline, timedOut } from "../../agent/base/scope.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, type Message } from "../../agent/model/messages/text.ts";
import { limitWords } from "../../agent/model/messages/units.ts";
import { networkFault, parseArpTable } from "./network-fault.ts";

export interface Endpoint {
  /** Name, IPv4 or IPv6 address; IPv6 with or without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface ConnectOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Reads into a buffer of the caller instead of a fresh 64 KiB a read (net.connect's `onread`). */
  readonly onread?: OnReadOpts;
  /** Evidence that tells a dead host from a silent port; the real network's unless a test says otherwise. */
  readonly silence?: SilenceEvidence;
}

interface SilenceEvidence {
  /** Text of the ARP table, or undefined where there is none. */
  readonly arpTable: () => Promise<string | undefined>;
  /** Ports that cameras and recorders usually answer on, by accepting or refusing. */
  readonly ports: readonly number[];
}

/** HTTP, RTSP, HTTPS, Hikvision's and Dahua's own. */
const USUAL_PORTS = [80, 554, 443, 8000, 37777];
/** A living host on a LAN answers SYN in milliseconds; one lost SYN is sent again after 1 s (RFC 6298 2.1). */
const SECOND_TRY_MS = 1_200;

const realEvidence: SilenceEvidence = {
  arpTable: () => readFile("/proc/net/arp", "utf8").catch(() => undefined),
  ports: USUAL_PORTS,
};

/**
 * A connected socket, or the fault that the attempt amounts to. After a time-out it looks for a sign of life of the
 * host, for at most 1.2 s more: "port-silent" with one, "host-silent" without. Rejects with the signal's reason when
 * `signal` aborts. The caller owns the socket and its errors.
 */
export async function connectTcp(to: Endpoint, options: ConnectOptions): Promise<Result<Socket, Fault>> {
  const attempt = await tryConnect(to, options);
  if (attempt.outcome === "connected") return ok(attempt.socket);
  if (attempt.outcome === "failed") {
    const cause = networkFault(attempt.error, false);
    if (!cause) throw attempt.error;
    if (cause.cause !== "host-silent") return fail(cause);
  }
  const seen = compose(evidenceTexts.noAnswerFrom, {
    address: `${to.host}:${to.port}`,
    time: limitWords(options.timeoutMs),
  });
  if (attempt.address === undefined)
    return fail(fault("name-unresolved", compose(evidenceTexts.noNameServer, { seen })));
  const sign = await signOfLife(attempt.address, to.port, options);
  if (!sign) return fail(fault("host-silent", seen));
  return fail(fault("port-silent", compose(evidenceTexts.butAlive, { seen, sign })));
}

type Attempt =
  | { readonly outcome: "connected"; readonly socket: Socket }
  | { readonly outcome: "failed"; readonly error: Error; readonly address: string | undefined }
  | { readonly outcome: "silent"; readonly address: string | undefined };

async function tryConnect(
  { host, port }: Endpoint,
  { clock, timeoutMs, signal, onread }: Pick<ConnectOptions, "clock" | "timeoutMs" | "signal" | "onread">,
): Promise<Attempt> {
  signal.throwIfAborted();
  using limit = deadline(clock, timeoutMs, signal);
  const socket = connect({
    host: host.replace(/^\[(.*)\]$/, "$1"),
    port,
    noDelay: true,
    ...(onread && { onread }),
  });
  const attempt = await new Promise<Attempt>((resolve) => {
    let address: string | undefined;
    const onAttempt = (ip: string) => {
      address = ip;
    };
    const onConnect = () => settle({ outcome: "connected", socket });
    const onError = (error: Error) => settle({ outcome: "failed", error, address });
    const onAbort = () => settle({ outcome: "silent", address });
    const settle = (result: Attempt) => {
      socket.off("connectionAttempt", onAttempt).off("connect", onConnect).off("error", onError);
      limit.signal.removeEventListener("abort", onAbort);
      resolve(result);
    };
    socket.on("connectionAttempt", onAttempt).on("connect", onConnect).on("error", onError);
    limit.signal.addEventListener("abort", onAbort);
  });
  if (attempt.outcome === "connected" && !signal.aborted) return attempt;
  // A destroyed socket may still report one error of a connection attempt that was under way.
  socket.on("error", () => {}).destroy();
  if (limit.signal.aborted && !timedOut(limit.signal)) signal.throwIfAborted();
  return attempt;
}

/** What shows that a host is alive although one of its ports is not, in words; undefined where nothing does. */
async function signOfLife(
  address: string,
  silentPort: number,
  { clock, signal, silence = realEvidence }: ConnectOptions,
): Promise<Message | undefined> {
  if (parseArpTable((await silence.arpTable()) ?? "").has(address)) return evidenceTexts.answersArp;
  const stop = new AbortController();
  const follow = () => stop.abort(signal.reason);
  signal.addEventListener("abort", follow);
  const tries = silence.ports
    .filter((port) => port !== silentPort)
    .map(async (port) => {
      const attempt = await tryConnect(
        { host: address, port },
        { clock, timeoutMs: SECOND_TRY_MS, signal: stop.signal },
      ).catch(() => undefined);
      if (attempt?.outcome === "connected") attempt.socket.on("error", () => {}).destroy();
      const refused =
        attempt?.outcome === "failed" && networkFault(attempt.error, false)?.cause === "port-closed";
      if (attempt?.outcome !== "connected" && !refused) throw new Error("no sign");
      return compose(refused ? evidenceTexts.portRefuses : evidenceTexts.portAccepts, { port });
    });
  const sign = await Promise.any(tries).catch(() => undefined);
  signal.removeEventListener("abort", follow);
  stop.abort();
  signal.throwIfAborted();
  return sign;
}
