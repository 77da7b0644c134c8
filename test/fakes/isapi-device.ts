import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type Clock, systemClock } from "../../agent/base/clock.ts";
import type { Login } from "../../agent/model/camera.ts";
import { ActiveBehaviours, type Behaviour, type CameraControl } from "./behaviours-hooks.ts";
import { defaultLogin } from "./camera.ts";
import { FrontDoor } from "./camera-door.ts";
import { LoginCheck, type LoginScheme } from "./camera-login.ts";
import { CameraRecord } from "./camera-record.ts";
import { loadClip } from "./clip.ts";
import { AlertStreams } from "./isapi-alert-streams.ts";
import { isapiTranscript } from "./isapi-transcripts.ts";
import { RtspServer } from "./rtsp-server.ts";
import { notFound, picture, transcriptBytes } from "./transcripts.ts";

export interface IsapiOptions {
  /** Folder of test/fixtures/hikvision whose answers it gives. */
  readonly device: string;
  /** Where both servers listen; 127.0.0.1 unless told otherwise. */
  readonly address?: string;
  /** Of HTTP and of RTSP; 0, the default: a free one. */
  readonly port?: number;
  readonly rtspPort?: number;
  readonly login?: Login;
  /** Schemes that HTTP offers; `["digest-md5"]` unless told otherwise. */
  readonly schemes?: readonly LoginScheme[];
  /** Schemes that RTSP offers; `["digest-md5"]` unless told otherwise. */
  readonly rtspSchemes?: readonly LoginScheme[];
  /** Wrong logins until the account is locked; 5 unless told otherwise. */
  readonly locksAfter?: number;
  /** Milliseconds that the device's clock is ahead. */
  readonly clockOffsetMs?: number;
  /** In place of the transcript's own zone; what stands on the wall stays. */
  readonly timeZone?: string;
  /** Milliseconds between heartbeats; 1,000 unless told otherwise, 0 for none. */
  readonly heartbeatMs?: number;
  /** Boundary that stands in the body in place of the one in the head. */
  readonly bodyBoundary?: string;
  readonly behaviours?: readonly Behaviour[];
  /** Time for heartbeats, sessions and pacing; the system's unless a test drives its own. */
  readonly clock?: Clock;
}

export interface IsapiStats {
  readonly sockets: { readonly http: number; readonly rtsp: number };
  readonly rtspSessions: number;
  /** "System/deviceInfo", "DESCRIBE" → how often it was asked, refused logins included. */
  readonly requests: Readonly<Record<string, number>>;
  readonly loginsRefused: number;
  /** Event streams that stand. */
  readonly streams: number;
}

/** Channels that have a stream. */
const CHANNELS = 16;
/** Transcripts have the wall clock of Vietnam. */
const ZONE_MS = 7 * 3_600_000;
const LARGEST_REQUEST = 16_384;

/** A Hikvision device on this machine's loopback, that answers with the bytes of transcripts; and its RTSP. */
export async function createIsapi(options: IsapiOptions): Promise<IsapiDevice> {
  const device = new IsapiDevice(options);
  await device.open();
  return device;
}

export class IsapiDevice implements CameraControl, AsyncDisposable {
  readonly login: Login;
  readonly alerts: AlertStreams;
  readonly #options: IsapiOptions;
  readonly #clock: Clock;
  readonly #check: LoginCheck;
  readonly #behaviours = new ActiveBehaviours();
  readonly #record = new CameraRecord();
  readonly #answers = new Map<string, Buffer>();
  readonly #http: Server;
  readonly #door: FrontDoor;
  readonly #rtsp: RtspServer;
  #wrongLogins = 0;
  #isLocked = false;

