import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { Behaviour } from "./behaviours-hooks.ts";

/** Both ports are closed: connections are refused. */
export function refuses(): Behaviour {
  return {
    name: "refuses",
    onSwitchedOn: (camera) => camera.shutPorts(),
    onSwitchedOff: (camera) => camera.openPorts(),
  };
}

/** Takes each connection and resets it at once. */
export function resets(): Behaviour {
  return {
    name: "resets",
    onSwitchedOn: (camera) => camera.dropConnections(),
    onConnection(socket) {
      socket.resetAndDestroy();
      return "taken";
    },
  };
}

/** Takes connections and bytes and never says a word, also on connections that were open before: a hung firmware. */
export function halfOpen(): Behaviour {
  return {
    name: "halfOpen",
    // What was asked meanwhile is never answered; the connections of a device that comes back are dead.
    onSwitchedOff: (camera) => camera.dropConnections(),
    onConnection(socket) {
      socket.resume();
      return "taken";
    },
    onHttpAnswer: () => "withheld",
    onRtspRequest: () => "taken",
    onRtpPacket: () => "omit",
  };
}

/** Sends everything, the stream too, one byte each `intervalMs`. */
export function oneByteASecond(intervalMs = 1_000): Behaviour {
  return {
    name: "oneByteASecond",
    onSwitchedOn: (camera) => camera.dropConnections(),
    onSwitchedOff: (camera) => camera.dropConnections(),
    onConnection: (socket) => new Trickle(socket, intervalMs),
  };
}

/** A socket whose written bytes leave one by one. */
class Trickle extends Duplex {
  readonly #socket: Socket;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, intervalMs: number) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#intervalMs = intervalMs;
    socket.on("data", (bytes: Buffer) => {
      if (!this.push(bytes)) socket.pause();
    });
    socket.on("end", () => this.push(null));
    socket.on("close", () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const step = (at: number): void => {
      this.#socket.write(bytes.subarray(at, at + 1));
      const more = at + 1 < bytes.length;
      this.#timer = more ? setTimeout(step, this.#intervalMs, at + 1) : setTimeout(done, this.#intervalMs);
    };
    step(0);
  }

  override _final(done: () => void): void {
    this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#socket.destroy();
    done(error);
  }
}
