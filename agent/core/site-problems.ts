import { unreachable } from "../base/result.ts";
import type { GapReason } from "../model/event-names.ts";
import type { JournalFault } from "../model/journal.ts";
import type { Message } from "../model/messages/text.ts";
import { explained, reasonMeanings } from "../model/messages/uplink.ts";
import type { AgentStatus } from "../model/status.ts";
import type { CameraStatus, SiteHealth } from "../model/wire.ts";

/** What is wrong with the recorder box or the agent itself; cameras speak for themselves. */
export type SiteProblem =
  | { readonly kind: "uplink-down"; readonly reason: Message | null }
  /** The broker is there and will not have this site: login, certificate, client id. */
  | { readonly kind: "uplink-refused"; readonly reason: Message }
  | { readonly kind: "waiting"; readonly events: number; readonly oldest: string | null }
  /** Events that the broker will never take. */
  | { readonly kind: "skipped"; readonly events: number }
  /** Topics that the broker takes nothing on now. */
  | { readonly kind: "refused"; readonly topics: number; readonly reason: Message }
  /** The journal can no longer be relied on; the agent is about to end. */
  | { readonly kind: "journal-lost"; readonly fault: JournalFault }
  /** Journals that could not be gone on with are kept; a person should look at them, and then take them away. */
  | { readonly kind: "journal-set-aside"; readonly journals: number; readonly bytes: number }
  /** The disk of the journal is full: events are dropped. */
  | { readonly kind: "journal-disk-full" }
  /** Events were dropped that had never been sent. */
  | { readonly kind: "events-gone"; readonly events: number; readonly reason: GapReason; readonly at: string }
  /** Events that happened and are in no journal. */
  | { readonly kind: "not-recorded"; readonly events: number }
  | { readonly kind: "clock-unsynced" }
  /** The agent's own systemd unit keeps it from seeing this disk. */
  | { readonly kind: "disk-hidden"; readonly mount: string }
  | { readonly kind: "disk-unreadable"; readonly mount: string; readonly error: string }
  | { readonly kind: "disk-read-only"; readonly mount: string }
  | { readonly kind: "disk-full"; readonly mount: string; readonly freePercent: number }
  | { readonly kind: "memory-short"; readonly freePercent: number }
  | { readonly kind: "hot"; readonly celsius: number };

/** Shares and degrees from which on a person should look. */
const DISK_FREE_LEAST = 5;
const MEMORY_FREE_LEAST = 5;
const CELSIUS_MOST = 85;
/** Below this, events that wait are simply on their way. */
const WAITING_MOST = 100;

export function siteProblems(health: SiteHealth): SiteProblem[] {
  const problems: SiteProblem[] = [];
  const { fault } = health.journal;
  if (fault) problems.push({ kind: "journal-lost", fault });
  const { setAside } = health.journal;
  if (setAside) problems.push({ kind: "journal-set-aside", ...setAside });
  if (health.journal.diskFull) problems.push({ kind: "journal-disk-full" });
  const { gone } = health.journal;
  if (gone) problems.push({ kind: "events-gone", ...gone });
  if (health.journal.refused > 0) problems.push({ kind: "not-recorded", events: health.journal.refused });
  if (health.uplink.connectedSince === null) problems.push(uplinkProblem(health.uplink.lastEnd));
  else if (health.journal.undelivered > WAITING_MOST)
    problems.push({
      kind: "waiting",
      events: health.journal.undelivered,
      oldest: health.journal.oldestUndelivered,
    });
  const { skipped, refusals } = health.uplink;
  if (skipped > 0) problems.push({ kind: "skipped", events: skipped });
  const [refusal] = refusals;
  if (refusal) {
    const reason = explained(`${refusal.topic}: ${refusal.reason}`, reasonMeanings[refusal.reasonCode]);
    problems.push({ kind: "refused", topics: refusals.length, reason });
  }
  if (health.clockSynced === false) problems.push({ kind: "clock-unsynced" });
  for (const { mount, totalBytes, freeBytes, readOnly, hidden, error } of health.disks) {
    if (hidden) problems.push({ kind: "disk-hidden", mount });
    else if (error !== undefined) problems.push({ kind: "disk-unreadable", mount, error });
    else if (readOnly) problems.push({ kind: "disk-read-only", mount });
    else if (totalBytes && freeBytes !== undefined) {
      const freePercent = Math.floor((100 * freeBytes) / totalBytes);
      if (freePercent < DISK_FREE_LEAST) problems.push({ kind: "disk-full", mount, freePercent });
    }
  }
  const freePercent = Math.floor((100 * health.memory.availableBytes) / health.memory.totalBytes);
  if (freePercent < MEMORY_FREE_LEAST) problems.push({ kind: "memory-short", freePercent });
  if (health.temperatureCelsius !== null && health.temperatureCelsius >= CELSIUS_MOST)
    problems.push({ kind: "hot", celsius: Math.round(health.temperatureCelsius) });
  return problems;
}

/** An uplink's end that the broker gave a reason code for begins with the packet that it came in. */
const REFUSED = /^(?:CONNACK|DISCONNECT) 0x/;

function uplinkProblem(reason: Message | null): SiteProblem {
  return reason !== null && REFUSED.test(reason.en)
    ? { kind: "uplink-refused", reason }
    : { kind: "uplink-down", reason };
}

/** Whether a person should look at this camera: all but those that are well or being worked on. */
export function needsAttention(camera: CameraStatus): boolean {
  switch (camera.state) {
    case "online":
      return camera.flapping;
    case "maintenance":
      return false;
    case "unknown":
    case "degraded":
    case "offline":
      return true;
    default:
      return unreachable(camera.state);
  }
}

/** What the box says of the process that wrote a status file. */
export interface ProcessFacts {
  readonly alive: boolean;
  /** Every id that this boot is known by: a container and a service in it may be shown different ones. */
  readonly bootIds: readonly string[];
  /** Whether the id that the process itself sees is among them; else it may be another one of this boot. */
  readonly isProcessSeen: boolean;
  readonly uptimeSeconds: number;
}

export type AgentPresence =
  | { readonly kind: "running"; readonly ageSeconds: number }
  /** The process is there but has not written for STATUS_STALE_SECONDS. */
  | { readonly kind: "silent"; readonly ageSeconds: number }
  | { readonly kind: "gone"; readonly why: "ended" | "rebooted" }
  /** There is a process of that id, and whether it is the agent cannot be seen. */
  | { readonly kind: "unseen" };

/** An uptime that is less than it was by more than this is another boot's. */
const CLOCK_SLACK_SECONDS = 5;

/** Ages are told by the box's uptime; a file of an earlier boot says nothing about now, whatever its pid. */
export function presence(status: AgentStatus, facts: ProcessFacts, staleSeconds: number): AgentPresence {
  const { alive, bootIds, isProcessSeen, uptimeSeconds } = facts;
  const isThisBoot = bootIds.includes(status.health.bootid);
  const age = uptimeSeconds - status.uptimeSeconds;
  if (!isThisBoot && (isProcessSeen || age < -CLOCK_SLACK_SECONDS)) return { kind: "gone", why: "rebooted" };
  if (!alive) return { kind: "gone", why: "ended" };
  const ageSeconds = Math.max(0, Math.round(age));
  if (ageSeconds <= staleSeconds) return { kind: "running", ageSeconds };
  return isThisBoot ? { kind: "silent", ageSeconds } : { kind: "unseen" };
}
