import { readFileSync, rmSync } from "node:fs";
import mqtt from "mqtt";
import { expect, test } from "vitest";
import { inFolder, startAgent } from "../fakes/agent-process.ts";
import { bundleAgent } from "../fakes/bundled-agent.ts";
import { createCamera } from "../fakes/camera.ts";
import { createAuthority } from "../fakes/certificates.ts";
import { eventually } from "../fakes/eventually.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const TOPIC = "cam/v1/unit-a/site-a";

/** A package has a file for each thing that is loaded where it is first wanted: each of them is wanted here. */
test("the packaged agent watches cameras by ONVIF, HTTPS and RTSP, takes a command and speaks TLS to its broker", async () => {
  using folder = temporaryFolder();
  const program = bundleAgent(folder.path);
  const authority = createAuthority(folder.path);
  await using broker = await startMosquitto({
    tls: { ca: authority.ca, ...authority.server() },
    acl: ["user unit", "topic readwrite cam/#"],
  });
  const desk = authority.client("unit");
  const unit = await mqtt.connectAsync(broker.url, {
    ca: readFileSync(authority.ca),
    cert: readFileSync(desk.certificate),
    key: readFileSync(desk.key),
  });
  await using _ = { [Symbol.asyncDispose]: () => unit.endAsync(true) };
  const received = new Map<string, unknown>();
  unit.on("message", (topic, payload) => received.set(topic, JSON.parse(payload.toString())));
  await unit.subscribeAsync(`${TOPIC}/#`, { qos: 1 });
  await using plain = await createCamera({ address: "127.0.1.1" });
  await using secure = await createCamera({ address: "127.0.1.2", onvif: { tls: authority.server() } });
  const config = inFolder(folder.path, {
    site: { id: "site-a", name: "Xã A" },
    unit: { id: "unit-a", name: "Công an huyện A" },
    broker: { url: broker.url, ca: authority.ca, ...authority.client("site-a") },
    health: { interval: "1s", retryInterval: "200ms", clearAfter: "500ms", measureFor: "200ms" },
    cameras: [
      { id: "a", name: "A", driver: "onvif", address: `127.0.1.1:${plain.onvifPort}`, credential: "c" },
      {
        id: "b",
        name: "B",
        driver: "onvif",
        address: `https://127.0.1.2:${secure.onvifPort}`,
        credential: "c",
      },
      { id: "c", name: "C", driver: "rtsp", stream: plain.streamUri, credential: "c" },
    ],
  });
  const start = () =>
    startAgent(folder.path, config, { program, secrets: { credentials: { c: { ...plain.login } } } });
  await using agent = await start();
  const states = () => ["a", "b", "c"].map((id) => (received.get(`${TOPIC}/camera/${id}`) as State)?.state);
  await eventually("all cameras online", () => states().join() === "online,online,online", 20_000);
  await eventually("an event channel", () => plain.stats().subscriptions === 1);
  plain.motion(true);
  await eventually("the motion", () => received.has(`${TOPIC}/event/motion`));
  const ping = { expires: new Date(Date.now() + 60_000).toISOString() };
  await unit.publishAsync(`${TOPIC}/cmd/ping/request-1`, JSON.stringify(ping), { qos: 1 });
  await eventually("the answer", () => received.has(`${TOPIC}/result/request-1`));
  expect(received.get(`${TOPIC}/result/request-1`)).toMatchObject({ command: "ping", outcome: "done" });
  expect(await agent.stop()).toMatchObject({ code: 0 });
  expect(agent.errors).toBe("");
  expect(agent.log.filter(({ msg }) => String(msg).includes("no process of its own"))).toEqual([]);
  rmSync(`${folder.path}/lib/config-program.mjs`);
  await using alone = await start();
  await eventually("started", () => alone.log.some(({ msg }) => msg === "started"));
  const told = alone.log.find(({ level }) => level === "warn");
  expect(told).toMatchObject({ why: "exit code 1", msg: expect.stringContaining("no process of its own") });
});

type State = { readonly state: string } | undefined;
