import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { networkFault, parseArpTable } from "../../drivers/protocol/network-fault.ts";
import { connectTcp } from "../../drivers/protocol/tcp.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function portOf(address: ReturnType<ReturnType<typeof createServer>["address"]>): number {
  if (address === null || typeof address === "string") throw new Error("not listening");
  return address.port;
}

async function listening(): Promise<number> {
  const server = createServer((socket) => socket.on("error", () => {}));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  return portOf(server.address());
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server.address());
  server.close();
  await once(server, "close");
  return port;
}

/** A port that swallows SYN: its process accepts nothing and its queue is full. */
async function silentPort(): Promise<number> {
  const blocked: ChildProcess = fork(new URL("./rtsp-blocked-listener.ts", import.meta.url), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  cleanups.push(() => blocked.kill("SIGKILL"));
  const [port] = (await once(blocked, "message")) as [number];
  for (;;) {
    const filler: Socket = connect({ host: "127.0.0.1", port });
    cleanups.push(() => filler.destroy());
    filler.on("error", () => {});
    const joined = await Promise.race([
      once(filler, "connect").then(() => true),
      systemClock.sleep(200).then(() => false),
    ]);
    if (!joined) return port;
  }
}

const signal = new AbortController().signal;
const options = { clock: systemClock, timeoutMs: 100, signal };

test("a refused connection is a closed port", async () => {
  const port = await closedPort();
  const result = await connectTcp({ host: "127.0.0.1", port }, options);
  expect(result).toMatchObject({
    ok: false,
    error: { cause: "port-closed", evidence: { en: `connect ECONNREFUSED 127.0.0.1:${port}` } },
  });
});

test("a silent port on a host that refuses or accepts elsewhere is a silent port", async () => {
  const port = await silentPort();
  for (const [other, words] of [
    [await closedPort(), "refuses"],
    [await listening(), "accepts"],
  ] as const) {
    const silence = { arpTable: async () => undefined, ports: [other] };
    expect(await connectTcp({ host: "127.0.0.1", port }, { ...options, silence })).toMatchObject({
      ok: false,
      error: { cause: "port-silent", evidence: { en: expect.stringContaining(`port ${other} ${words}`) } },
    });
  }
});

test("a silent port without any sign of life is a silent host", async () => {
  const port = await silentPort();
  const silence = { arpTable: async () => undefined, ports: [port] };
  expect(await connectTcp({ host: "127.0.0.1", port }, { ...options, silence })).toMatchObject({
    ok: false,
    error: {
      cause: "host-silent",
      evidence: { en: `connect to 127.0.0.1:${port}: no answer within 100 ms` },
    },
  });
});

test("a silent port on a host that answers ARP is a silent port", async () => {
  const port = await silentPort();
  const silence = {
    arpTable: async () =>
      "IP address HW type Flags HW address Mask Device\n127.0.0.1 0x1 0x2 00:11:22:33:44:55 * eth0\n",
    ports: [],
  };
  expect(await connectTcp({ host: "127.0.0.1", port }, { ...options, silence })).toMatchObject({
    ok: false,
    error: { cause: "port-silent", evidence: { en: expect.stringContaining("ARP") } },
  });
});

test("a name that nobody knows is unresolved", async () => {
  // A label above 63 octets (RFC 1035 2.3.4) fails in the resolver, without a question to any name server.
  const host = `${"x".repeat(64)}.invalid`;
  const result = await connectTcp({ host, port: 554 }, { ...options, timeoutMs: 20_000 });
  expect(result).toMatchObject({ ok: false, error: { cause: "name-unresolved" } });
});

test("an abort ends the attempt at once with the signal's reason", async () => {
  const port = await silentPort();
  const stop = new AbortController();
  const attempt = connectTcp(
    { host: "127.0.0.1", port },
    { ...options, timeoutMs: 60_000, signal: stop.signal },
  );
  stop.abort(new Error("told to stop"));
  await expect(attempt).rejects.toThrow("told to stop");
});

test("errors of sockets and of node's HTTP parser have their causes, other errors none", () => {
  const coded = (code: string) => Object.assign(new Error(`read ${code}`), { code });
  expect(
    [
      "EHOSTUNREACH",
      "ENETUNREACH",
      "EAI_AGAIN",
      "ECONNRESET",
      "EPIPE",
      "HPE_INVALID_CONSTANT",
      "HPE_HEADER_OVERFLOW",
      "EMFILE",
    ].map((code) => networkFault(coded(code), true)?.cause),
  ).toEqual([
    "host-unreachable",
    "host-unreachable",
    "name-unresolved",
    "connection-cut",
    "connection-cut",
    "answer-garbled",
    "answer-too-large",
    undefined,
  ]);
  expect(networkFault(coded("ETIMEDOUT"), false)?.cause).toBe("host-silent");
  expect(networkFault(coded("ETIMEDOUT"), true)?.cause).toBe("connection-cut");
  expect(networkFault(new AggregateError([coded("ECONNREFUSED"), coded("EHOSTUNREACH")]), false)?.cause).toBe(
    "port-closed",
  );
  const system = (code: string) => Object.assign(coded(code), { syscall: "connect" });
  expect(networkFault(system("EACCES"), false)?.cause).toBe("host-unreachable");
  expect(networkFault(system("ENETRESET"), true)?.cause).toBe("connection-cut");
  expect(networkFault(system("EMFILE"), false)).toBeUndefined();
  expect(networkFault(coded("ERR_INVALID_ARG_TYPE"), true)).toBeUndefined();
  expect(networkFault(new TypeError("bug"), true)).toBeUndefined();
});

test("the ARP table gives the neighbours that answered, not those that are asked in vain", () => {
  const table = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.20     0x1         0x2         44:19:b6:00:11:22     *        eth0
192.168.1.21     0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.1.22     0x1         0x2         00:00:00:00:00:00     *        eth0
192.168.1.23     0x1         0x6         44:19:b6:00:11:23     *        eth0

nonsense`;
  expect([...parseArpTable(table)]).toEqual(["192.168.1.20", "192.168.1.23"]);
  expect([...parseArpTable("")]).toEqual([]);
});
