import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { exchange } from "../../drivers/protocol/http-client.ts";
import { selfSigned } from "../fakes/certificates.ts";
import { eventually } from "../fakes/eventually.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const sockets = new Set<Socket>();
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  for (const socket of sockets) socket.destroy();
});

/** A peer that does to each connection what the test says, once the request's head has come. */
async function peer(serve: (socket: Socket, head: string) => void): Promise<URL> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    let head = "";
    socket.on("data", (chunk) => {
      const begun = head.includes("\r\n\r\n");
      head += chunk.toString("latin1");
      if (!begun && head.includes("\r\n\r\n")) serve(socket, head);
    });
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  return new URL(`http://127.0.0.1:${address.port}/onvif?a=1`);
}

const never = new AbortController().signal;

function get(url: URL, changes: { answerTimeout?: number; bodyBytes?: number; signal?: AbortSignal } = {}) {
  const { answerTimeout = 2_000, bodyBytes = 1_000, signal = never } = changes;
  const limits = { clock: systemClock, connectTimeout: 2_000, answerTimeout, bodyBytes };
  return exchange({ method: "POST", url, body: Buffer.from("ask") }, limits, signal);
}

function causeOf(result: Awaited<ReturnType<typeof get>>) {
  return result.ok ? `HTTP ${result.value.status}` : result.error.cause;
}

test("a camera that knows TLS 1.0 alone, with a short key of its own signing, is understood", async () => {
  using folder = temporaryFolder();
  const { certificate, key } = selfSigned(folder.path, "old", 1_024);
  const server = createTlsServer(
    {
      cert: readFileSync(certificate),
      key: readFileSync(key),
      minVersion: "TLSv1",
      maxVersion: "TLSv1",
      ciphers: "DEFAULT:@SECLEVEL=0",
    },
    (_, response) => response.end("hi"),
  );
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(causeOf(await get(new URL(`https://127.0.0.1:${port}/onvif`)))).toBe("HTTP 200");
});

test("an answer comes whole, with every challenge and whatever its status", async () => {
  const url = await peer((socket) =>
    socket.end(
      "HTTP/1.1 401 No\r\nWWW-Authenticate: Digest a=1\r\nWWW-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nhi",
    ),
  );
  const answer = await get(url);
  if (!answer.ok) throw new Error(answer.error.evidence.en);
  expect(answer.value).toMatchObject({ status: 401, challenges: ["Digest a=1", "Basic"] });
  expect(answer.value.header("Content-Length")).toBe("2");
  expect(answer.value.body.toString()).toBe("hi");
});

test("the request has path, query, length and asks for the connection to be closed", async () => {
  const heads: string[] = [];
  const url = await peer((socket, head) => {
    heads.push(head);
    socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  await get(url);
  expect(heads[0]).toMatch(/^POST \/onvif\?a=1 HTTP\/1.1\r\n/);
  expect(heads[0]).toMatch(/Content-Length: 3\r\n/);
  expect(heads[0]).toMatch(/Connection: close\r\n/i);
});

test("the connection is gone when the answer is, also where the camera keeps it open", async () => {
  const url = await peer((socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
  expect(causeOf(await get(url))).toBe("HTTP 200");
  await eventually("the socket is closed", () => sockets.size === 0);
});

test("a body without length, ended by closing, is an answer", async () => {
  const url = await peer((socket) => socket.end("HTTP/1.0 200 OK\r\n\r\nhi"));
  const answer = await get(url);
  expect(answer.ok && answer.value.body.toString()).toBe("hi");
});

test("line ends without CR and control bytes in header values are forgiven", async () => {
  const url = await peer((socket) =>
    socket.end("HTTP/1.1 200 OK\r\nServer: c\x01l\nX: 1\r\nContent-Length: 2\r\n\r\nhi"),
  );
  expect(causeOf(await get(url))).toBe("HTTP 200");
});

test("a redirect is an answer and is not followed", async () => {
  let asked = 0;
  const url = await peer((socket) => {
    asked += 1;
    socket.end("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
  });
  expect(causeOf(await get(url))).toBe("HTTP 302");
  expect(asked).toBe(1);
});

test("an announced body beyond the limit is refused unread", async () => {
  const url = await peer((socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 300000000\r\n\r\n"));
  expect(causeOf(await get(url))).toBe("answer-too-large");
});

test("an endless body ends at the limit and the socket with it", async () => {
  const url = await peer((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const pour = () => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
    };
    socket.on("drain", pour);
    pour();
  });
  expect(causeOf(await get(url, { bodyBytes: 1_000_000 }))).toBe("answer-too-large");
  await eventually("the socket is closed", () => sockets.size === 0);
});

test("endless headers are too large", async () => {
  const url = await peer((socket) => socket.write(`HTTP/1.1 200 OK\r\n${"X: y\r\n".repeat(10_000)}`));
  expect(causeOf(await get(url))).toBe("answer-too-large");
});

test("one byte now and then is late however long it goes on", async () => {
  const url = await peer((socket) => {
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    const timer = setInterval(() => socket.write("x"), 20);
    socket.on("close", () => clearInterval(timer));
  });
  expect(causeOf(await get(url, { answerTimeout: 200 }))).toBe("answer-late");
  await eventually("the socket is closed", () => sockets.size === 0);
});

test("silence after the request is late", async () => {
  expect(causeOf(await get(await peer(() => {}), { answerTimeout: 100 }))).toBe("answer-late");
});

test("bytes that are no HTTP are garbled", async () => {
  expect(causeOf(await get(await peer((socket) => socket.write("\0\x01\x02RTSP nonsense\r\n\r\n"))))).toBe(
    "answer-garbled",
  );
});

test("an end before the answer, or in its middle, is a cut", async () => {
  expect(causeOf(await get(await peer((socket) => socket.end())))).toBe("connection-cut");
  expect(causeOf(await get(await peer((socket) => socket.resetAndDestroy())))).toBe("connection-cut");
  const half = await peer((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"));
  expect(causeOf(await get(half))).toBe("connection-cut");
});

test("a closed port is told as one", async () => {
  const url = await peer(() => {});
  const server = servers.pop();
  server?.close();
  await once(server as Server, "close");
  const result = await get(url);
  expect(causeOf(result)).toBe("port-closed");
  expect(!result.ok && result.error.evidence.en).toContain("ECONNREFUSED");
});

test("an abort ends the exchange and the socket at once", async () => {
  const stop = new AbortController();
  const url = await peer(() => stop.abort());
  expect(causeOf(await get(url, { signal: stop.signal }))).toBe("connection-cut");
  await eventually("the socket is closed", () => sockets.size === 0);
  expect(causeOf(await get(url, { signal: stop.signal }))).toBe("connection-cut");
});
