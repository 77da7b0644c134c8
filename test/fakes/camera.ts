import { type Clock, systemClock } from "../../agent/base/clock.ts";
import type { Login } from "../../agent/model/camera.ts";
import { ActiveBehaviours, type Behaviour, type CameraControl } from "./behaviours-hooks.ts";
import type {
  CameraOptions,
  CameraStats,
  Made,
  OnvifOptions,
  RtspOptions,
  SentEvent,
  SimulatedCamera,
} from "./camera-contract.ts";
import type { FrontDoor } from "./camera-door.ts";
import { LoginCheck } from "./camera-login.ts";
import { CameraRecord } from "./camera-record.ts";
import { type Clip, loadClip } from "./clip.ts";
import { OnvifDevice } from "./onvif-device.ts";
import { EventService } from "./onvif-device-events.ts";
import { OnvifLogin } from "./onvif-device-login.ts";
import { type MotionTopic, motionMessage } from "./onvif-device-message.ts";
import { DEVICE_PATH, type DeviceFacts, type Profile, profilesOf } from "./onvif-device-services.ts";
import { RtspServer } from "./rtsp-server.ts";

export type * from "./camera-contract.ts";

/** A password that breaks carelessly written XML and Latin-1. */
export const defaultLogin: Login = { username: "admin", password: "Mật<khẩu>&1" };

const defaultFacts: DeviceFacts = {
  manufacturer: "Simulated",
  model: "SIM-2000",
  firmware: "1.10",
  serial: "0012345678901234567",
  hardware: "1.0",
  mac: "02:00:5e:10:00:01",
};

/** Listens and resolves once both servers take connections; rejects when a given port is taken. */
export async function createCamera(options: CameraOptions = {}): Promise<SimulatedCamera> {
  const camera = new Camera(options);
  await camera.open();
  return camera;
}

