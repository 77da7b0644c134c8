import { readFileSync } from "node:fs";
import type { Duplex } from "node:stream";
import { type Clock, systemClock } from "../../agent/base/clock.ts";
import type { Login } from "../../agent/model/camera.ts";
import { ActiveBehaviours, type Behaviour, type CameraControl } from "./behaviours-hooks.ts";
import { createCamera, defaultLogin, type SimulatedCamera } from "./camera.ts";
import { FrontDoor } from "./camera-door.ts";
import { LoginCheck, type LoginScheme } from "./camera-login.ts";
import { Finders, type Recording } from "./dahua-finders.ts";
import { DahuaTranscripts } from "./dahua-transcripts.ts";

export interface DahuaOptions {
  readonly address?: string;
  /** 0, the default: a free one. */
  readonly port?: number;
  /** The same of RTSP. */
  readonly rtspPort?: number;
  /** Folders of test/fixtures/dahua, quirks first; a camera unless told otherwise. */
  readonly transcripts?: readonly string[];
  readonly login?: Login;
  readonly schemes?: readonly LoginScheme[];
  readonly clock?: Clock;
  /** Milliseconds that the device's clock is ahead of Hanoi's. */
  readonly clockOffsetMs?: number;
  /** Milliseconds between heartbeats; none unless told otherwise. */
  readonly heartbeatMs?: number;
  readonly recordings?: readonly Recording[];
  readonly finders?: number;
  /** Files of a page of a search, as most devices give 100. */
  readonly pageFiles?: number;
  /** Channels that have a stream; 1 unless told otherwise. `false`: no RTSP. */
  readonly channels?: number | false;
  readonly behaviours?: readonly DahuaBehaviour[];
}

export interface CgiRequest {
  /** "magicBox.cgi.getVendor", "configManager.cgi.getConfig.Network". */
  readonly name: string;
  readonly target: string;
  readonly authorization: string | undefined;
  /** Requests that are under way, this one too and the event streams not. */
  readonly running: number;
}

/** A behaviour of every camera, or one of Dahua's CGI. */
export interface DahuaBehaviour extends Behaviour {
  /** The bytes of an answer in place of the device's, or silence. */
  onCgiRequest?(request: CgiRequest): string | "silence" | undefined;
  /** The bytes of an answer instead of those that the device gives. */
  onCgiAnswer?(name: string, answer: Buffer): Buffer | undefined;
  /** The bytes of a part of the event stream in place of the device's; empty for none. */
  onPart?(part: string): string | undefined;
}

const SNAPSHOT = new URL("../fixtures/video/snapshot-320x180.jpg", import.meta.url);
/** As the make writes it, with the serial number. */
const REALM = "Login to 7K05F3APAG00016";
const HANOI_MS = 7 * 3_600_000;
const REQUEST_BYTES = 65_536;
const BAD_REQUEST = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nError\r\nBad Request!\r\n";

export async function createDahua(options: DahuaOptions = {}): Promise<SimulatedDahua> {
  const { address = "127.0.0.1", login = defaultLogin, clock = systemClock, channels = 1 } = options;
  const paths = Array.from({ length: channels === false ? 0 : channels }, (_, index) =>
    [0, 1].map((subtype) => `/cam/realmonitor?channel=${index + 1}&subtype=${subtype}`),
  ).flat();
  const stream = await createCamera({
    address,
    login,
    clock,
    onvif: false,
    rtsp: channels === false ? false : { paths, port: options.rtspPort ?? 0 },
  });
  const device = new SimulatedDahua(options, stream);
  await device.openPorts();
  for (const behaviour of options.behaviours ?? []) await device.behave(behaviour);
  return device;
}

/** A Dahua camera or recorder on this machine's loopback, driven by what real ones were seen to answer. */
export class SimulatedDahua implements CameraControl, AsyncDisposable {
  readonly login: Login;
  readonly stream: SimulatedCamera;
  readonly finders: Finders;
  readonly #options: DahuaOptions;
  readonly #clock: Clock;
  readonly #transcripts: DahuaTranscripts;
  readonly #check: LoginCheck;
  readonly #behaviours = new ActiveBehaviours();
  readonly #door: FrontDoor;
  readonly #streams = new Set<Duplex>();
  readonly #requests = new Map<string, number>();
  readonly #beats = new Map<Duplex, () => void>();
  #running = 0;
  /** Most requests at once, the event streams left out. */
  mostRunning = 0;
  loginsRefused = 0;

