import { type Cause, type Evidence, type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import { limitWords } from "../../agent/model/messages/units.ts";

/** Errors of sockets, name resolution and node:http's parser as causes of the health ladder. */

const causeOfCode: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: "port-closed",
  EHOSTUNREACH: "host-unreachable",
  ENETUNREACH: "host-unreachable",
  EHOSTDOWN: "host-unreachable",
  ENETDOWN: "host-unreachable",
  ENOTFOUND: "name-unresolved",
  ENODATA: "name-unresolved",
  ESERVFAIL: "name-unresolved",
  ECONNRESET: "connection-cut",
  ECONNABORTED: "connection-cut",
  EPIPE: "connection-cut",
  ERR_STREAM_PREMATURE_CLOSE: "connection-cut",
  ERR_STREAM_DESTROYED: "connection-cut",
  HPE_HEADER_OVERFLOW: "answer-too-large",
};

/** The box's own shortages: no camera is to blame, and every camera would be. */
const ownShortages = new Set(["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS", "EAI_MEMORY"]);

/**
 * What a failed connection attempt or a broken connection means. Undefined for errors that are not the camera's
 * (no file descriptors left, a bug): those are to be thrown again. A connect time-out (ETIMEDOUT) before anything
 * answered is "host-silent" here; connectTcp tells host from port by evidence.
 */
export function networkFault(error: unknown, connected: boolean): Fault | undefined {
  const first = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
  if (!(first instanceof Error) || !("code" in first) || typeof first.code !== "string") return undefined;
  const cause = causeOf(first.code, connected, "syscall" in first);
  return cause && fault(cause, first.message || first.code);
}

function causeOf(code: string, connected: boolean, ofSystem: boolean): Cause | undefined {
  if (ownShortages.has(code)) return undefined;
  const known = causeOfCode[code];
  if (known) return known;
  if (code.startsWith("EAI_")) return "name-unresolved";
  if (code.startsWith("HPE_")) return "answer-garbled";
  if (code === "ETIMEDOUT") return connected ? "connection-cut" : "host-silent";
  if (!ofSystem) return undefined;
  // Rare ones: EACCES and EPERM of a firewall on the box, EADDRNOTAVAIL, EINVAL, ENETRESET.
  return connected ? "connection-cut" : "host-unreachable";
}

/** A connection that ended before the answer did: FIN is no error for a socket, but is one for a camera. */
export function closedFault(during: Evidence): Fault {
  return fault("connection-cut", compose(evidenceTexts.closedDuring, { during }));
}

export function lateFault(request: string, afterMs: number): Fault {
  return fault("answer-late", compose(evidenceTexts.noWholeAnswer, { request, time: limitWords(afterMs) }));
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
