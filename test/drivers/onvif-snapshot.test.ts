import { expect, test } from "vitest";
import { OpenGate } from "../fakes/open-gate.ts";
import { openOnvif, simulated } from "./onvif-open.ts";

const never = new AbortController().signal;

test("a snapshot is the camera's JPEG", async () => {
  const camera = await simulated();
  const picture = await openOnvif(camera).snapshot(never);
  if (!picture.ok) throw new Error(picture.error.evidence.en);
  expect([...picture.value.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
  expect(camera.stats().loginsRefused).toBe(0);
});

test("a snapshot that is no JPEG is not one", async () => {
  const camera = await simulated({
    behaviours: [
      {
        name: "page",
        onHttpRequest(request, response) {
          if (request.method !== "GET") return undefined;
          response.writeHead(200, { "Content-Type": "text/html" }).end("<html>");
          return "taken";
        },
      },
    ],
  });
  expect(await openOnvif(camera).snapshot(never)).toMatchObject({
    ok: false,
    error: { cause: "answer-garbled", evidence: { en: "snapshot is no JPEG: 6 bytes of text/html" } },
  });
});

test("a wrong password for the snapshot is tried once and frozen", async () => {
  const camera = await simulated({ onvif: { authentication: "wsse" } });
  const gate = new OpenGate();
  const session = openOnvif(camera, { gate });
  await session.probe(never);
  await camera.behave({
    name: "otherPassword",
    onHttpRequest(request, response) {
      if (request.method !== "GET") return undefined;
      response.writeHead(401, { "WWW-Authenticate": `Digest realm="r", nonce="n", qop="auth"` }).end();
      return "taken";
    },
  });
  expect(await session.snapshot(never)).toMatchObject({ ok: false, error: { cause: "login-rejected" } });
  expect(await session.snapshot(never)).toMatchObject({ ok: false, error: { cause: "login-rejected" } });
  expect(gate.rejections).toHaveLength(1);
});