  constructor(options: DahuaOptions, stream: SimulatedCamera) {
    this.#options = options;
    this.stream = stream;
    this.login = options.login ?? defaultLogin;
    this.#clock = options.clock ?? systemClock;
    const folders = options.transcripts ?? [];
    const isWhole = folders.some((folder) => !folder.startsWith("quirk-"));
    this.#transcripts = new DahuaTranscripts(isWhole ? folders : [...folders, "ipc-hfw1230s-2.800"]);
    this.#check = new LoginCheck(this.login, options.schemes ?? ["digest-md5"], REALM);
    this.finders = new Finders(options.recordings ?? [], options.finders, options.pageFiles);
    const at = { address: options.address ?? "127.0.0.1", port: options.port ?? 0 };
    this.#door = new FrontDoor("http", at, this.#behaviours, (socket) => this.#serve(socket));
  }

  get httpPort(): number {
    return this.#door.port;
  }

  /** 0 where there is no stream. */
  get rtspPort(): number {
    return this.stream.rtspPort;
  }

  /** Connections that are open, and event streams among them. */
  get sockets(): number {
    return this.#door.openSockets;
  }

  get streams(): number {
    return this.#streams.size;
  }

  /** How often "magicBox.cgi.getVendor" was asked, refused logins included. */
  asked(name: string): number {
    return this.#requests.get(name) ?? 0;
  }

  get requests(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#requests);
  }

