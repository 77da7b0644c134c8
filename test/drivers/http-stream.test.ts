import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import type { Login } from "../../agent/model/camera.ts";
import { HttpLogin } from "../../drivers/protocol/http-login.ts";
import { followHttpStream, type HttpStreamEnd } from "../../drivers/protocol/http-stream.ts";
import { LoginCheck, type LoginScheme } from "../fakes/camera-login.ts";
import { selfSigned } from "../fakes/certificates.ts";
import { eventually } from "../fakes/eventually.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { impatient } from "./onvif-open.ts";

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

const login = { username: "admin", password: "Right 1" };

async function listening(server: Server): Promise<{ url: URL; sockets: () => Promise<number> }> {
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/cgi-bin/eventManager.cgi?action=attach&codes=[All]`),
    sockets: () => new Promise((resolve) => server.getConnections((_, count) => resolve(count))),
  };
}

/** Wants a login, then does as the test says. */
function guarded(serve: Serve, schemes: readonly LoginScheme[] = ["digest-md5"]): Serve {
  const check = new LoginCheck(login, schemes);
  return (request, response) => {
    const verdict = check.check("GET", request.url ?? "", request.headers.authorization);
    if (verdict === "accepted") serve(request, response);
    else response.writeHead(401, { "WWW-Authenticate": check.challenges(verdict === "stale") }).end();
  };
}

const stream: Serve = (_, response) => {
  response.writeHead(200, { "Content-Type": "multipart/x-mixed-replace; boundary=b" });
  response.write("hello");
};

interface Options {
  readonly login?: Login | undefined;
  readonly httpLogin?: HttpLogin;
  readonly gate?: OpenGate;
  readonly readIdle?: () => number;
  readonly onBytes?: (bytes: Buffer) => Promise<void>;
}

function follow(url: URL, options: Options = {}) {
  const stop = new AbortController();
  const { gate = new OpenGate(), readIdle = () => 10_000 } = options;
  const given = "login" in options ? options.login : login;
  let heard = "";
  const opened: (string | undefined)[] = [];
  const end = followHttpStream(
    {
      url,
      login: options.httpLogin ?? new HttpLogin(given),
      context: { clock: systemClock, host: gate, health: () => impatient },
      readIdle,
      onOpen: async ({ contentType }) => void opened.push(contentType),
      onBytes: async (bytes) => {
        heard += bytes.toString("latin1");
        await options.onBytes?.(bytes);
      },
    },
    stop.signal,
  );
  onTestFinished(async () => {
    stop.abort();
    await end.catch(() => undefined);
  });
  return { end, stop: () => stop.abort(), gate, opened, heard: () => heard };
}

const told = ({ fault, opened }: HttpStreamEnd) => [fault.cause, opened];

test.each([["digest-md5"], ["digest-sha256"], ["digest-md5-legacy"], ["basic"]] as const)(
  "a stream behind a login by %s is opened once, and holds no request slot while it stands",
  async (scheme) => {
    const { url } = await listening(createServer(guarded(stream, [scheme])));
    const channel = follow(url);
    await eventually("the bytes came", () => channel.heard() === "hello");
    expect(channel.opened).toEqual(["multipart/x-mixed-replace; boundary=b"]);
    expect([channel.gate.requests, channel.gate.running]).toEqual([1, 0]);
    expect(channel.gate.acceptances).toEqual([login]);
  },
);

test("over TLS the stream comes as well, with a certificate that nobody knows", async () => {
  using folder = temporaryFolder();
  const { certificate, key } = selfSigned(folder.path);
  const tls = { cert: readFileSync(certificate), key: readFileSync(key) };
  const { url } = await listening(createTlsServer(tls, guarded(stream)));
  const channel = follow(new URL(url.href.replace(/^http:/, "https:")));
  await eventually("the bytes came", () => channel.heard() === "hello");
});

test("a stop closes the connection at once", async () => {
  const { url, sockets } = await listening(createServer(stream));
  const channel = follow(url);
  await eventually("the bytes came", () => channel.heard() === "hello");
  channel.stop();
  expect(told(await channel.end)).toEqual(["connection-cut", true]);
  await eventually("no connection stays", async () => (await sockets()) === 0);
});

test("a stop before the answer leaves nothing open", async () => {
  const { url, sockets } = await listening(createServer(() => undefined));
  const channel = follow(url);
  await eventually("it was asked", async () => (await sockets()) === 1);
  channel.stop();
  expect((await channel.end).opened).toBe(false);
  await eventually("no connection stays", async () => (await sockets()) === 0);
});

test("a camera that takes the request and says nothing is late", async () => {
  const { url, sockets } = await listening(createServer(() => undefined));
  expect(told(await follow(url).end)).toEqual(["answer-late", false]);
  await eventually("no connection stays", async () => (await sockets()) === 0);
});

test("a stream on which nothing comes for the limit is silent, in words of both languages", async () => {
  const { url, sockets } = await listening(createServer(stream));
  const { fault, opened } = await follow(url, { readIdle: () => 100 }).end;
  expect([fault.cause, opened]).toEqual(["events-silent", true]);
  expect(fault.evidence).toEqual({
    en: `nothing came on GET ${url.host}/cgi-bin/eventManager.cgi for 100 ms`,
    vi: `GET ${url.host}/cgi-bin/eventManager.cgi: không nhận được gì trong 100 ms`,
  });
  await eventually("no connection stays", async () => (await sockets()) === 0);
});

test("the limit is read anew at every byte, as a heartbeat is learnt", async () => {
  const limits: number[] = [];
  let say = () => {};
  const { url } = await listening(
    createServer((_, response) => {
      response.flushHeaders();
      say = () => response.write("hello");
    }),
  );
  const channel = follow(url, {
    readIdle: () => {
      const limit = limits.length === 0 ? 60_000 : 50;
      limits.push(limit);
      return limit;
    },
  });
  await eventually("it waits", () => limits.length === 1);
  say();
  expect(told(await channel.end)).toEqual(["events-silent", true]);
  expect(channel.heard()).toBe("hello");
});

test("while a piece is being taken nothing more is read, and its time is not the camera's", async () => {
  let sent = 0;
  const { url } = await listening(
    createServer((_, response) => {
      response.writeHead(200);
      const more = () => {
        while (sent < 200_000_000 && response.write(Buffer.alloc(65_536))) sent += 65_536;
      };
      response.on("drain", more);
      more();
    }),
  );
  let release = () => {};
  const channel = follow(url, {
    readIdle: () => 20,
    onBytes: () => new Promise((resolve) => (release = resolve)),
  });
  await eventually("the first piece came", () => channel.heard() !== "");
  let [before, still] = [0, 0];
  await eventually("the camera can send no more", () => {
    still = before === sent ? still + 1 : 0;
    before = sent;
    return still > 20;
  });
  expect(sent).toBeLessThan(30_000_000);
  expect(await Promise.race([channel.end, "stands"])).toBe("stands");
  channel.stop();
  release();
  await channel.end;
});

test("a stream that the camera ends is cut, with the bytes that came", async () => {
  const { url } = await listening(createServer((_, response) => response.end("bye")));
  const channel = follow(url);
  const { fault, opened } = await channel.end;
  expect([fault.cause, opened, channel.heard()]).toEqual(["connection-cut", true, "bye"]);
  expect(fault.evidence.en).toContain("after 3 bytes");
});

test("a stream that is reset is cut", async () => {
  const { url } = await listening(
    createServer((request, response) => {
      stream(request, response);
      setImmediate(() => request.socket.resetAndDestroy());
    }),
  );
  expect((await follow(url).end).fault.cause).toBe("connection-cut");
});

test("what takes the bytes may fail, and the connection is closed for it", async () => {
  const { url, sockets } = await listening(createServer(stream));
  const broken = async () => Promise.reject(new Error("disk"));
  await expect(follow(url, { onBytes: broken }).end).rejects.toThrow("disk");
  await eventually("no connection stays", async () => (await sockets()) === 0);
});

test("an answer that is no stream is told with its status", async () => {
  const answers = async (status: number, type: string) => {
    const { url } = await listening(
      createServer((_, response) => response.writeHead(status, { "Content-Type": type }).end("<p>")),
    );
    const end = await follow(url).end;
    return [end.fault.cause, end.status, end.opened];
  };
  expect(await answers(404, "text/plain")).toEqual(["request-refused", 404, false]);
  expect(await answers(403, "text/plain")).toEqual(["login-forbidden", 403, false]);
  expect(await answers(200, "text/html")).toEqual(["answer-garbled", 200, false]);
});

test("a wrong password is tried once", async () => {
  const { url } = await listening(createServer(guarded(stream)));
  const gate = new OpenGate();
  const wrong = new HttpLogin({ ...login, password: "wrong" });
  expect(told(await follow(url, { gate, httpLogin: wrong }).end)).toEqual(["login-rejected", false]);
  expect(told(await follow(url, { gate, httpLogin: wrong }).end)).toEqual(["login-rejected", false]);
  expect(gate.rejections).toHaveLength(1);
});

test("a camera that wants a login where there is none, and one that wants another scheme, are told apart", async () => {
  const { url } = await listening(createServer(guarded(stream)));
  expect(told(await follow(url, { login: undefined }).end)).toEqual(["login-missing", false]);
  const other = await listening(
    createServer((_, response) => response.writeHead(401, { "WWW-Authenticate": "Negotiate" }).end()),
  );
  expect(told(await follow(other.url).end)).toEqual(["login-scheme", false]);
});

/** A device of which a nonce serves once; what comes with an old one is answered `status`. */
function forgetful(status: number, seen: string[]): Serve {
  let nonces = 0;
  let valid = "";
  return (request, response) => {
    const nonce = /nonce="(\w+)"/.exec(request.headers.authorization ?? "")?.[1];
    seen.push(nonce === undefined ? "unsigned" : nonce === valid ? "fresh" : "old");
    if (nonce !== undefined && nonce === valid) {
      valid = "";
      return void response.writeHead(200).end("ok");
    }
    nonces += 1;
    valid = `n${nonces}`;
    if (nonce !== undefined && status === 403) return void response.writeHead(403).end();
    response
      .writeHead(status === 403 ? 401 : status, { "WWW-Authenticate": `Digest realm="r", nonce="${valid}"` })
      .end();
  };
}

test.each([[401], [403]])(
  "a device that refuses a nonce at its second use, by %i, is asked without a login from then on",
  async (status) => {
    const seen: string[] = [];
    const { url } = await listening(createServer(forgetful(status, seen)));
    const gate = new OpenGate();
    const httpLogin = new HttpLogin(login);
    for (let turn = 0; turn < 3; turn++)
      expect(told(await follow(url, { gate, httpLogin }).end)).toEqual(["connection-cut", true]);
    expect(gate.rejections).toEqual([]);
    const second = status === 401 ? ["old", "fresh"] : ["old", "unsigned", "fresh"];
    expect(seen).toEqual(["unsigned", "fresh", ...second, "unsigned", "fresh"]);
  },
);

test("a nonce that serves again saves a round trip each, and may grow old", async () => {
  const seen: string[] = [];
  let check = new LoginCheck(login, ["digest-md5"]);
  const { url } = await listening(
    createServer((request, response) => {
      const verdict = check.check("GET", request.url ?? "", request.headers.authorization);
      seen.push(verdict);
      if (verdict === "accepted") response.writeHead(200).end("ok");
      else response.writeHead(401, { "WWW-Authenticate": check.challenges() }).end();
    }),
  );
  const httpLogin = new HttpLogin(login);
  const gate = new OpenGate();
  for (let turn = 0; turn < 4; turn++) {
    if (turn === 2) check = new LoginCheck(login, ["digest-md5"]);
    expect((await follow(url, { gate, httpLogin }).end).opened).toBe(true);
  }
  expect(seen).toEqual(["missing", "accepted", "accepted", "stale", "accepted", "accepted"]);
  expect(gate.rejections).toEqual([]);
});
