import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Connections that stand now. */
  readonly connections: number;
  /** Connections that were ever made. */
  readonly accepted: number;
  /** One way, milliseconds; from now on. */
  setDelay(ms: number): void;
  /** Half-open: bytes vanish in both directions, nothing is closed; `false` lets new bytes through again. */
  stall(stalled: boolean): void;
  /** Closes every connection at once, as a router that reboots. */
  cut(): void;
}

/** Stands between a client and a server on loopback, and can be a bad network. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let delay = 0;
  let stalled = false;
  let accepted = 0;

  const relay = (from: Socket, to: Socket) => {
    from.on("data", (chunk) => {
      if (stalled) return;
      if (delay === 0) to.write(chunk);
      else setTimeout(() => to.write(chunk), delay);
    });
    from.on("error", () => undefined);
    from.on("close", () => {
      sockets.delete(from);
      if (!stalled) to.destroy();
    });
    sockets.add(from);
  };
  const server = createServer((client) => {
    accepted += 1;
    const upstream = connect({ port: target, host: "127.0.0.1", noDelay: true });
    client.setNoDelay(true);
    relay(client, upstream);
    relay(upstream, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    get connections() {
      return sockets.size / 2;
    },
    get accepted() {
      return accepted;
    },
    setDelay(ms) {
      delay = ms;
    },
    stall(now) {
      stalled = now;
    },
    cut,
    async [Symbol.asyncDispose]() {
      stalled = false;
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
