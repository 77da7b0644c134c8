import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ActiveBehaviours, Door } from "./behaviours-hooks.ts";

/** A listening port that can be shut and opened again. Behaviours see each connection before the server does. */
export class FrontDoor {
  readonly #door: Door;
  readonly #address: string;
  readonly #behaviours: ActiveBehaviours;
  readonly #serve: (stream: Duplex) => void;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;

  /** `port` 0 takes a free one. */
  constructor(
    door: Door,
    at: { readonly address: string; readonly port: number },
    behaviours: ActiveBehaviours,
    serve: (stream: Duplex) => void,
  ) {
    this.#door = door;
    this.#address = at.address;
    this.#port = at.port;
    this.#behaviours = behaviours;
    this.#serve = serve;
  }

  get port(): number {
    return this.#port;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Listens, every time on the same port; open already is fine. Rejects when the port cannot be had. */
  open(): Promise<void> {
    if (this.#server) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
      server.once("error", reject);
      server.listen(this.#port, this.#address, () => {
        this.#server = server;
        this.#port = (server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** Resolves when the port is closed and every connection is gone. */
  async shut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const gone = [...this.#sockets].map((socket) => once(socket, "close"));
    this.dropConnections();
    if (server) await new Promise((resolve) => server.close(resolve));
    await Promise.all(gone);
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    // A client that resets its connection is ordinary; without a listener it would end the process.
    socket.on("error", () => socket.destroy());
    const stream =
      this.#behaviours.first((behaviour) => behaviour.onConnection?.(socket, this.#door)) ?? socket;
    if (stream !== "taken") this.#serve(stream);
  }
}
