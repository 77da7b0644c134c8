import type { Event, Segment } from "../../agent/model/event.ts";
import type { CameraStatus, SiteHealth } from "../../agent/model/wire.ts";

/** Payloads of the MQTT contract, right in every field; a test changes what it is about. */

const EPOCH = "a".repeat(32);

export function motionEvent({
  seq,
  epoch = EPOCH,
  camera = "gate",
  state = "started",
}: {
  readonly seq: number;
  readonly epoch?: string;
  readonly camera?: string;
  readonly state?: "started" | "ended";
}): Event {
  return {
    specversion: "1.0",
    id: `${epoch}-${seq}`,
    source: "urn:camera-agent:cho-moi",
    type: "vn.camera.motion.v1",
    subject: camera,
    time: "2026-11-24T01:00:00.000Z",
    datacontenttype: "application/json",
    recordedtime: "2026-11-24T01:00:00.004Z",
    sequence: String(seq).padStart(20, "0"),
    epoch,
    bootid: "b1",
    clocksynced: true,
    data: {
      state,
      activity: "a1",
      reason: "reported",
      topic: "RuleEngine/CellMotionDetector/Motion",
      source: "VideoSource_1",
      fields: { IsMotion: String(state === "started") },
    },
  };
}

export function segment(events: Event[]): Segment {
  const seqs = events.map(({ sequence }) => Number(sequence));
  return {
    specversion: "1.0",
    id: `${EPOCH}-${seqs[0] ?? 0}-${seqs.at(-1) ?? 0}`,
    source: "urn:camera-agent:cho-moi",
    type: "vn.camera.segment.v1",
    time: "2026-11-24T01:00:00.000Z",
    datacontenttype: "application/json",
    data: { events },
  };
}

/** A healthy camera. */
export function cameraStatus(changes: Partial<CameraStatus> & { readonly id: string }): CameraStatus {
  return {
    name: changes.id,
    state: "online",
    since: "2026-11-24T01:00:00.000Z",
    flapping: false,
    usable: true,
    checkedAt: "2026-11-24T01:00:30.000Z",
    lastSuccess: { stream: "2026-11-24T01:00:30.000Z", clock: "2026-11-24T01:00:30.000Z" },
    facts: { manufacturer: "Hanwha", model: "XNV-8080R" },
    stream: {
      codec: "h264",
      width: 1920,
      height: 1080,
      framesPerSecond: 12.5,
      kilobitsPerSecond: 1_024,
      packets: 250,
      packetsLost: 0,
      keyframeAfterMs: 310,
    },
    clockOffsetMs: 240,
    motion: "idle",
    ...changes,
  };
}

export function siteHealth(changes: Partial<SiteHealth> = {}): SiteHealth {
  return {
    at: "2026-11-24T01:00:00.000Z",
    uptimeSeconds: 86_400,
    agentUptimeSeconds: 3_600,
    bootid: "b1",
    clockSynced: true,
    cpu: { usedPercent: 7, load1: 0.2, cores: 4 },
    memory: { totalBytes: 8_000_000_000, availableBytes: 6_000_000_000, agentBytes: 70_000_000 },
    temperatureCelsius: 48,
    disks: [{ mount: "/", totalBytes: 120_000_000_000, freeBytes: 80_000_000_000, readOnly: false }],
    cameras: { total: 2, usable: 2, states: { online: 2 }, causes: {} },
    journal: {
      epoch: EPOCH,
      lastSeq: 120,
      undelivered: 0,
      undeliveredRanges: [],
      oldestUndelivered: null,
      bytes: 200_000,
      events: 120,
      dropped: 0,
      maxSize: 8_589_934_592,
      maxEvents: 6_000_000,
      diskFull: false,
      refused: 0,
    },
    uplink: {
      session: 3,
      connectedSince: "2026-11-24T00:30:00.000Z",
      protocol: "5",
      window: 20,
      lastEnd: null,
      skipped: 0,
      refusals: [],
    },
    ...changes,
  };
}
