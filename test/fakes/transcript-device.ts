import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Login } from "../../agent/model/camera.ts";
import { ActiveBehaviours, type Behaviour, type CameraControl } from "./behaviours-hooks.ts";
import { createCamera, defaultLogin, type SimulatedCamera } from "./camera.ts";
import { FrontDoor } from "./camera-door.ts";
import { LoginCheck, type LoginScheme } from "./camera-login.ts";
import { notFound, picture, readTranscript, transcriptBytes } from "./transcripts.ts";

export interface TranscriptDeviceOptions {
  /** Folder below test/fixtures: "axis/p3245-lv-10.12.240". */
  readonly folder: string;
  /** Which of its files, without ".http", answers a request; "picture" is a JPEG. */
  readonly fileOf: (path: string) => string;
  /** Path and query of its streams. */
  readonly streams: readonly string[];
  readonly login?: Login;
  readonly schemes?: readonly LoginScheme[];
  /** Milliseconds that its clock is ahead. */
  readonly clockOffsetMs?: number;
}

/** A device of any make on this machine's loopback that answers with the bytes of one folder of transcripts; and its RTSP. */
export async function createTranscriptDevice(options: TranscriptDeviceOptions): Promise<TranscriptDevice> {
  const { login = defaultLogin, streams } = options;
  const stream = await createCamera({ login, onvif: false, rtsp: { paths: streams } });
  const device = new TranscriptDevice(options, stream);
  await device.openPorts();
  return device;
}

export class TranscriptDevice implements CameraControl, AsyncDisposable {
  readonly login: Login;
  readonly #options: TranscriptDeviceOptions;
  readonly #stream: SimulatedCamera;
  readonly #check: LoginCheck;
  readonly #behaviours = new ActiveBehaviours();
  readonly #http: Server;
  readonly #door: FrontDoor;
  #loginsRefused = 0;

  constructor(options: TranscriptDeviceOptions, stream: SimulatedCamera) {
    this.#options = options;
    this.#stream = stream;
    this.login = stream.login;
    this.#check = new LoginCheck(this.login, options.schemes ?? ["digest-md5"]);
    this.#http = createServer((request, response) => this.#answer(request.resume(), response));
    this.#door = new FrontDoor("http", { address: "127.0.0.1", port: 0 }, this.#behaviours, (stream) => {
      this.#http.emit("connection", stream);
    });
  }

  get httpPort(): number {
    return this.#door.port;
  }

  get rtspPort(): number {
    return this.#stream.rtspPort;
  }

  /** Open connections, of HTTP and RTSP. */
  get sockets(): number {
    return this.#door.openSockets + this.#stream.stats().sockets.rtsp;
  }

  get loginsRefused(): number {
    return this.#loginsRefused + this.#stream.stats().loginsRefused;
  }

  /** At both doors. */
  async behave(behaviour: Behaviour): Promise<void> {
    if (this.#behaviours.add(behaviour)) await behaviour.onSwitchedOn?.(this);
    await this.#stream.behave(behaviour);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutPorts();
    await this.#stream.close();
  }

  shutPorts(): Promise<void> {
    return this.#door.shut();
  }

  openPorts(): Promise<void> {
    return this.#door.open();
  }

  dropConnections(): void {
    this.#door.dropConnections();
  }

  /** It has none. */
  subscriptions(): readonly number[] {
    return [];
  }

  dropSubscriptions(): void {}

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = "GET", url = "/", headers, socket } = request;
    if (this.#behaviours.first((behaviour) => behaviour.onHttpRequest?.(request, response))) return;
    if (this.#behaviours.first((behaviour) => behaviour.onHttpAnswer?.())) return;
    const verdict = this.#check.check(method, url, headers.authorization);
    if (verdict === "refused") this.#loginsRefused += 1;
    if (verdict !== "accepted") {
      const challenges = this.#check.challenges(verdict === "stale");
      response.writeHead(401, { "WWW-Authenticate": challenges, "Content-Length": 0 }).end();
      return;
    }
    socket.end(this.#bytes(url));
  }

  #bytes(url: string): Buffer {
    const { folder, fileOf, clockOffsetMs = 0 } = this.#options;
    const name = fileOf(url.split("?")[0] ?? "");
    if (name === "picture") return picture();
    const transcript = readTranscript(new URL(`../fixtures/${folder}/${name}.http`, import.meta.url));
    const ahead = clockOffsetMs + this.#behaviours.clockOffsetMs();
    const utcTime = `${new Date(Date.now() + ahead).toISOString().slice(0, 19)}Z`;
    return transcript ? transcriptBytes(transcript, (body) => body.replace("{utcTime}", utcTime)) : notFound;
  }
}
