import type { Clock } from "../base/clock.ts";
import type { Result } from "../base/result.ts";
import type { CameraConfig, HealthConfig } from "./config.ts";
import type { Evidence, Fault, Rung } from "./fault.ts";

/** What a driver is asked to look after: one camera's configuration and the login that belongs to it. */
export interface CameraTarget<Config = CameraConfig> {
  readonly config: Config;
  readonly login: Login | undefined;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Facts that a camera tells of itself, as it writes them ("1.10" stays "1.10", a serial keeps its zeros). */
export interface CameraFacts {
  readonly manufacturer?: string;
  readonly model?: string;
  readonly firmware?: string;
  readonly serial?: string;
  readonly mac?: string;
  /** RTSP address that is looked at, without login. */
  readonly streamUri?: string;
  readonly snapshotUri?: string;
  /** Token and name of the media profile that is looked at. */
  readonly profile?: string;
}

/** What was measured on the stream, from RTP and NAL headers alone; nothing is decoded. */
export interface StreamMeasurement {
  readonly codec: "h264" | "h265";
  /** Pixels, cropped, from the SPS. */
  readonly width: number;
  readonly height: number;
  /** Access units a second over the time measured; 0 when only one was seen. */
  readonly framesPerSecond: number;
  /** Kilobits of RTP payload a second. */
  readonly kilobitsPerSecond: number;
  readonly packets: number;
  /** Packets missing by sequence number. */
  readonly packetsLost: number;
  /** Milliseconds from PLAY to the first complete keyframe. */
  readonly keyframeAfterMs: number;
}

export interface CameraClock {
  /** The camera's time less the box's, milliseconds. Positive: the camera is ahead. */
  readonly offsetMs: number;
}

export type RungOutcome = { readonly ok: true } | { readonly ok: false; readonly fault: Fault };

/**
 * One look at a camera. A rung that was not reached is absent. `events` is never in it: that rung is judged from
 * the watch loop.
 */
export interface ProbeReport {
  readonly rungs: Partial<Record<Rung, RungOutcome>>;
  readonly facts: CameraFacts;
  readonly stream?: StreamMeasurement;
  readonly clock?: CameraClock;
}

/** Something a camera said, normalised over makes, before the agent has judged it. */
export type CameraSignal = {
  /** The make's own topic, without namespaces: "RuleEngine/CellMotionDetector/Motion". */
  readonly topic: string;
  /** The part of the camera it concerns (video source token, rule name); part of the signal's identity. */
  readonly source: string;
  /**
   * The device's own names of the channels that it concerns (video source tokens, numbers). Absent: of the device as
   * a whole, or of a channel that the device calls by a name unknown.
   */
  readonly channels?: readonly string[];
  /** The camera's own claim of when, RFC 3339, if it made one. Never used for order. */
  readonly cameraTime?: string;
  /** The protocol's own fields, names unchanged. */
  readonly data: Readonly<Record<string, string>>;
} & (
  | { readonly kind: "motion"; readonly value: MotionValue }
  | { readonly kind: "tamper"; readonly value: MotionValue }
  | { readonly kind: "device"; readonly value: MotionValue }
);

/** `pulse`: the make reports a moment and never its end. `initial`: state replayed at subscription, not news. */
export type MotionValue = { readonly active: boolean; readonly initial: boolean } | "pulse";

/** Why an event channel ended, and when it is sensible to open it again. */
export interface WatchEnd {
  readonly fault: Fault;
  /** `backoff`: the caller's ordinary retry. `rarely`: this camera has no event channel, or its login is frozen. */
  readonly retry: "backoff" | "rarely";
}

/** What happens on an event channel. `alive` follows every successful pull, also an empty one. */
export type WatchNews =
  | { readonly kind: "open" }
  | { readonly kind: "alive" }
  | { readonly kind: "signal"; readonly signal: CameraSignal };

/** Resolves once what was told is durable, so that a driver's next pull follows the commit. */
export type Emit = (news: WatchNews) => Promise<void>;

/**
 * A camera as its driver sees it. A session holds no connection between calls except the watch's own; every call
 * ends when its signal aborts. A driver tries once and says why it ended; it never retries by itself.
 */
export interface CameraSession {
  /** Climbs the ladder once. Never throws for anything a camera does. */
  probe(signal: AbortSignal): Promise<ProbeReport>;
  /** Where its events come from. Absent where the make tells none, or is not to be asked. */
  readonly events?: CameraEvents;
  /** One JPEG as the camera makes it. Absent where the make has no snapshot. */
  snapshot?(signal: AbortSignal): Promise<Result<Uint8Array, Fault>>;
  /** The disks of the camera, or of the recorder that it is a channel of. */
  storage?(signal: AbortSignal): Promise<Result<StorageReport, Fault>>;
  /** What is recorded of this camera. */
  recordings?(signal: AbortSignal): Promise<Result<RecordingReport, Fault>>;
  /** RTSP address, without login, of what was recorded between two moments. */
  playback?(from: Date, to: Date): string;
}

export interface CameraEvents {
  /** The same object for all channels of one recorder: it is watched once for all of them. */
  readonly source: EventSource;
  /** Whether what the source said concerns this channel. */
  concerns(signal: CameraSignal): boolean;
}

/** The event channel of a device. */
export interface EventSource {
  /** Blocks until the event channel ends and returns why. */
  watch(emit: Emit, signal: AbortSignal): Promise<WatchEnd>;
}

/** What a device says of its disks. */
export interface StorageReport {
  readonly disks: readonly DiskReport[];
}

export type DiskState = "ok" | "failed" | "missing" | "unformatted" | "busy" | "full" | "unknown";

export interface DiskReport {
  /** As the device counts or names it. */
  readonly id: string;
  readonly state: DiskState;
  /** The device's own word for the state. */
  readonly stateText: string;
  readonly capacityBytes?: number;
  readonly freeBytes?: number;
  /** Absent where the device does not tell. */
  readonly smart?: SmartReport;
}

export interface SmartReport {
  readonly healthy: boolean;
  /** The device's own words. */
  readonly text: string;
  /** Degrees Celsius. */
  readonly temperature?: number;
  readonly powerOnDays?: number;
}

export interface RecordingReport {
  /** Begin of the oldest recording, RFC 3339 UTC. */
  readonly earliest?: string;
  /** End of the newest. */
  readonly latest?: string;
  /** Days of the device's own calendar that have any ("2026-11-23"), ascending. */
  readonly days?: readonly string[];
}

/** What a login is shown to. Some makes keep users of their own for each (Hikvision's ONVIF users). */
export type LoginService = "http" | "rtsp";

/**
 * The device that a camera sits behind, as far as its address tells, shared by all cameras on it (an NVR carries
 * many channels): its request budget and its memory of logins. Given to drivers by the supervisor.
 */
export interface HostGate {
  /**
   * Runs `work` in one of the host's request slots; waits for one. Work that only waits may leave its slot to others
   * before it is over; it keeps it where no login was accepted yet. Rejects only when `signal` aborts or work throws.
   */
  request<T>(signal: AbortSignal, work: (leave: () => void) => Promise<T>): Promise<T>;
  /** A fault when this login must not be tried now (it was refused, and cameras lock accounts). */
  refusal(login: Login | undefined, service: LoginService): Fault | undefined;
  /** Notes an accepted login; undefined when the service answered what it would guard if it guarded anything. */
  accepted(login: Login | undefined, service: LoginService): void;
  /** Notes a refused login; gives the fault that it amounts to (rejected, or busy when it worked moments ago). */
  rejected(login: Login, evidence: Evidence, service: LoginService): Fault;
  /**
   * What the channels of a recorder have in common, made at its first use: one for each `key` and login. It must hold
   * no connection of its own, as nobody closes it.
   */
  shared<T extends object>(key: string, login: Login | undefined, make: () => T): T;
}

export interface DriverContext {
  readonly clock: Clock;
  readonly host: HostGate;
  /** Read at every use: a reload may change it under a running session. */
  readonly health: () => HealthConfig;
}

/** One make of camera. Adding one is a file, a folder of transcripts and a line in the registry. */
export interface Driver<Config = CameraConfig> {
  open(target: CameraTarget<Config>, context: DriverContext): CameraSession;
}
