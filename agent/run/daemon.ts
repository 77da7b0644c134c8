import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { KnownTime } from "../core/known-time.ts";
import { Progress } from "../core/progress.ts";
import { needsRestart, siteInfo } from "../core/site-info.ts";
import type { CameraSession, CameraTarget, DriverContext, Login } from "../model/camera.ts";
import { commandNames } from "../model/command-names.ts";
import type { BrokerConfig, Config, Secrets } from "../model/config.ts";
import type { HostReader } from "../model/host.ts";
import type { Journal, JournalFault } from "../model/journal.ts";
import { daemonTexts } from "../model/messages/daemon.ts";
import { fill } from "../model/messages/text.ts";
import type { Signer } from "../model/signer.ts";
import type { AgentStatus } from "../model/status.ts";
import type { ConnectUplink } from "../model/uplink.ts";
import type { SiteInfo } from "../model/wire.ts";
import { Checkpoints } from "./checkpoints.ts";
import { Fleet } from "./fleet.ts";
import { type Heartbeat, heartbeat } from "./heartbeat.ts";
import { Recorder } from "./recorder.ts";
import { SiteCommands } from "./site-commands.ts";
import { lastStopWasUnclean, SiteEvents } from "./site-events.ts";
import { UnitLink } from "./unit-link.ts";
import { feedWatchdog } from "./watchdog.ts";

export interface Loaded {
  readonly config: Config;
  readonly secrets: Secrets;
}

/** A configuration read again: the new one, or why the old one stays. */
export type Reload =
  | { readonly ok: true; readonly value: Loaded }
  | { readonly ok: false; readonly error: string };

/** The world, handed in by `cli/run.ts`: what stands beside this floor. Tests hand in simulated parts. */
export interface DaemonPorts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly version: string;
  readonly bootId: string;
  readonly journal: Journal;
  readonly signer: Signer;
  readonly connect: (broker: BrokerConfig, site: string, login: Login | undefined) => ConnectUplink;
  readonly openCamera: (target: CameraTarget, context: DriverContext) => Promise<CameraSession>;
  readonly host: HostReader;
  readonly notify: {
    readonly watchdogEvery: number | undefined;
    send(...assignments: string[]): Promise<void>;
  };
  readonly writeStatus: (path: string, status: AgentStatus) => Promise<void>;
  readonly removeStatus: (path: string) => Promise<void>;
  /** Yields each time that a reload is asked for (SIGHUP), until `signal` aborts. */
  readonly reloads: (signal: AbortSignal) => AsyncIterable<Reload>;
}

/** How long a stopping agent still sends what is not delivered; all in all it stops in under five seconds. */
const LAST_SENDS_MS = 1_500;

/**
 * The agent: runs until `signal` aborts, then takes leave with everything written. When the journal is lost under it,
 * it takes leave too and gives why: the next start opens, or makes, a proper one. A throw is a bug.
 */
export async function runDaemon(
  first: Loaded,
  ports: DaemonPorts,
  signal: AbortSignal,
): Promise<JournalFault | undefined> {
  const daemon = new Daemon(first, ports);
  await daemon.start();
  const fault = await daemon.run(signal);
  if (fault) await daemon.abandon(fault);
  else await daemon.stop(typeof signal.reason === "string" ? signal.reason : "stopped");
  return fault;
}

class Daemon {
  readonly #ports: DaemonPorts;
  readonly #progress = new Progress();
  readonly #time: KnownTime;
  readonly #events: SiteEvents;
  readonly #commands: SiteCommands;
  readonly #link: UnitLink;
  readonly #fleet: Fleet;
  readonly #heartbeat: Heartbeat;
  readonly #checkpoints: Checkpoints;
  #loaded: Loaded;
  #box: SiteInfo["box"] = {};

