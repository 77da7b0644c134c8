import { createServer, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";

/** A broker for the demo (MQTT 3.1.1) that can go away and come back on the same port, keeping its sessions. */
export interface DemoBroker extends AsyncDisposable {
  readonly port: number;
  readonly away: boolean;
  /** Cuts every connection and stops listening. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

/** On a free port of 127.0.0.1 unless told otherwise. */
export async function openBroker({ address = "127.0.0.1", port: wanted = 0 } = {}): Promise<DemoBroker> {
  const aedes = await Aedes.createBroker();
  let server: Server | undefined;
  const sockets = new Set<Socket>();
  const listen = async (port: number): Promise<number> => {
    const next = createServer((socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      aedes.handle(socket);
    });
    await new Promise<void>((resolve, reject) => {
      next.once("error", reject);
      next.listen(port, address, resolve);
    });
    server = next;
    const at = next.address();
    return typeof at === "object" && at ? at.port : port;
  };
  const goAway = async (): Promise<void> => {
    const leaving = server;
    server = undefined;
    if (!leaving) return;
    const closed = new Promise((resolve) => leaving.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const port = await listen(wanted);
  return {
    port,
    get away() {
      return server === undefined;
    },
    goAway,
    async comeBack() {
      if (!server) await listen(port);
    },
    async [Symbol.asyncDispose]() {
      await goAway();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}
