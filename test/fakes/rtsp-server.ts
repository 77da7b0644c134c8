import type { Duplex } from "node:stream";
import type { Clock } from "../../agent/base/clock.ts";
import type { ActiveBehaviours } from "./behaviours-hooks.ts";
import { FrontDoor } from "./camera-door.ts";
import type { LoginCheck } from "./camera-login.ts";
import type { Clip } from "./clip.ts";
import { RtspConversation } from "./rtsp-server-conversation.ts";
import { answerBytes, type RtspAnswer, type RtspRequest, RtspRequestReader } from "./rtsp-server-message.ts";
import { Playback, type StartAt } from "./rtsp-server-playback.ts";
import { FrameSchedule } from "./rtsp-server-schedule.ts";
import { sdpOf } from "./rtsp-server-sdp.ts";
import { RtspSession } from "./rtsp-server-session.ts";

export interface RtspServerOptions {
  readonly address: string;
  /** 0: a free one. */
  readonly port: number;
  readonly clip: Clip;
  /** Paths that have the stream; every other is 404. */
  readonly paths: readonly string[];
  readonly login: LoginCheck | undefined;
  readonly startAt: StartAt;
  readonly sessionTimeoutSeconds: number;
  /** A SETUP beyond it is answered 453. */
  readonly maxSessions: number;
  readonly clock: Clock;
  /** The device's own wall clock, for sender reports. */
  readonly now: () => number;
  readonly behaviours: ActiveBehaviours;
  readonly onRequest: (method: string) => void;
  readonly onLoginRefused: () => void;
}

/** An RTSP/1.0 server (RFC 2326) of one looping clip, RTP over TCP interleaved only. */
export class RtspServer {
  readonly #options: RtspServerOptions;
  readonly #schedule: FrameSchedule;
  readonly #sessions = new Set<RtspSession>();
  readonly #sdp: string;
  readonly door: FrontDoor;

  constructor(options: RtspServerOptions) {
    this.#options = options;
    this.#schedule = new FrameSchedule(options.clock, options.clip.framesPerSecond);
    this.#sdp = sdpOf(options.clip, options.address);
    this.door = new FrontDoor("rtsp", options, options.behaviours, (stream) => this.#serve(stream));
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  #serve(stream: Duplex): void {
    const reader = new RtspRequestReader();
    const conversation = new RtspConversation({
      describe: (path) => (this.#options.paths.includes(path) ? this.#sdp : undefined),
      sessionTimeoutSeconds: this.#options.sessionTimeoutSeconds,
      openSession: (channel) => this.#openSession(stream, channel),
      endSession: (session) => {
        session.end();
        this.#sessions.delete(session);
      },
    });
    stream.on("data", (bytes: Buffer) => {
      conversation.touch();
      const requests = reader.read(bytes);
      if (!requests) return void stream.destroy();
      for (const request of requests) this.#answer(request, conversation, stream);
    });
    stream.on("end", () => stream.end());
    stream.on("error", () => stream.destroy());
    stream.on("close", () => conversation.end());
  }

  #answer(request: RtspRequest, conversation: RtspConversation, stream: Duplex): void {
    this.#options.onRequest(request.method);
    const instead = this.#options.behaviours.first((behaviour) => behaviour.onRtspRequest?.(request, stream));
    if (instead === "taken") return;
    const answer = instead ?? this.#challenge(request) ?? conversation.answer(request);
    if (stream.writable) stream.write(answerBytes(answer, request.headers.get("cseq") ?? "0"));
  }

  /** OPTIONS needs no login, as with most makes. */
  #challenge(request: RtspRequest): RtspAnswer | undefined {
    const { login } = this.#options;
    if (!login || request.method === "OPTIONS") return undefined;
    const verdict = login.check(request.method, request.uri, request.headers.get("authorization"));
    if (verdict === "accepted") return undefined;
    if (verdict === "refused") this.#options.onLoginRefused();
    const challenges = login.challenges(verdict === "stale");
    return { status: 401, headers: challenges.map((value) => ["WWW-Authenticate", value]) };
  }

  #openSession(stream: Duplex, channel: number): RtspSession | undefined {
    if (this.#sessions.size >= this.#options.maxSessions) return undefined;
    const { clip, startAt, behaviours, now, clock, sessionTimeoutSeconds } = this.#options;
    const schedule = this.#schedule;
    const session = new RtspSession({
      clock,
      schedule,
      timeoutMs: sessionTimeoutSeconds * 1000,
      newPlayback: () =>
        new Playback({ stream, channel, clip, clipPosition: schedule.position, startAt, behaviours, now }),
      expire: () => stream.destroy(),
    });
    this.#sessions.add(session);
    return session;
  }
}
