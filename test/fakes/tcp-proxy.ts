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
  /** Half-open for good: what stands is never heard of again, nothing is closed; new connections work. */
  orphan(): void;
  /** Closes every connection at once, as a router that reboots. */
  cut(): void;
  /** Once: cuts the connection on which clients have sent so many bytes more, wherever in a packet that is. */
  cutAfter(bytes: number): void;
  /** Resets new connections at once; what stands is cut. `false` takes them again. */
  refuse(refused: boolean): void;
  /** Leads new connections to another server; what stands is cut. */
  retarget(port: number): void;
}

/** Stands between a client and a server on loopback, and can be a bad network. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const orphans = new Set<Socket>();
  let delay = 0;
  let stalled = false;
  let accepted = 0;
  let refused = false;
  let allowance = Number.POSITIVE_INFINITY;
  let leadsTo = target;

  const relay = (from: Socket, to: Socket, spend: (chunk: Buffer) => Buffer = (chunk) => chunk) => {
    from.on("data", (chunk: Buffer) => {
      if (stalled || orphans.has(from)) return;
      const passed = spend(chunk);
      if (passed.length < chunk.length) to.end(passed, () => from.destroy());
      else if (delay === 0) to.write(passed);
      else setTimeout(() => to.write(passed), delay);
    });
    from.on("error", () => undefined);
    from.on("close", () => {
      sockets.delete(from);
      if (!stalled && !orphans.delete(from)) to.destroy();
    });
    sockets.add(from);
  };
  const spendAllowance = (chunk: Buffer) => {
    const passed = chunk.subarray(0, allowance);
    allowance -= passed.length;
    if (passed.length < chunk.length) allowance = Number.POSITIVE_INFINITY;
    return passed;
  };
  const server = createServer((client) => {
    accepted += 1;
    if (refused) {
      client.on("error", () => undefined);
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ port: leadsTo, host: "127.0.0.1", noDelay: true });
    client.setNoDelay(true);
    relay(client, upstream, spendAllowance);
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
    orphan() {
      for (const socket of sockets) orphans.add(socket);
    },
    cut,
    cutAfter(bytes) {
      allowance = bytes;
    },
    refuse(now) {
      refused = now;
      if (now) cut();
    },
    retarget(port) {
      leadsTo = port;
      cut();
    },
    async [Symbol.asyncDispose]() {
      stalled = false;
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
