import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import fc from "fast-check";
import { expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { serviceUrl, snapshotUrl, streamAddress } from "../../drivers/onvif/address.ts";
import {
  readCapabilities,
  readDeviceInformation,
  readLife,
  readMac,
  readProfiles,
  readServices,
  readSubscription,
  readUri,
} from "../../drivers/onvif/answers.ts";
import { readCameraTime } from "../../drivers/onvif/clock.ts";
import { normaliseTopic, readNotifications } from "../../drivers/onvif/topics.ts";
import { onvif } from "../../drivers/onvif.ts";
import { readSoap } from "../../drivers/protocol/soap.ts";
import { type Mutation, mangled, mutation } from "../fakes/mangled-text.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { fixtureText, impatient } from "./onvif-open.ts";

const names = readdirSync(new URL("../fixtures/onvif/", import.meta.url)).map((file) =>
  file.replace(/\.xml$/, ""),
);

const mutated = (name: fc.Arbitrary<string>) => mangled(name.map(fixtureText));

const endpoint = { protocol: "http:", hostname: "192.168.1.20", port: 8000 } as const;
const events = new URL("http://192.168.1.20:8000/onvif/events");

test("no answer, however mangled, makes a reader throw or leads elsewhere", () => {
  fc.assert(
    fc.property(mutated(fc.constantFrom(...names)), (text) => {
      const read = readSoap(text);
      if (!read.ok || read.value.kind !== "answer") return;
      const { body } = read.value;
      readCameraTime(body);
      readDeviceInformation(body);
      readServices(body);
      readCapabilities(body);
      readMac(body);
      readProfiles(body);
      readLife(body);
      const uri = readUri(body) ?? "";
      snapshotUrl(uri, endpoint);
      const stream = streamAddress(uri, endpoint.hostname, undefined);
      expect(stream ?? "rtsp://192.168.1.20/").toMatch(/^rtsp:\/\/192\.168\.1\.20[:/?]/);
      expect(serviceUrl(readSubscription(body).address, endpoint, events).host).toBe("192.168.1.20:8000");
      for (const signal of readNotifications(body, () => undefined).signals)
        expect(JSON.stringify(signal).length).toBeLessThan(40_000);
    }),
    { numRuns: 3_000 },
  );
}, 60_000);

test("any address leads to the configured host", () => {
  const address = fc.oneof(
    fc.webUrl(),
    fc.string({ unit: "binary" }),
    fc
      .array(
        fc.constantFrom(
          "http",
          ":",
          "/",
          "\\",
          "@",
          "evil.example",
          "?",
          "#",
          "%",
          " ",
          "[",
          "]",
          "\t",
          "..",
          "x",
        ),
      )
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(address, (text) => {
      expect(serviceUrl(text, endpoint, events).host).toBe("192.168.1.20:8000");
      expect(snapshotUrl(text, endpoint)?.hostname ?? endpoint.hostname).toBe(endpoint.hostname);
      const stream = streamAddress(text, endpoint.hostname, undefined);
      if (stream !== undefined) expect(stream).toMatch(/^rtsp:\/\/192\.168\.1\.20(?::\d+)?(?:[/?]|$)/);
    }),
    { numRuns: 3_000 },
  );
});

test("a normalised topic is normal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const once = normaliseTopic(text);
      expect(once.split("/")).not.toContain(".");
      expect(once.length).toBeLessThanOrEqual(256);
    }),
  );
});

const answers: Readonly<Record<string, string>> = {
  GetSystemDateAndTime: "system-date-and-time",
  GetDeviceInformation: "device-information",
  GetServices: "services",
  GetCapabilities: "capabilities",
  GetNetworkInterfaces: "network-interfaces",
  GetProfiles: "profiles-media2",
  GetStreamUri: "stream-uri-bare-ampersand",
  GetSnapshotUri: "snapshot-uri-media2",
  CreatePullPointSubscription: "create-pull-point-axis",
  PullMessages: "pull-messages-cell-motion",
};

test("a session with a camera that mangles its answers always ends by itself and never throws", async () => {
  let mangle: Mutation = (text) => text;
  let pulls = 0;
  const server = createServer((request, response) => {
    request.setEncoding("utf8");
    let text = "";
    request.on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", () => {
      const asked = Object.keys(answers).find((name) => text.includes(`<s:Body><${name} `));
      const fixture = answers[asked ?? ""] ?? "fault-action-not-supported";
      if (asked === "PullMessages" && ++pulls > 3) response.writeHead(500).end();
      else response.end(mangle(fixtureText(fixture)));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  const config = {
    id: "fuzz",
    name: "Fuzz",
    driver: "onvif",
    maintenance: false,
    address: `127.0.0.1:${address.port}`,
    path: "/",
    rtspPort: 9,
    events: true,
  } as const;
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
      mangle = (text) => mutations.reduce((result, mutate) => mutate(result), text);
      pulls = 0;
      const gate = new OpenGate();
      const login = { username: "u", password: "p" };
      const session = onvif.open(
        { config, login },
        { clock: systemClock, host: gate, health: () => ({ ...impatient, requestTimeout: 5_000 }) },
      );
      const signal = new AbortController().signal;
      const report = await session.probe(signal);
      expect(Object.values(report.rungs).length).toBeGreaterThan(0);
      const end = await session.events?.source.watch(async () => {}, signal);
      expect(end?.fault.cause).toMatch(/^events-/);
      expect(gate.running).toBe(0);
    }),
    { numRuns: 150 },
  );
  server.close();
}, 90_000);