  async behave(behaviour: DahuaBehaviour): Promise<void> {
    if (this.#behaviours.add(behaviour)) await behaviour.onSwitchedOn?.(this);
  }

  async calm(behaviour: DahuaBehaviour | string): Promise<void> {
    const name = typeof behaviour === "string" ? behaviour : behaviour.name;
    await this.#behaviours.remove(name)?.onSwitchedOff?.(this);
  }

  motion(active: boolean, channel = 1): void {
    this.say(`Code=VideoMotion;action=${active ? "Start" : "Stop"};index=${channel - 1}`);
  }

  /** A part of the event stream, to everyone who listens. */
  say(body: string): void {
    for (const listener of this.#streams) this.#write(listener, body);
  }

  /** Bytes of the event stream as they are. */
  sayBytes(bytes: Buffer): void {
    for (const listener of this.#streams) listener.write(bytes);
  }

  async shutPorts(): Promise<void> {
    await this.#door.shut();
  }

  async openPorts(): Promise<void> {
    await this.#door.open();
  }

  dropConnections(): void {
    this.#door.dropConnections();
  }

  /** There are none: events come by the stream. */
  subscriptions(): readonly number[] {
    return [];
  }

  dropSubscriptions(): void {
    for (const listener of this.#streams) listener.destroy();
  }

  async close(): Promise<void> {
    await this.#door.shut();
    await this.stream.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #serve(socket: Duplex): void {
    let head = "";
    const read = (bytes: Buffer) => {
      head += bytes.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (head.length > REQUEST_BYTES) return void socket.destroy();
      const length = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0);
      if (end < 0 || head.length < end + 4 + length) return;
      socket.off("data", read).resume();
      this.#answer(head.slice(0, end), socket);
    };
    socket.on("data", read).on("error", () => socket.destroy());
  }

  #answer(head: string, socket: Duplex): void {
    const [, method = "", target = ""] = /^(\w+) (\S+)/.exec(head) ?? [];
    const name = nameOf(target);
    this.#requests.set(name, (this.#requests.get(name) ?? 0) + 1);
    this.#running += 1;
    socket.on("close", () => {
      this.#running -= this.#streams.delete(socket) ? 0 : 1;
      this.#beats.get(socket)?.();
      this.#beats.delete(socket);
    });
    this.mostRunning = Math.max(this.mostRunning, this.#running);
    const authorization = /^authorization:\s*(.*)$/im.exec(head)?.[1];
    const request = { name, target, authorization, running: this.#running };
    const instead = this.#first((behaviour) => behaviour.onCgiRequest?.(request));
    if (instead === "silence") return;
    if (instead !== undefined) return void socket.end(instead);
    const verdict = this.#check.check(method, target, authorization);
    if (verdict === "refused") this.loginsRefused += 1;
    if (verdict !== "accepted") return void socket.end(this.unauthorized(verdict === "stale"));
    if (name === "eventManager.cgi.attach") this.#attach(socket);
    else {
      const answer = Buffer.from(this.#answerTo(name, target));
      socket.end(this.#first((behaviour) => behaviour.onCgiAnswer?.(name, answer)) ?? answer);
    }
  }

  unauthorized(stale = false): string {
    const challenges = this.#check.challenges(stale).map((value) => `WWW-Authenticate: ${value}\r\n`);
    return `HTTP/1.1 401 Unauthorized\r\n${challenges.join("")}CONNECTION: close\r\nCONTENT-LENGTH: 0\r\n\r\n`;
  }

  #answerTo(name: string, target: string): Buffer | string {
    const parameters = new URL(target, "http://c").searchParams;
    if (name.startsWith("mediaFileFind.cgi")) {
      const body = this.finders.answer(parameters);
      return body === undefined ? BAD_REQUEST : plain(body);
    }
    const picture = this.#options.channels === false ? 0 : (this.#options.channels ?? 1);
    if (name === "snapshot.cgi" && Number(parameters.get("channel") ?? 1) <= picture) return snapshot();
    return this.#transcripts.answer(name, { time: this.#wall() }) ?? BAD_REQUEST;
  }

  #wall(): string {
    const ahead = HANOI_MS + (this.#options.clockOffsetMs ?? 0) + this.#behaviours.clockOffsetMs();
    return new Date(this.#clock.wall() + ahead).toISOString().slice(0, 19).replace("T", " ");
  }

  #attach(socket: Duplex): void {
    this.#running -= 1;
    this.#streams.add(socket);
    socket.write(this.#transcripts.text("eventManager.cgi.attach") ?? "");
    const { heartbeatMs } = this.#options;
    if (heartbeatMs !== undefined) this.#beat(socket, heartbeatMs);
  }

  #beat(socket: Duplex, ms: number): void {
    this.#write(socket, "Heartbeat");
    const again = this.#clock.after(ms, () => this.#beat(socket, ms));
    this.#beats.set(socket, again);
  }

  #write(socket: Duplex, body: string): void {
    const lines = body.replaceAll("\n", "\r\n");
    const part = (this.#transcripts.text("part") ?? "")
      .replace("{length}", String(Buffer.byteLength(lines)))
      .replace("{body}", () => lines);
    const bytes = this.#first((behaviour) => behaviour.onPart?.(part)) ?? part;
    if (bytes !== "" && socket.writable) socket.write(bytes);
  }

  #first<T>(ask: (behaviour: DahuaBehaviour) => T | undefined): T | undefined {
    return this.#behaviours.first((behaviour: DahuaBehaviour) => ask(behaviour));
  }
}

/** "/cgi-bin/configManager.cgi?action=getConfig&name=Network" → "configManager.cgi.getConfig.Network". */
function nameOf(target: string): string {
  const { pathname, searchParams } = new URL(target, "http://c");
  const parts = [pathname.replace(/^\/cgi-bin\//, "").replaceAll("/", ".")];
  for (const parameter of ["action", "name", "code"]) {
    const value = searchParams.get(parameter);
    if (value !== null) parts.push(value);
  }
  return parts.join(".");
}

function plain(body: string): string {
  return `HTTP/1.1 200 OK\r\nCONTENT-TYPE: text/plain\r\nCONTENT-LENGTH: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function snapshot(): Buffer {
  const picture = readFileSync(SNAPSHOT);
  const head = `HTTP/1.1 200 OK\r\nCONTENT-TYPE: image/jpeg\r\nCONTENT-LENGTH: ${picture.byteLength}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), picture]);
}
