import { createServer } from "node:net";

/** Listens on every address with the shortest queue, tells its port, and then never accepts: it only stands still. */
const server = createServer().listen({ port: 0, host: "0.0.0.0", backlog: 1 }, () => {
  const address = server.address();
  if (typeof address !== "object" || !process.send) throw new Error("started without a port or a parent");
  process.send(address?.port, () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});
