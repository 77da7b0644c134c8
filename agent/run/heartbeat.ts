import { type Clock, rfc3339 } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Moment } from "../core/known-time.ts";
import type { Loop } from "../core/progress.ts";
import { clockStep, countCameras } from "../core/site-health.ts";
import type { Config } from "../model/config.ts";
import type { HostFacts, HostReader } from "../model/host.ts";
import type { Journal, JournalFault } from "../model/journal.ts";
import type { AgentStatus } from "../model/status.ts";
import type { CameraStatus, SiteHealth } from "../model/wire.ts";
import { FullDiskLog } from "./full-disk-log.ts";
import type { Recorder } from "./recorder.ts";

/** The status file is renewed this often. Milliseconds. */
const STATUS_EVERY = 5_000;
/** Reading the box may take this long (a hanging disk answers within two seconds) before the watchdog minds. */
const LONGEST_TICK = 60_000;

export interface HeartbeatPorts {
  readonly clock: Clock;
  readonly log: Pick<Log, "warn" | "info">;
  readonly host: HostReader;
  readonly journal: Pick<Journal, "stats" | "check">;
  readonly recorder: Pick<Recorder, "record" | "refused">;
  readonly progress: Loop;
  readonly version: string;
  readonly bootId: string;
  readonly config: () => Config;
  readonly cameras: () => readonly CameraStatus[];
  readonly uplink: () => SiteHealth["uplink"];
  /** Takes what the box says of its clock, as of a moment before it was asked. */
  readonly observeClock: (synced: boolean | null, at: Moment) => void;
  /** Shows the retained state of the site. */
  readonly show: (health: SiteHealth) => void;
  readonly writeStatus: (path: string, status: AgentStatus) => Promise<void>;
}

export interface Heartbeat {
  /** Health of the site as last read; undefined before the first tick. */
  latest(): SiteHealth | undefined;
  /** Reads and shows now and then until `signal` aborts, or until the journal is lost; then it gives why. */
  run(signal: AbortSignal): Promise<JournalFault | undefined>;
}

/** Reports on the box and the agent: to the unit every `host.interval`, to the status file every five seconds. */
export function heartbeat(ports: HeartbeatPorts): Heartbeat {
  const { clock, config, journal, recorder, version } = ports;
  const startedAt = { wall: clock.wall(), monotonic: clock.monotonic() };
  let latest: SiteHealth | undefined;
  let statusFails = false;
  const fullDisk = new FullDiskLog(ports.log);

  function compose(facts: HostFacts, cameras: readonly CameraStatus[]): SiteHealth {
    const stats = journal.stats();
    const fault = journal.check();
    return {
      at: rfc3339(clock.wall()),
      bootid: ports.bootId,
      agentUptimeSeconds: Math.floor((clock.monotonic() - startedAt.monotonic) / 1_000),
      ...facts,
      cameras: countCameras(cameras),
      journal: {
        epoch: stats.epoch,
        lastSeq: stats.lastSeq,
        undelivered: stats.undelivered,
        undeliveredRanges: stats.undeliveredRanges.map(([from, to]) => [from, to]),
        oldestUndelivered: stats.oldestUndelivered === undefined ? null : rfc3339(stats.oldestUndelivered),
        bytes: stats.bytes,
        events: stats.events,
        dropped: stats.dropped,
        maxSize: stats.maxSize,
        maxEvents: stats.maxEvents,
        diskFull: stats.isDiskFull,
        ...(stats.unsent && { gone: { ...stats.unsent, at: rfc3339(stats.unsent.at) } }),
        ...(stats.setAside && { setAside: stats.setAside }),
        refused: recorder.refused,
        ...(fault && { fault }),
      },
      uplink: ports.uplink(),
    };
  }

  async function writeStatus(health: SiteHealth, cameras: readonly CameraStatus[]): Promise<void> {
    const { site, unit, statusFile } = config();
    const status = {
      pid: process.pid,
      version,
      startedAt: rfc3339(startedAt.wall),
      writtenAt: rfc3339(clock.wall()),
      uptimeSeconds: health.uptimeSeconds,
      site: { id: site.id, name: site.name },
      unit: { id: unit.id, name: unit.name },
      health,
      cameras: [...cameras],
    };
    try {
      await ports.writeStatus(statusFile, status);
      statusFails = false;
    } catch (error) {
      if (!statusFails) ports.log.warn({ err: error, statusFile }, "status file cannot be written");
      statusFails = true;
    }
  }

  return {
    latest: () => latest,
    async run(signal) {
      let seen = startedAt;
      let shownAt = Number.NEGATIVE_INFINITY;
      let fault: JournalFault | undefined;
      while (!signal.aborted && !fault) {
        ports.progress.beat(clock.monotonic(), STATUS_EVERY + LONGEST_TICK);
        const now = { wall: clock.wall(), monotonic: clock.monotonic() };
        const step = clockStep(seen, now);
        seen = now;
        if (step !== 0) {
          const detail = `${step > 0 ? "+" : ""}${(step / 1_000).toFixed(1)} s`;
          await recorder.record({
            kind: "site",
            at: now.wall,
            data: { what: "clock-stepped", version, detail },
          });
        }
        const facts = await ports.host.read(config().host.disks);
        ports.observeClock(facts.clockSynced, now);
        const cameras = ports.cameras();
        latest = compose(facts, cameras);
        fault = latest.journal.fault;
        fullDisk.look(latest.journal);
        if (fault || now.monotonic - shownAt >= config().host.interval) {
          shownAt = now.monotonic;
          ports.show(latest);
        }
        await writeStatus(latest, cameras);
        if (!fault) await clock.sleep(STATUS_EVERY, signal);
      }
      ports.progress.end();
      return fault;
    },
  };
}
