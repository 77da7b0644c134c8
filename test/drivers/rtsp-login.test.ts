import { expect, test } from "vitest";
import { probe, probeContext, verdict } from "./rtsp-context.ts";
import { camera, login, methods, well } from "./rtsp-plain-camera.ts";
import { reply, type ScriptedRequest } from "./rtsp-scripted-camera.ts";

const unauthorized = (cseq: string, nonce: string, more = "") =>
  reply("401 Unauthorized", [
    `CSeq: ${cseq}`,
    `WWW-Authenticate: Digest realm="r", nonce="${nonce}", qop="auth"${more}`,
  ]);
const nonceIn = ({ text }: ScriptedRequest) => /nonce="(\w+)"/.exec(text)?.[1];
const countIn = ({ text }: ScriptedRequest) => /nc=(\d+)/.exec(text)?.[1];

test("one nonce serves the whole session, with a growing count", async () => {
  await using server = await camera({
    DESCRIBE: ({ cseq }, time) => (time === 0 ? unauthorized(cseq, "a") : undefined),
  });
  expect(verdict(await probe(server.url, { login }))).toBe(well);
  expect(server.requests.map((request) => countIn(request))).toEqual([
    undefined,
    undefined,
    "00000001",
    "00000002",
    "00000003",
    "00000004",
  ]);
});

test("a stale nonce is renewed once, and so is one that ran out after the login was accepted", async () => {
  await using server = await camera({
    DESCRIBE: ({ cseq }, time) =>
      time < 2 ? unauthorized(cseq, `d${time}`, time === 1 ? ", stale=true" : "") : undefined,
    SETUP: ({ cseq }, time) => (time === 0 ? unauthorized(cseq, "s0") : undefined),
  });
  expect(verdict(await probe(server.url, { login }))).toBe(well);
  expect(server.requests.map(nonceIn)).toEqual([undefined, undefined, "d0", "d1", "d1", "s0", "s0", "s0"]);
});

test("a camera that calls every nonce stale is not asked without end", async () => {
  await using server = await camera({
    DESCRIBE: ({ cseq }, time) => unauthorized(cseq, `n${time}`, ", stale=true"),
  });
  expect(verdict(await probe(server.url, { login }))).toBe(
    "host port | login-rejected: RTSP/1.0 401 Unauthorized to DESCRIBE",
  );
  expect(methods(server.requests)).toBe("OPTIONS DESCRIBE DESCRIBE DESCRIBE");
});

test("a login that worked moments ago and is refused now is busy, not wrong", async () => {
  let full = false;
  await using server = await camera({
    DESCRIBE: (request) => (full || !nonceIn(request) ? unauthorized(request.cseq, "a") : undefined),
  });
  const context = probeContext();
  expect(verdict(await probe(server.url, { login, context }))).toBe(well);
  full = true;
  expect(verdict(await probe(server.url, { login, context }))).toMatch(/^host port \| login-busy: /);
});

test("a refused login is sent once", async () => {
  await using server = await camera({ DESCRIBE: ({ cseq }) => unauthorized(cseq, "a") });
  expect(verdict(await probe(server.url, { login }))).toMatch(/^host port \| login-rejected: /);
  expect(methods(server.requests)).toBe("OPTIONS DESCRIBE DESCRIBE");
});

test("a login that the host's gate holds back is not sent", async () => {
  await using server = await camera({ DESCRIBE: ({ cseq }) => unauthorized(cseq, "a") });
  const context = probeContext();
  context.host.rejected(login, "401 on channel 1", "rtsp");
  expect(verdict(await probe(server.url, { login, context }))).toMatch(/^host port \| login-/);
  expect(server.requests.filter(({ text }) => text.includes("Authorization"))).toEqual([]);
});

test("an offer of nothing that the agent speaks is no wrong password", async () => {
  await using server = await camera({
    DESCRIBE: ({ cseq }) =>
      reply("401 Unauthorized", [
        `CSeq: ${cseq}`,
        "WWW-Authenticate: Negotiate",
        'WWW-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-512',
      ]),
  });
  expect(verdict(await probe(server.url, { login }))).toBe(
    "host port | login-scheme: RTSP/1.0 401 Unauthorized to DESCRIBE, offering negotiate, digest SHA-512",
  );
});
