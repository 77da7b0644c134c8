import type { Duplex } from "node:stream";
import type { Clock } from "../../agent/base/clock.ts";
import { loadSnapshot } from "./clip.ts";
import { isapiAlert } from "./isapi-transcripts.ts";

export interface AlertStreamsOptions {
  readonly clock: Clock;
  /** 0: none. */
  readonly heartbeatMs: number;
  readonly bodyBoundary: string | undefined;
  /** Whether nothing leaves the device at the moment. */
  readonly isMute: () => boolean;
}

interface Stream {
  readonly socket: Duplex;
  readonly boundary: string;
}

/** The event streams of a Hikvision device: a head, and parts without end. */
export class AlertStreams {
  readonly #options: AlertStreamsOptions;
  readonly #streams = new Set<Stream>();
  #isHushed = false;

  constructor(options: AlertStreamsOptions) {
    this.#options = options;
  }

  get open(): number {
    return this.#streams.size;
  }

  begin(socket: Duplex, head: string): void {
    if (this.#options.isMute()) return;
    const named = /boundary=([^\s;]+)/.exec(head)?.[1] ?? "boundary";
    const stream = { socket, boundary: this.#options.bodyBoundary ?? named };
    this.#streams.add(stream);
    socket.once("close", () => this.#streams.delete(stream));
    socket.write(head);
    if (this.#options.heartbeatMs > 0) this.#beat(stream);
  }

  /** An alert on every stream; a name of `alerts/` or the text itself. */
  tell(alert: string, edit: (text: string) => string = (text) => text): void {
    const text = edit(/^[a-z0-9-]+\.(?:xml|json)$/.test(alert) ? isapiAlert(alert) : alert);
    const type = text.startsWith("{") ? "application/json" : "application/xml";
    this.#part(`${type}; charset="UTF-8"`, Buffer.from(text));
  }

  /** A JPEG, as it follows alerts. */
  picture(): void {
    this.#part("image/jpeg", loadSnapshot());
  }

  /** Bytes as they are. */
  raw(bytes: string): void {
    for (const { socket } of this.#streams) socket.write(bytes);
  }

  /** Streams stand and say nothing more, until told otherwise. */
  hush(isHushed = true): void {
    this.#isHushed = isHushed;
  }

  endAll(): void {
    for (const { socket } of this.#streams) socket.destroy();
  }

  #beat(stream: Stream): void {
    if (!this.#streams.has(stream)) return;
    this.#write(stream, 'application/xml; charset="UTF-8"', Buffer.from(isapiAlert("heartbeat.xml")));
    this.#options.clock.after(this.#options.heartbeatMs, () => this.#beat(stream));
  }

  #part(type: string, body: Buffer): void {
    for (const stream of this.#streams) this.#write(stream, type, body);
  }

  #write({ socket, boundary }: Stream, type: string, body: Buffer): void {
    if (this.#isHushed || this.#options.isMute()) return;
    const head = `--${boundary}\r\nContent-Type: ${type}\r\nContent-Length: ${body.byteLength}\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(head), body, Buffer.from("\r\n")]));
  }
}
