import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { halfOpen, oneByteASecond } from "../fakes/behaviours.ts";
import type { CameraOptions, SimulatedCamera } from "../fakes/camera.ts";
import { createAuthority, selfSigned } from "../fakes/certificates.ts";
import { eventually } from "../fakes/eventually.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { listener, openOnvif, simulated } from "./onvif-open.ts";

const never = new AbortController().signal;
const everyRung = Array(6).fill({ ok: true });

/** A camera that speaks ONVIF over TLS, with a certificate of its own signing. */
function overTls(options: CameraOptions["onvif"] = {}, others: CameraOptions = {}): Promise<SimulatedCamera> {
  using folder = temporaryFolder();
  return simulated({ ...others, onvif: { ...options, tls: selfSigned(folder.path) } });
}

const at = (camera: SimulatedCamera) => ({ config: { address: `https://127.0.0.1:${camera.onvifPort}` } });

test("a camera over TLS with a certificate that it signed itself is well, and so is its snapshot", async () => {
  const camera = await overTls();
  const session = openOnvif(camera, at(camera));
  const { rungs, facts } = await session.probe(never);
  expect(Object.values(rungs)).toEqual(everyRung);
  expect(facts.snapshotUri).toBe(
    `https://127.0.0.1:${camera.onvifPort}/onvif/snapshot.jpg?profile=Profile_1`,
  );
  expect(facts.streamUri).toBe(camera.streamUri);
  expect(await session.snapshot(never)).toMatchObject({ ok: true });
  await eventually("no socket stays", () => camera.stats().sockets.http === 0);
});

test("a certificate of an authority serves as well", async () => {
  using folder = temporaryFolder();
  const camera = await simulated({ onvif: { tls: createAuthority(folder.path).server() } });
  expect(Object.values((await openOnvif(camera, at(camera)).probe(never)).rungs)).toEqual(everyRung);
});

test("services and subscriptions that are named with http, another host and port are asked over TLS", async () => {
  const camera = await overTls({ advertised: { host: "192.0.2.1", port: 80 } });
  await camera.behave({
    name: "thinksItIsHttp",
    onSubscriptionReference: (address) => address.replace("https:", "http:"),
  });
  const stop = new AbortController();
  const { heard, emit } = listener();
  const end = openOnvif(camera, at(camera)).watch(emit, stop.signal);
  await eventually("the state", () => heard.some(({ kind }) => kind === "signal"));
  camera.motion(true);
  await eventually("motion", () => heard.filter(({ kind }) => kind === "signal").length === 2);
  stop.abort();
  await end;
  expect(camera.stats().subscriptions).toBe(0);
  await eventually("no socket stays", () => camera.stats().sockets.http === 0);
});

test("a camera over TLS that is asked without it, and one without TLS that is asked over it, are garbled or cut", async () => {
  const tls = await overTls();
  expect((await openOnvif(tls).probe(never)).rungs.port).toMatchObject({
    ok: false,
    fault: { cause: expect.stringMatching(/^(answer-garbled|connection-cut)$/) },
  });
  const plain = await simulated();
  expect((await openOnvif(plain, at(plain)).probe(never)).rungs.port).toMatchObject({
    ok: false,
    fault: { cause: "answer-garbled" },
  });
});

test.each([
  ["says nothing", halfOpen],
  ["sends one byte a second", () => oneByteASecond(20)],
])("a camera over TLS that %s is late, and no socket stays", async (_, behaviour) => {
  const camera = await overTls({}, { behaviours: [behaviour()] });
  const { rungs } = await openOnvif(camera, at(camera)).probe(never);
  expect(rungs).toEqual({
    host: { ok: true },
    port: { ok: false, fault: expect.objectContaining({ cause: "answer-late" }) },
  });
  await eventually("no socket stays", () => camera.stats().sockets.http === 0);
});

test("a handshake that hangs ends when the look is stopped", async () => {
  const sockets = new Set<Socket>();
  const stop = new AbortController();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    socket.on("data", () => stop.abort());
  });
  onTestFinished(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const session = openOnvif(
    { onvifPort: port, login: { username: "a", password: "b" } },
    { config: { address: `https://127.0.0.1:${port}` } },
  );
  await session.probe(stop.signal);
  await eventually("no socket stays", () => sockets.size === 0);
});
