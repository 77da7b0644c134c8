import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { ProbeReport } from "../../agent/model/camera.ts";
import { judgeAnswer } from "../../drivers/onvif/verdict.ts";
import type { HttpAnswer } from "../../drivers/protocol/http-client.ts";
import type { SimulatedCamera } from "../fakes/camera.ts";
import { fixtureText, listener, openOnvif, simulated } from "./onvif-open.ts";

const never = new AbortController().signal;

/** A web server that knows nothing of ONVIF, reached as a camera is. */
async function webServer(serve: RequestListener): Promise<Pick<SimulatedCamera, "onvifPort" | "login">> {
  const server: Server = createServer(serve);
  onTestFinished(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { onvifPort: port, login: { username: "admin", password: "x" } };
}

function garbled(evidence: string): ProbeReport["rungs"] {
  return {
    host: { ok: true },
    port: {
      ok: false,
      fault: { cause: "answer-garbled", evidence: expect.objectContaining({ en: evidence }) },
    },
  };
}

test.each([302, 404, 405, 410, 501])(
  "a web server that answers HTTP %i and a page is no ONVIF camera, whatever its clock and login",
  async (status) => {
    const server = await webServer((_, response) =>
      response.writeHead(status, { "Content-Type": "text/html" }).end("<html><body>no</body></html>"),
    );
    const { rungs, facts } = await openOnvif(server).probe(never);
    const evidence = `HTTP ${status} to GetSystemDateAndTime: no ONVIF service at this address`;
    expect(rungs).toEqual(garbled(evidence));
    expect(facts).toEqual({});
    const end = await openOnvif(server).watch(listener().emit, never);
    expect(end).toMatchObject({ fault: { cause: "events-lost" }, retry: "backoff" });
    expect(end.fault.evidence.en).toContain(evidence);
  },
);

test("a page in place of an answer is no ONVIF camera either", async () => {
  const server = await webServer((_, response) => response.end("<html><body>login</body></html>"));
  const { rungs } = await openOnvif(server).probe(never);
  expect(rungs).toEqual(garbled("HTTP 200 to GetSystemDateAndTime: no SOAP envelope"));
});

test("a web server that refers to https says so", async () => {
  const server = await webServer((_, response) =>
    response.writeHead(301, { Location: "https://192.168.1.9/onvif/device_service" }).end(),
  );
  const { rungs } = await openOnvif(server).probe(never);
  expect(rungs).toEqual(
    garbled(
      "HTTP 301 to GetSystemDateAndTime: no ONVIF service at this address, but a referral to https://192.168.1.9/onvif/device_service",
    ),
  );
});

test("a SOAP fault with HTTP 404 is a camera's, and so is a page to any other question", () => {
  const answered = (body: string): HttpAnswer => ({
    status: 404,
    header: () => undefined,
    challenges: [],
    body: Buffer.from(body),
  });
  for (const [name, body] of [
    ["GetSystemDateAndTime", fixtureText("fault-action-not-supported")],
    ["GetNetworkInterfaces", "<html>"],
  ] as const)
    expect(judgeAnswer(name, answered(body))).toMatchObject({
      kind: "failed",
      refusal: { fault: { cause: "request-refused" } },
    });
});

test("a device service elsewhere is found by the configured path, and is not where it usually is", async () => {
  const path = "/onvif2/device";
  const camera = await simulated({ onvif: { path } });
  const well = await openOnvif(camera, { config: { path } }).probe(never);
  expect(Object.values(well.rungs)).toEqual(Array(6).fill({ ok: true }));
  const { rungs } = await openOnvif(camera).probe(never);
  expect(rungs.port).toMatchObject({ ok: false, fault: { cause: "answer-garbled" } });
});