  constructor(options: IsapiOptions) {
    const { address = "127.0.0.1", login = defaultLogin, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.login = login;
    this.#check = new LoginCheck(login, options.schemes ?? ["digest-md5"]);
    this.alerts = new AlertStreams({
      clock,
      heartbeatMs: options.heartbeatMs ?? 1_000,
      bodyBoundary: options.bodyBoundary,
      isMute: () => this.#isMute(),
    });
    this.#http = createServer({ requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
      void this.#handle(request, response);
    });
    this.#http.timeout = 0;
    this.#door = new FrontDoor("http", { address, port: options.port ?? 0 }, this.#behaviours, (stream) => {
      this.#http.emit("connection", stream);
    });
    this.#rtsp = this.#newRtsp(address);
  }

  async open(): Promise<void> {
    await this.openPorts();
    for (const behaviour of this.#options.behaviours ?? []) await this.behave(behaviour);
  }

  get httpPort(): number {
    return this.#door.port;
  }

  get rtspPort(): number {
    return this.#rtsp.door.port;
  }

  /** Answers a question so from now on, in place of the transcript. */
  answer(question: string, folder: string, name = question.replaceAll("/", ".")): void {
    const transcript = isapiTranscript(folder, name);
    if (!transcript) throw new Error(`${folder} has no ${name}`);
    this.#answers.set(
      question,
      transcriptBytes(transcript, (body) => this.#filled(body)),
    );
  }

  /** With the bytes themselves. */
  answerWith(question: string, bytes: string): void {
    this.#answers.set(question, Buffer.from(bytes));
  }

  /** What it answers to a question, head and body. */
  bytesOf(question: string): string {
    return (this.#answers.get(question) ?? this.#transcript(question, "") ?? notFound).toString("latin1");
  }

  /** The account is locked, as after too many wrong logins. */
  lock(): void {
    this.#isLocked = true;
  }

  stats(): IsapiStats {
    return {
      sockets: { http: this.#door.openSockets, rtsp: this.#rtsp.door.openSockets },
      rtspSessions: this.#rtsp.sessions,
      requests: this.#record.requests,
      loginsRefused: this.#record.loginsRefused,
      streams: this.alerts.open,
    };
  }

  async behave(behaviour: Behaviour): Promise<void> {
    if (this.#behaviours.add(behaviour)) await behaviour.onSwitchedOn?.(this);
  }

  async calm(behaviour: Behaviour | string): Promise<void> {
    const name = typeof behaviour === "string" ? behaviour : behaviour.name;
    await this.#behaviours.remove(name)?.onSwitchedOff?.(this);
  }

  async close(): Promise<void> {
    for (const name of this.#behaviours.names()) this.#behaviours.remove(name);
    this.alerts.endAll();
    await this.shutPorts();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async shutPorts(): Promise<void> {
    await Promise.all([this.#door.shut(), this.#rtsp.door.shut()]);
  }

  async openPorts(): Promise<void> {
    await this.#door.open();
    await this.#rtsp.door.open();
  }

  dropConnections(): void {
    this.#door.dropConnections();
    this.#rtsp.door.dropConnections();
  }

  subscriptions(): readonly number[] {
    return [];
  }

  dropSubscriptions(): void {
    this.alerts.endAll();
  }

  #isMute(): boolean {
    return this.#behaviours.first((behaviour) => behaviour.onHttpAnswer?.()) !== undefined;
  }

  #now(): number {
    return this.#clock.wall() + (this.#options.clockOffsetMs ?? 0) + this.#behaviours.clockOffsetMs();
  }

  /** Answers are bytes on the socket, past Node's own, which only behaviours use. */
  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const taken = this.#behaviours.first((behaviour) => behaviour.onHttpRequest?.(request, response));
    if (taken) return;
    const body = await readBody(request);
    const question = decodeURI((request.url ?? "").split("?")[0] ?? "").replace(/^\/ISAPI\//, "");
    this.#record.request(question);
    const refusal = this.#refusal(request);
    if (refusal) return this.#send(socket, refusal);
    if (question === "Event/notification/alertStream") return this.#stream(socket);
    this.#send(socket, this.#answers.get(question) ?? this.#transcript(question, body) ?? notFound);
  }

  #refusal(request: IncomingMessage): Buffer | undefined {
    const verdict = this.#check.check(
      request.method ?? "GET",
      request.url ?? "",
      request.headers.authorization,
    );
    if (verdict === "refused") {
      this.#record.refusedLogin();
      this.#wrongLogins += 1;
      if (this.#wrongLogins >= (this.#options.locksAfter ?? 5)) this.lock();
    }
    if (verdict === "accepted" && !this.#isLocked) return undefined;
    const transcript = isapiTranscript("login", this.#isLocked ? "locked" : "wrong");
    if (!transcript) throw new Error("the transcripts of login are gone");
    const challenges = this.#check
      .challenges(verdict === "stale")
      .map((value) => `WWW-Authenticate: ${value}\r\n`)
      .join("");
    const head = transcript.head.replace(/\r\n\r\n$/, `\r\n${challenges}\r\n`);
    return transcriptBytes({ ...transcript, head });
  }

  #transcript(question: string, body: string): Buffer | undefined {
    const { device } = this.#options;
    const name = question.replaceAll("/", ".");
    if (/^Streaming\/channels\/\d+\/picture$/.test(question)) return picture();
    const year = /<year>(\d+)<\/year>/.exec(body)?.[1];
    const month = /<monthOfYear>(\d+)<\/monthOfYear>/.exec(body)?.[1]?.padStart(2, "0");
    const ofMonth = year && month ? isapiTranscript(device, `${name}.${year}-${month}`) : undefined;
    const transcript = ofMonth ?? isapiTranscript(device, name);
    return transcript && transcriptBytes(transcript, (text) => this.#filled(text));
  }

  #filled(text: string): string {
    const local = new Date(this.#now() + ZONE_MS).toISOString().slice(0, 19);
    const { timeZone } = this.#options;
    const filled = text.replace("{localTime}", local);
    return timeZone === undefined ? filled : filled.replace(/(<timeZone>)[^<]*/, `$1${timeZone}`);
  }

  #stream(socket: Duplex): void {
    const transcript = isapiTranscript(this.#options.device, "Event.notification.alertStream");
    if (transcript) this.alerts.begin(socket, transcript.head);
    else this.#send(socket, notFound);
  }

  #send(socket: Duplex, bytes: Buffer): void {
    if (this.#isMute()) return;
    socket.end(bytes);
  }

  #newRtsp(address: string): RtspServer {
    const schemes = this.#options.rtspSchemes ?? ["digest-md5"];
    return new RtspServer({
      address,
      port: this.#options.rtspPort ?? 0,
      clip: loadClip("h264"),
      paths: Array.from({ length: CHANNELS }, (_, index) => index + 1).flatMap((channel) => [
        `/Streaming/Channels/${channel}01`,
        `/Streaming/Channels/${channel}02`,
      ]),
      login: schemes.length === 0 ? undefined : new LoginCheck(this.login, schemes),
      startAt: "fresh",
      sessionTimeoutSeconds: 60,
      maxSessions: 32,
      clock: this.#clock,
      now: () => this.#now(),
      behaviours: this.#behaviours,
      onRequest: (method) => this.#record.request(method),
      onLoginRefused: () => this.#record.refusedLogin(),
    });
  }
}

/** Empty for one that is too large, or whose client went away. */
async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      bytes += part.byteLength;
      if (bytes > LARGEST_REQUEST) return "";
      parts.push(part);
    }
  } catch {
    return "";
  }
  return Buffer.concat(parts).toString("utf8");
}
