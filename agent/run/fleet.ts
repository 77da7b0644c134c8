import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { placeOf } from "../core/look-schedule.ts";
import type { Progress } from "../core/progress.ts";
import type { CameraSession, CameraTarget, DriverContext, Login } from "../model/camera.ts";
import type { CameraConfig, Config, Secrets } from "../model/config.ts";
import type { HealthData } from "../model/event.ts";
import { loginOf } from "../model/login.ts";
import type { CameraStatus } from "../model/wire.ts";
import { runCamera } from "./camera.ts";
import { CameraRecord, type CameraSurroundings } from "./camera-record.ts";
import { EventHub } from "./event-hub.ts";
import { HostGates } from "./host-gate.ts";

/** The first looks of a site are spread by this much a camera. Milliseconds. */
const FIRST_LOOK_SPREAD = 20;

export interface FleetPorts extends Omit<CameraSurroundings, "settings" | "show"> {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly progress: Progress;
  readonly openCamera: (target: CameraTarget, context: DriverContext) => Promise<CameraSession>;
  readonly show: (status: CameraStatus) => void;
  /** What an earlier run of the agent told last of a camera's health. */
  readonly lastHealth: (camera: string) => Partial<HealthData> | undefined;
  /** A camera is no longer of the site: its retained state is to be taken back. */
  readonly forget: (id: string) => void;
}

interface Kept {
  /** What its driver was opened with; another text means another session. */
  readonly opened: string;
  readonly record: CameraRecord;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** The cameras of the site, each looked after alone. A reload touches only those whose configuration changed. */
export class Fleet {
  readonly #ports: FleetPorts;
  readonly #gates: HostGates;
  readonly #hub: EventHub;
  readonly #cameras = new Map<string, Kept>();
  #settings: Config;
  #resumes = true;
  /** Cameras that were started, also anew: channels that are added one by one stand in places of their own. */
  #started = 0;

  constructor(config: Config, ports: FleetPorts) {
    this.#settings = config;
    this.#ports = ports;
    this.#gates = new HostGates(ports.clock, () => this.#settings.health);
    this.#hub = new EventHub(ports);
  }

  /** Starts what is new, stops what is gone, starts anew what changed, and leaves healthy sessions alone. */
  async apply(config: Config, secrets: Secrets): Promise<void> {
    this.#settings = config;
    const wanted = new Map(config.cameras.map((camera) => [camera.id, camera]));
    const gone = [...this.#cameras].filter(([id, kept]) => {
      const camera = wanted.get(id);
      return !camera || opening(camera, loginOf(secrets, camera.credential)) !== kept.opened;
    });
    await Promise.all(gone.map(([id, kept]) => this.#stop(id, kept)));
    for (const [id] of gone) if (!wanted.has(id)) this.#ports.forget(id);
    for (const [id, { record }] of this.#cameras) {
      const camera = wanted.get(id);
      if (camera) record.reconfigure(camera);
    }
    const fresh = config.cameras.filter(({ id }) => !this.#cameras.has(id));
    for (const [nth, camera] of fresh.entries())
      await this.#start(camera, loginOf(secrets, camera.credential), nth);
    this.#resumes = false;
  }

  statuses(): CameraStatus[] {
    return [...this.#cameras.values()].map(({ record }) => record.status());
  }

  /** Shows every camera's state again. */
  renew(): void {
    for (const { record } of this.#cameras.values()) record.renew();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#cameras].map(([id, kept]) => this.#stop(id, kept)));
  }

  async #start(config: CameraConfig, login: Login | undefined, nth: number): Promise<void> {
    const { openCamera, ...ports } = this.#ports;
    const settings = () => this.#settings;
    const context = {
      clock: ports.clock,
      host: this.#gates.of(config),
      health: () => this.#settings.health,
    };
    const session = await openCamera({ config, login }, context);
    // A camera that a reload changed may be another one by the same name.
    const last = this.#resumes ? ports.lastHealth(config.id) : undefined;
    const record = new CameraRecord(config, { ...ports, settings }, last);
    const stop = new AbortController();
    const firstAfter = FIRST_LOOK_SPREAD * (nth + ports.random());
    const run = { ...ports, settings, firstAfter, place: placeOf(this.#started++), hub: this.#hub };
    const done = runCamera(config.id, session, record, run, stop.signal);
    this.#cameras.set(config.id, { opened: opening(config, login), record, stop, done });
    record.renew();
  }

  async #stop(id: string, { stop, done }: Kept): Promise<void> {
    stop.abort(new Error("no longer looked after"));
    await done;
    this.#cameras.delete(id);
  }
}

/** What a driver's session depends on: not the name, nor whether the camera is being worked on. */
function opening({ name: _, maintenance: __, ...config }: CameraConfig, login: Login | undefined): string {
  return JSON.stringify([config, login]);
}
