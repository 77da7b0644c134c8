/**
 * What each figure must reach. The figures of memory, CPU, start and probing are those that the parts
 * were measured at before the agent was built, with room for what the agent does more; latency is what a person who
 * watches live pictures beside the events does not notice.
 */
export interface Bar {
  readonly unit: string;
  readonly text: string;
  /** `ratio`: value / against; null where it was measured against nothing. */
  met(value: number, ratio: number | null): boolean;
}

const atMost = (limit: number, unit: string): Bar => ({
  unit,
  text: `≤ ${limit} ${unit}`,
  met: (value) => value <= limit,
});

const atLeast = (limit: number, unit: string): Bar => ({
  unit,
  text: `≥ ${limit} ${unit}`,
  met: (value) => value >= limit,
});

const ratioAtMost = (limit: number, text: string, unit: string): Bar => ({
  unit,
  text: `≤ ${text}`,
  met: (_, ratio) => ratio !== null && ratio <= limit,
});

const ratioAtLeast = (limit: number, text: string, unit: string): Bar => ({
  unit,
  text: `≥ ${text}`,
  met: (_, ratio) => ratio !== null && ratio >= limit,
});

/** A figure that only explains others. */
const told = (unit: string): Bar => ({ unit, text: "", met: () => true });

export const bars = {
  // Motion made at a camera to the broker's subscriber, 64 cameras attached.
  "latency.median": atMost(25, "ms"),
  "latency.p99": atMost(100, "ms"),
  "latency.lost": atMost(0, "events"),

  "memory-idle.rss": atMost(65, "MB"),
  "memory-idle.anonymous": told("MB"),

  "cameras-64.rss": atMost(80, "MB"),
  "cameras-64.cpu": atMost(2, "% of a core"),
  "cameras-64.healthy": atLeast(64, "cameras"),
  "cameras-512.rss": atMost(130, "MB"),
  "cameras-512.cpu": atMost(12, "% of a core"),
  "cameras-512.healthy": atLeast(512, "cameras"),

  // 384 channels of 32 recorders and 128 single cameras, a tenth of the devices at fault at any time. How much longer than
  // health.interval it took from the beginning of a look at a camera to that of the next, of all cameras …
  "fleet.late-worst": atMost(10, "% of the interval"),
  "fleet.late-p99": told("% of the interval"),
  // … and as a device without fault saw it, from PLAY to PLAY.
  "fleet.seen-late-worst": atMost(10, "% of the interval"),
  "fleet.seen-late-p99": told("% of the interval"),
  "fleet.looks": told("looks"),
  "fleet.faults": told("faults"),
  // Cameras that are not usable at the end although their device had no fault for six minutes.
  "fleet.stuck": atMost(0, "cameras"),
  // Most logins that one device was shown while its password was another, which had been right moments ago: accounts lock
  // at five.
  "fleet.wrong-logins": atMost(4, "logins"),
  // Medians of the agent's, of the last five minutes against five minutes after it had settled for five.
  "fleet.descriptors": ratioAtMost(1.05, "1.05 × after settling", "open"),
  "fleet.sockets": ratioAtMost(1.05, "1.05 × after settling", "open"),
  "fleet.rss": ratioAtMost(1.05, "1.05 × after settling", "MB"),
  "fleet.cpu": told("% of a core"),

  // exec to READY=1, files in the page cache.
  "ready.median": atMost(500, "ms"),

  // Up to the first keyframe, with everything that the health ladder measures of a stream.
  "probe.cpu": ratioAtMost(1 / 40, "1/40 of ffprobe", "ms"),
  "probe.cpu-measured": ratioAtMost(1 / 40, "1/40 of ffprobe", "ms"),
  "probe.wall-400": atMost(3, "s"),

  // By the sizes of access units, of recordings at a variable bit rate whose truth is known: shares of seconds …
  "motion.recall": atLeast(0.95, "of moving"),
  "motion.precision": atLeast(0.9, "of told"),
  // … of moving stretches that were noticed at all, and of motions told that were some.
  "motion.noticed": told("of stretches"),
  "motion.right": told("of motions"),
  // Told to move in 100 s in which night falls and is new.
  "motion.dusk": told("s"),
  // At a constant bit rate, where sizes say little.
  "motion.cbr-recall": told("of moving"),
  "motion.cbr-precision": told("of told"),
  // Of each stream that is watched.
  "motion.cpu": atMost(0.15, "% of a core"),
  "motion.cheaper": ratioAtMost(1 / 20, "1/20 of ffmpeg", "% of a core"),

  // A backlog after an outage, over loopback.
  "drain.rate": ratioAtLeast(4, "4 × mqtt.js", "events/s"),
  "drain.bridge": ratioAtLeast(3, "3 × a mosquitto bridge", "events/s"),
  // Of the whole process, its start too, by 100,000 events.
  "drain.cpu": told("CPU s"),
  "drain.memory": atMost(130, "MB"),
  "drain.first": atMost(300, "ms"),

  // Receive Maximum 20, over a link as long as that.
  "distance.40ms": ratioAtLeast(30, "30 × one event a PUBLISH", "events/s"),
  "distance.200ms": ratioAtLeast(30, "30 × one event a PUBLISH", "events/s"),

  // With envelope and hash chain, against texts that are only stored.
  "append.single": ratioAtLeast(0.85, "0.85 × bare better-sqlite3", "events/s"),
  "append.single-raw": told("events/s"),
  "append.grouped": ratioAtLeast(0.7, "0.7 × 100 a commit", "events/s"),
  // At 1,000 events a second.
  "append.median": told("ms"),
  "append.p99": atMost(10, "ms"),
  // Bytes to the device per byte of event. One a commit costs three pages at least, whoever makes it.
  "append.written": told("×"),
  "append.written-grouped": atMost(3, "×"),
  // By 100,000 events.
  "append.cpu": told("CPU s"),
  "append.cpu-grouped": told("CPU s"),
} as const satisfies Readonly<Record<string, Bar>>;