class Camera implements SimulatedCamera, CameraControl {
  readonly login: Login;
  readonly #address: string;
  readonly #clock: Clock;
  readonly #clip: Clip;
  readonly #behaviours = new ActiveBehaviours();
  readonly #record = new CameraRecord();
  readonly #initialBehaviours: readonly Behaviour[];
  readonly #onvif: OnvifOptions | undefined;
  readonly #motionTopics: readonly MotionTopic[];
  readonly #profiles: readonly Profile[];
  readonly #events: EventService;
  readonly #device: OnvifDevice | undefined;
  readonly #rtsp: RtspServer | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: CameraOptions) {
    this.login = options.login ?? defaultLogin;
    this.#address = options.address ?? "127.0.0.1";
    this.#clock = options.clock ?? systemClock;
    this.#clip = loadClip(options.clip ?? "h264");
    this.#initialBehaviours = options.behaviours ?? [];
    this.#onvif = options.onvif === false ? undefined : (options.onvif ?? {});
    this.#profiles = profilesOf(this.#onvif?.channels ?? 1);
    this.#motionTopics = this.#onvif?.motionTopics ?? ["VideoSource/MotionAlarm"];
    this.#events = this.#newEvents(this.#onvif ?? {});
    this.#device = this.#onvif && this.#newDevice(this.#onvif);
    this.#rtsp = options.rtsp === false ? undefined : this.#newRtspServer(options.rtsp ?? {});
  }

  async open(): Promise<void> {
    try {
      for (const door of this.#doors()) await door.open();
      for (const behaviour of this.#initialBehaviours) await this.behave(behaviour);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  get onvifPort(): number {
    return this.#device?.door.port ?? 0;
  }

  get rtspPort(): number {
    return this.#rtsp?.door.port ?? 0;
  }

  get streamUri(): string {
    return this.#rtsp ? `rtsp://${this.#address}:${this.rtspPort}${this.#profiles[0]?.path}` : "";
  }

  get made(): Made {
    return this.#record.made;
  }

  async behave(behaviour: Behaviour): Promise<void> {
    if (this.#behaviours.add(behaviour)) await behaviour.onSwitchedOn?.(this);
  }

  async calm(behaviour: Behaviour | string): Promise<void> {
    const name = typeof behaviour === "string" ? behaviour : behaviour.name;
    await this.#behaviours.remove(name)?.onSwitchedOff?.(this);
  }

  behaving(): readonly string[] {
    return this.#behaviours.names();
  }

  motion(active: boolean, data: Readonly<Record<string, string>> = {}, channel = 1): void {
    for (const topic of this.#motionTopics) this.send(motionMessage(topic, active, data, channel));
  }

  send(event: SentEvent): void {
    const operation = "operation" in event ? event.operation : "Changed";
    const { topic, source = {}, data = {} } = event;
    const made = this.#events.emit({ topic, source, data, operation, at: this.#now() });
    if (made) this.#record.event(made);
  }

  stats(): CameraStats {
    return {
      sockets: { http: this.#device?.door.openSockets ?? 0, rtsp: this.#rtsp?.door.openSockets ?? 0 },
      subscriptions: this.subscriptions().length,
      rtspSessions: this.#rtsp?.sessions ?? 0,
      requests: this.#record.requests,
      loginsRefused: this.#record.loginsRefused,
    };
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      for (const name of this.behaving()) this.#behaviours.remove(name);
      this.dropSubscriptions();
      await this.shutPorts();
    })();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async shutPorts(): Promise<void> {
    await Promise.all(this.#doors().map((door) => door.shut()));
  }

  async openPorts(): Promise<void> {
    if (this.#closed) return;
    await Promise.all(this.#doors().map((door) => door.open()));
  }

  dropConnections(): void {
    for (const door of this.#doors()) door.dropConnections();
  }

  subscriptions(): readonly number[] {
    return this.#events.subscriptions.numbers();
  }

  dropSubscriptions(): void {
    this.#events.subscriptions.dropAll();
  }

  #doors(): FrontDoor[] {
    return [this.#device?.door, this.#rtsp?.door].filter((door) => door !== undefined);
  }

  #now(): number {
    return this.#clock.wall() + (this.#onvif?.clockOffsetMs ?? 0) + this.#behaviours.clockOffsetMs();
  }

  #httpBase(): string {
    const { host = this.#address, port = this.onvifPort } = this.#onvif?.advertised ?? {};
    return `${this.#onvif?.tls ? "https" : "http"}://${host}:${port}`;
  }

  #newEvents(options: OnvifOptions): EventService {
    return new EventService({
      clock: this.#clock,
      now: () => this.#now(),
      behaviours: this.#behaviours,
      maxSubscriptions: options.maxSubscriptions ?? 10,
      defaultLifeMs: options.defaultSubscriptionLifeMs ?? 60_000,
      properties: this.#motionTopics.flatMap((topic) =>
        [...new Set(this.#profiles.map(({ channel }) => channel))].map((channel) => ({
          ...motionMessage(topic, false, {}, channel),
          at: this.#now(),
        })),
      ),
      managerAddress: () => `${this.#httpBase()}/onvif/subscription`,
      subscriptionBy: options.subscriptionBy ?? "address",
      notifies: options.notifies ?? false,
    });
  }

  #newDevice(options: OnvifOptions): OnvifDevice {
    const { width, height, codec, framesPerSecond: rate } = this.#clip;
    const now = () => this.#now();
    return new OnvifDevice({
      address: this.#address,
      port: options.port ?? 0,
      login: new OnvifLogin({
        mode: options.authentication ?? "both",
        login: this.login,
        schemes: options.httpSchemes ?? ["digest-md5"],
        windowMs: options.createdWindowMs ?? 5_000,
        now,
      }),
      services: {
        facts: { ...defaultFacts, ...options.facts },
        profiles: this.#profiles,
        video: { width, height, codec, rate },
        path: options.path ?? DEVICE_PATH,
        media2: options.media2 ?? true,
        recordings: options.recordings,
        now,
        httpBase: () => this.#httpBase(),
        rtspBase: () =>
          this.#rtsp && `rtsp://${options.advertised?.host ?? this.#address}:${this.#rtsp.door.port}`,
      },
      events: this.#events,
      tls: options.tls,
      notAuthorizedStatus: options.notAuthorizedStatus ?? 400,
      behaviours: this.#behaviours,
      onRequest: (action) => this.#record.request(action),
      onLoginRefused: () => this.#record.refusedLogin(),
    });
  }

  #newRtspServer(options: RtspOptions): RtspServer {
    const schemes = options.schemes ?? ["digest-md5"];
    return new RtspServer({
      address: this.#address,
      port: options.port ?? 0,
      clip: this.#clip,
      paths: [...this.#profiles.map((profile) => profile.path), ...(options.paths ?? [])],
      login: schemes.length === 0 ? undefined : new LoginCheck(this.login, schemes),
      startAt: options.startAt ?? "fresh",
      sessionTimeoutSeconds: options.sessionTimeoutSeconds ?? 60,
      maxSessions: options.maxSessions ?? 10,
      clock: this.#clock,
      now: () => this.#now(),
      behaviours: this.#behaviours,
      onRequest: (method) => this.#record.request(method),
      onLoginRefused: () => this.#record.refusedLogin(),
    });
  }
}
