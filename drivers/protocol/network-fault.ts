import { type Cause, type Fault, fault } from "../../agent/model/fault.ts";

/** Errors of sockets, name resolution and node:http's parser as causes of the health ladder. */

const beforeConnect: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: "port-closed",
  EHOSTUNREACH: "host-unreachable",
  ENETUNREACH: "host-unreachable",
  EHOSTDOWN: "host-unreachable",
  ENETDOWN: "host-unreachable",
  EADDRNOTAVAIL: "host-unreachable",
  EINVAL: "host-unreachable",
  // A firewall on the box itself answers connect() with these.
  EACCES: "host-unreachable",
  EPERM: "host-unreachable",
  ENOTFOUND: "name-unresolved",
  EAI_AGAIN: "name-unresolved",
  EAI_FAIL: "name-unresolved",
  EAI_NODATA: "name-unresolved",
  ENODATA: "name-unresolved",
  ESERVFAIL: "name-unresolved",
};

const afterConnect: Readonly<Record<string, Cause>> = {
  ECONNRESET: "connection-cut",
  ECONNABORTED: "connection-cut",
  EPIPE: "connection-cut",
  ETIMEDOUT: "connection-cut",
  ENOTCONN: "connection-cut",
  ERR_STREAM_PREMATURE_CLOSE: "connection-cut",
  ERR_STREAM_DESTROYED: "connection-cut",
  HPE_HEADER_OVERFLOW: "answer-too-large",
};

/**
 * What a failed connection attempt or a broken connection means. Undefined for errors that are not the camera's
 * (no file descriptors left, a bug): those are to be thrown again. A connect time-out (ETIMEDOUT) before anything
 * answered is "host-silent" here; connectTcp tells host from port by evidence.
 */
export function networkFault(error: unknown, connected: boolean): Fault | undefined {
  const cause = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
  if (!(cause instanceof Error) || !("code" in cause) || typeof cause.code !== "string") return undefined;
  const { code } = cause;
  const evidence = cause.message || code;
  const early = beforeConnect[code];
  if (early) return fault(early, evidence);
  if (code === "ETIMEDOUT" && !connected) return fault("host-silent", evidence);
  const late = afterConnect[code];
  if (late) return fault(late, evidence);
  return code.startsWith("HPE_") ? fault("answer-garbled", evidence) : undefined;
}

/** A connection that ended before the answer did: FIN is no error for a socket, but is one for a camera. */
export function closedFault(during: string): Fault {
  return fault("connection-cut", `connection closed during ${during}`);
}

export function lateFault(during: string, afterMs: number): Fault {
  return fault("answer-late", `no complete answer to ${during} within ${afterMs} ms`);
}

/**
 * Addresses of the neighbours that answered ARP, from the text of Linux's /proc/net/arp. Its columns are IP
 * address, HW type, flags, HW address, mask, device; flag 0x2 (ATF_COM) marks a completed entry. The kernel drops
 * the flag some 8 s after a neighbour went dumb (5 s delay, three probes a second), so that after a connect
 * time-out of that length a completed entry means a living host.
 */
export function parseArpTable(text: string): Set<string> {
  const answered = new Set<string>();
  for (const line of text.split("\n", 4096).slice(1)) {
    const [address, , flags, hardware] = line.trim().split(/\s+/);
    if (address && hardware && (Number(flags) & 2) !== 0 && !/^[0:]+$/.test(hardware)) answered.add(address);
  }
  return answered;
}