  constructor(first: Loaded, ports: DaemonPorts) {
    this.#loaded = first;
    this.#ports = ports;
    const { clock, log, journal } = ports;
    this.#time = new KnownTime(clock);
    const progress = this.#progress;
    const recorder = new Recorder(journal, log, ports.clock);
    this.#events = new SiteEvents({ ...ports, recorder });
    const commands = new SiteCommands({
      clock,
      recorder,
      journal,
      version: ports.version,
      keys: () => this.#loaded.config.unit.commandKeys,
      time: () => this.#time.now(),
      here: () => ({ unit: this.#loaded.config.unit.id, site: this.#loaded.config.site.id }),
      receipts: () => this.#link.receipts,
      checkpoints: () => this.#checkpoints,
      answer: (result) => this.#link.answer(result),
    });
    this.#commands = commands;
    const link = new UnitLink({
      ...ports,
      onCommand: (message) => void commands.take(message),
      keepsCamera: (id) => this.#loaded.config.cameras.some((camera) => camera.id === id),
    });
    this.#link = link;
    const fleet = new Fleet(first.config, {
      ...ports,
      progress,
      recorder,
      runName: runName(ports),
      boxClockUnsure: () => this.#heartbeat.latest()?.clockSynced === false,
      show: (status) => link.board.set(link.topics.camera(status.id), status),
      lastHealth: (id) => journal.lastHealth(id),
      forget: (id) => link.board.remove(link.topics.camera(id)),
    });
    this.#fleet = fleet;
    this.#heartbeat = heartbeat({
      ...ports,
      recorder,
      progress: progress.loop("heartbeat"),
      config: () => this.#loaded.config,
      cameras: () => fleet.statuses(),
      uplink: () => link.facts(),
      observeClock: (synced, at) => this.#time.observe(synced, at),
      show: (health) => link.board.set(link.topics.health, health),
    });
    this.#checkpoints = new Checkpoints({
      ...ports,
      recorder,
      site: first.config.site.id,
      progress: progress.loop("checkpoints"),
      policy: () => this.#loaded.config.journal,
    });
  }

  /** Resolves when the agent does its work and systemd knows it. A broker is not waited for. */
  async start(): Promise<void> {
    const { log, version, journal, notify } = this.#ports;
    const { config, secrets } = this.#loaded;
    const unclean = lastStopWasUnclean(journal);
    await this.#events.tellRecovery(this.#loaded.config.language);
    await this.#events.tell({ what: "started" });
    if (unclean) await this.#events.tell({ what: "unclean-stop" });
    await this.#link.open(this.#loaded);
    await this.#fleet.apply(config, secrets);
    this.#showInfo();
    await notify.send("READY=1");
    const { site, unit, cameras } = config;
    log.info(
      { version, site: site.id, unit: unit.id, cameras: cameras.length, epoch: journal.epoch },
      "started",
    );
  }

  async run(told: AbortSignal): Promise<JournalFault | undefined> {
    const { clock, log, notify } = this.#ports;
    const lost = new AbortController();
    const signal = AbortSignal.any([told, lost.signal]);
    const [fault] = await Promise.all([
      this.#heartbeat.run(signal).then((found) => {
        if (found) lost.abort();
        return found;
      }),
      this.#checkpoints.run(signal),
      this.#takeReloads(signal),
      this.#renewState(signal),
      this.#readInventory(signal),
      feedWatchdog(
        {
          clock,
          log,
          notify,
          progress: this.#progress,
          describe: () => this.#describe(),
          standing: () => Object.values(this.#standing()).join(),
        },
        signal,
      ),
    ]);
    return fault;
  }

  /** The status file stays, as it says what happened. */
  async abandon(fault: JournalFault): Promise<void> {
    const { log, journal, notify } = this.#ports;
    log.error({ fault }, "the journal is lost, the agent ends");
    await notify.send("STOPPING=1");
    await this.#fleet.stop();
    await this.#link.close(LAST_SENDS_MS, `journal ${fault.kind}`);
    await journal.close();
  }

  async stop(reason: string): Promise<void> {
    const { log, journal, notify, removeStatus } = this.#ports;
    await notify.send("STOPPING=1");
    await this.#fleet.stop();
    // The journal's last word is that this was a clean stop; the next start looks for it.
    await this.#commands.close();
    await this.#events.tell({ what: "stopped", detail: reason });
    await this.#checkpoints.write();
    await this.#link.close(LAST_SENDS_MS, reason);
    await journal.close();
    await removeStatus(this.#loaded.config.statusFile);
    log.info({ reason }, "stopped");
  }

  async #takeReloads(signal: AbortSignal): Promise<void> {
    const { log, notify, reloads } = this.#ports;
    for await (const reload of reloads(signal)) {
      await notify.send("RELOADING=1");
      const refusal = reload.ok ? needsRestart(this.#loaded.config, reload.value.config) : reload.error;
      if (reload.ok && refusal === undefined) {
        await this.#apply(reload.value);
        log.info({ cameras: reload.value.config.cameras.length }, "configuration reloaded");
        await this.#events.tell({ what: "reloaded" });
      } else {
        log.error({ reason: refusal }, "new configuration refused, the old one stays");
        await this.#events.tell({
          what: "reload-refused",
          ...(refusal !== undefined && { detail: refusal.slice(0, 1_000) }),
        });
      }
      await notify.send("READY=1");
    }
  }

  async #apply(next: Loaded): Promise<void> {
    const moves = this.#link.differs(next);
    this.#loaded = next;
    if (moves) await this.#link.open(next);
    await this.#fleet.apply(next.config, next.secrets);
    if (moves) this.#fleet.renew();
    this.#showInfo();
  }

  /** Retained state is published anew now and then, for a broker that lost it. */
  async #renewState(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#ports.clock.sleep(this.#loaded.config.health.republish, signal);
      if (!signal.aborted) this.#fleet.renew();
    }
  }

  async #readInventory(signal: AbortSignal): Promise<void> {
    this.#box = await this.#ports.host.inventory(signal);
    this.#showInfo();
  }

  #showInfo(): void {
    const { version, journal, signer } = this.#ports;
    const facts = {
      version,
      epoch: journal.epoch,
      publicKey: signer.publicKey,
      box: this.#box,
      commands: commandNames,
    };
    this.#link.board.set(this.#link.topics.info, siteInfo(this.#loaded.config, facts));
  }

  /** One line for `systemctl status`. */
  #describe(): string {
    const { unit, language } = this.#loaded.config;
    const { connected, ...cameras } = this.#standing();
    const waiting = this.#ports.journal.stats().undelivered;
    const text = connected ? daemonTexts.connected : daemonTexts.disconnected;
    return fill(text, language, { ...cameras, waiting, unit: unit.name });
  }

  #standing(): { readonly connected: boolean; readonly total: number; readonly usable: number } {
    const cameras = this.#heartbeat.latest()?.cameras;
    return {
      connected: this.#link.facts().connectedSince !== null,
      total: cameras?.total ?? this.#loaded.config.cameras.length,
      usable: cameras?.usable ?? 0,
    };
  }
}

/** Begins the names of this run's activities. Of no clock: two runs may begin at the same time of a clock set back. */
function runName({ bootId, random }: Pick<DaemonPorts, "bootId" | "random">): string {
  return `${bootId.slice(0, 8)}-${Math.floor(random() * 36 ** 8).toString(36)}`;
}
