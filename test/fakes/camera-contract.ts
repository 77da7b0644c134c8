import type { Clock } from "../../agent/base/clock.ts";
import type { Login } from "../../agent/model/camera.ts";
import type { Behaviour } from "./behaviours-hooks.ts";
import type { LoginScheme } from "./camera-login.ts";
import type { KeyPair } from "./certificates.ts";
import type { ClipName } from "./clip.ts";
import type { OnvifLoginMode } from "./onvif-device-login.ts";
import type { MotionTopic, PropertyOperation } from "./onvif-device-message.ts";
import type { DeviceFacts } from "./onvif-device-services.ts";
import type { StartAt } from "./rtsp-server-playback.ts";

export interface CameraOptions {
  /** Where both servers listen; 127.0.0.1 unless told otherwise. */
  readonly address?: string;
  /** What clients must know; `defaultLogin` unless told otherwise. */
  readonly login?: Login;
  readonly clip?: ClipName;
  /** `false`: a bare RTSP camera. */
  readonly onvif?: OnvifOptions | false;
  /** `false`: no stream. */
  readonly rtsp?: RtspOptions | false;
  readonly behaviours?: readonly Behaviour[];
  /** Time for subscriptions, sessions and pacing; the system's unless a test drives its own. */
  readonly clock?: Clock;
}

export interface OnvifOptions {
  /** 0, the default: a free one. */
  readonly port?: number;
  /** ONVIF over TLS and nothing else, with this certificate. */
  readonly tls?: KeyPair;
  /** Where the device service is; `/onvif/device_service` unless told otherwise. There is nothing there then. */
  readonly path?: string;
  /** How SOAP requests are signed; `both` (either will do) unless told otherwise. The snapshot wants HTTP's login. */
  readonly authentication?: OnvifLoginMode;
  /** Schemes that HTTP offers, best first; `["digest-md5"]` unless told otherwise. */
  readonly httpSchemes?: readonly LoginScheme[];
  /** How far a token's Created may be from the device's clock; 5,000 ms unless told otherwise. */
  readonly createdWindowMs?: number;
  /** HTTP status of NotAuthorized where no challenge goes with it; 400 unless told otherwise. */
  readonly notAuthorizedStatus?: 400 | 401 | 500;
  readonly facts?: Partial<DeviceFacts>;
  /** Milliseconds that the device's clock is ahead. */
  readonly clockOffsetMs?: number;
  /** Names that the device gives as its own instead of where it listens, as behind a NAT. */
  readonly advertised?: { readonly host?: string; readonly port?: number };
  /** Whether GetServices lists Media2; true unless told otherwise. */
  readonly media2?: boolean;
  /** From when until when it has recordings (Profile G), milliseconds; without the service unless told otherwise. */
  readonly recordings?: { readonly from: number; readonly until: number };
  /** Video sources, as of a recorder; 1 unless told otherwise. The first has Profile_1 and Profile_2, the second the next. */
  readonly channels?: number;
  /** What `motion()` sends; `["VideoSource/MotionAlarm"]` unless told otherwise. */
  readonly motionTopics?: readonly MotionTopic[];
  /** 10 unless told otherwise. */
  readonly maxSubscriptions?: number;
  /** Where the client asks for no time; 60,000 unless told otherwise. */
  readonly defaultSubscriptionLifeMs?: number;
  /** Whether it sends events to an address of the client (WS-BaseNotification); not unless told otherwise. */
  readonly notifies?: boolean;
  /** `reference-parameters`: one address for all and an id in the header, as Axis does. */
  readonly subscriptionBy?: "address" | "reference-parameters";
}

export interface RtspOptions {
  /** 0, the default: a free one. */
  readonly port?: number;
  /** Schemes offered, best first; `["digest-md5"]` unless told otherwise, `[]` for no login. */
  readonly schemes?: readonly LoginScheme[];
  /** Paths that have the stream besides those of the profiles; none unless told otherwise. */
  readonly paths?: readonly string[];
  /** `fresh` unless told otherwise. */
  readonly startAt?: StartAt;
  /** 60 unless told otherwise. */
  readonly sessionTimeoutSeconds?: number;
  /** 10 unless told otherwise. */
  readonly maxSessions?: number;
}

/** An event for a client to pull. */
export interface SentEvent {
  /** With its namespace: "tns1:RuleEngine/LineDetector/Crossed". */
  readonly topic: string;
  readonly source?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, string>>;
  /** `Changed` unless told otherwise; `undefined` for a pulse, which is no property. */
  readonly operation?: PropertyOperation | undefined;
}

/** What the camera made, whether or not anyone was there to pull it: the oracle of tests that count. */
export interface Made {
  readonly count: number;
  readonly motionStarts: number;
  readonly motionEnds: number;
  /** Microseconds since the epoch, by the host's clock, of each event. */
  readonly times: readonly number[];
}

export interface CameraStats {
  readonly sockets: { readonly http: number; readonly rtsp: number };
  readonly subscriptions: number;
  readonly rtspSessions: number;
  /** "GetProfiles", "PullMessages", "Snapshot", "DESCRIBE" → how often it was asked, refused logins included. */
  readonly requests: Readonly<Record<string, number>>;
  /** Logins that were given and wrong; a request without login, answered by a challenge, is none. */
  readonly loginsRefused: number;
}

/** A camera on this machine's loopback: ONVIF over HTTP and real video over RTSP. Dispose it, or close it. */
export interface SimulatedCamera extends AsyncDisposable {
  readonly login: Login;
  /** 0 where that server was left out. */
  readonly onvifPort: number;
  readonly rtspPort: number;
  /** Of the main profile, without login; the empty string without RTSP. */
  readonly streamUri: string;
  readonly made: Made;
  /** Switches a behaviour on until it is calmed; one that is on already stays as it is. */
  behave(behaviour: Behaviour): Promise<void>;
  /** Switches it off, by itself or by name; off already is fine. */
  calm(behaviour: Behaviour | string): Promise<void>;
  /** Names of the behaviours that are on. */
  behaving(): readonly string[];
  /** Motion starts or ends, with `data` beside the topic's own items; on the first channel unless told otherwise. */
  motion(active: boolean, data?: Readonly<Record<string, string>>, channel?: number): void;
  send(event: SentEvent): void;
  stats(): CameraStats;
  /** Resolves when ports and sockets are gone; again and again is fine. */
  close(): Promise<void>;
}
