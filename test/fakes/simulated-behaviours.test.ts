import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import {
  answerOf,
  type BehaviourName,
  behaviourNamed,
  behaviourNames,
  garbage,
  halfOpen,
  noEvents,
  noProfiles,
  oneByteASecond,
  refuses,
  resets,
  unauthorizedAfter,
  wrongClock,
} from "./behaviours.ts";
import { createCamera, type SimulatedCamera } from "./camera.ts";
import { eventually } from "./eventually.ts";
import { RtspWire } from "./simulated-client.ts";
import { openCamera, pull, soap, subscribe } from "./simulated-open-camera.ts";
import { TestClock } from "./test-clock.ts";

/** The camera's whole way works: it tells its time, describes its stream and sends a keyframe. */
async function answersWell(camera: SimulatedCamera, clock: TestClock): Promise<void> {
  expect((await soap(camera, "tds:GetSystemDateAndTime")).text).toContain("GetSystemDateAndTimeResponse");
  expect((await soap(camera, "trt:GetProfiles")).text).toContain("Profile_1");
  const { path } = await subscribe(camera);
  camera.motion(false);
  expect((await pull(camera, path)).text).toContain('PropertyOperation="Changed"');
  using wire = new RtspWire(camera.rtspPort);
  expect((await wire.play(camera.streamUri)).status).toBe(200);
  await clock.advance(100);
  await eventually("a packet", () => wire.rtp.length > 0);
}

/** A bare connection to one of the camera's ports and what came over it. */
function plain(port: number): { socket: Socket; received: () => Buffer; ended: () => string | undefined } {
  const socket = connect(port, "127.0.0.1");
  const parts: Buffer[] = [];
  let ended: string | undefined;
  socket.on("data", (part: Buffer) => parts.push(part));
  socket.on("error", (error: NodeJS.ErrnoException) => {
    ended = error.code;
  });
  socket.on("close", () => {
    ended ??= "closed";
  });
  return { socket, received: () => Buffer.concat(parts), ended: () => ended };
}

const ports = (camera: SimulatedCamera) => [camera.onvifPort, camera.rtspPort];

test.for(behaviourNames)("after %s is calmed the camera is as it was", async (name: BehaviourName) => {
  const clock = new TestClock();
  await using camera = await openCamera(clock);
  await camera.behave(behaviourNamed(name));
  expect(camera.behaving()).toEqual([name]);
  await camera.calm(name);
  expect(camera.behaving()).toEqual([]);
  await answersWell(camera, clock);
});

test("behaviours can be on from the start, and several at a time", async () => {
  await using camera = await createCamera({
    onvif: { authentication: "none" },
    behaviours: [wrongClock(1_000), noEvents()],
  });
  await camera.behave(noProfiles());
  expect(camera.behaving()).toEqual(["wrongClock", "noEvents", "noProfiles"]);
  expect((await soap(camera, "trt:GetProfiles")).text).not.toContain("Profile_1");
  expect((await soap(camera, "tev:CreatePullPointSubscription")).text).toContain("ter:ActionNotSupported");
});

test("refuses: both ports are closed, and the same ones open again", async () => {
  const clock = new TestClock();
  await using camera = await openCamera(clock);
  const before = ports(camera);
  await camera.behave(refuses());
  for (const port of before) {
    const { ended } = plain(port);
    expect(await eventually("refused", ended)).toBe("ECONNREFUSED");
  }
  await camera.calm("refuses");
  expect(ports(camera)).toEqual(before);
  await answersWell(camera, clock);
});

test("resets: each connection is taken and reset", async () => {
  await using camera = await openCamera();
  await camera.behave(resets());
  for (const port of ports(camera)) expect(await eventually("reset", plain(port).ended)).toBe("ECONNRESET");
});

test("halfOpen: new connections and those that were open hear nothing more", async () => {
  const clock = new TestClock();
  await using camera = await openCamera(clock);
  using wire = new RtspWire(camera.rtspPort);
  await wire.play(camera.streamUri);
  await clock.advance(200);
  // Its answer comes behind the packets that are on their way.
  await wire.ask("GET_PARAMETER", camera.streamUri);
  const { path } = await subscribe(camera);
  const cut = pull(camera, path, "PT10S").catch(() => "cut");
  await eventually("the pull waits", () => camera.stats().requests.PullMessages === 1);
  await camera.behave(halfOpen());
  const before = wire.packets.length;
  const fresh = ports(camera).map((port) => plain(port));
  for (const { socket } of fresh) socket.write("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n");
  let answered = false;
  void wire.ask("OPTIONS", camera.streamUri).then(() => {
    answered = true;
  });
  camera.motion(true);
  await clock.advance(20_000);
  await eventually("all connections are held", () => camera.stats().sockets.http === 2);
  expect(fresh.map(({ received, ended }) => [received().length, ended()])).toEqual([
    [0, undefined],
    [0, undefined],
  ]);
  expect(wire.packets).toHaveLength(before);
  await camera.calm("halfOpen");
  expect(await cut).toBe("cut");
  await eventually("the stream's connection ends", () => wire.ended);
  expect(answered).toBe(false);
});

test("oneByteASecond: an answer leaves byte by byte and is right in the end", async () => {
  await using camera = await openCamera();
  await camera.behave(oneByteASecond(1));
  const sizes: number[] = [];
  const { socket, received } = plain(camera.rtspPort);
  socket.on("data", (part: Buffer) => sizes.push(part.length));
  socket.write(`OPTIONS ${camera.streamUri} RTSP/1.0\r\nCSeq: 1\r\n\r\n`);
  await eventually("the whole answer", () => received().toString().endsWith("\r\n\r\n"));
  expect(received().toString()).toMatch(/^RTSP\/1\.0 200 OK\r\nCSeq: 1\r\n/);
  expect(sizes.length).toBeGreaterThan(10);
  expect((await soap(camera, "tds:GetSystemDateAndTime")).status).toBe(200);
});

test.for(["chunked", "declared"] as const)(
  "answerOf: 300 MB, %s, pass through and are held nowhere",
  async (length) => {
    await using camera = await openCamera();
    const size = 300_000_000;
    await camera.behave(answerOf(size, length));
    const before = process.memoryUsage().rss;
    let most = 0;
    let bytes = 0;
    const { socket } = plain(camera.onvifPort);
    socket.removeAllListeners("data");
    socket.on("data", (part: Buffer) => {
      bytes += part.length;
      most = Math.max(most, process.memoryUsage.rss());
    });
    socket.write("GET / HTTP/1.1\r\nHost: camera\r\n\r\n");
    await eventually("all of it", () => bytes >= size, 25_000);
    expect(most - before).toBeLessThan(150_000_000);
    socket.destroy();
  },
);

test("answerOf: RTSP declares it and sends it too, until the client has enough", async () => {
  await using camera = await openCamera();
  await camera.behave(answerOf());
  const { socket, received } = plain(camera.rtspPort);
  socket.write(`DESCRIBE ${camera.streamUri} RTSP/1.0\r\nCSeq: 1\r\n\r\n`);
  await eventually("a megabyte", () => received().length > 1_000_000);
  expect(received().toString("latin1", 0, 200)).toContain("Content-Length: 300000000\r\n");
  socket.destroy();
  await eventually("the camera let go", () => camera.stats().sockets.rtsp === 0);
});

test("garbage: bytes of no protocol, or a right head with a senseless body", async () => {
  await using camera = await openCamera();
  await camera.behave(garbage());
  for (const port of ports(camera)) {
    const { socket, received } = plain(port);
    socket.write("GET / HTTP/1.1\r\n\r\n");
    await eventually("an answer", () => received().length > 0);
    expect(received().toString("latin1", 0, 8)).not.toMatch(/^(HTTP|RTSP)/);
    socket.destroy();
  }
  await camera.calm("garbage");
  await camera.behave(garbage("body"));
  const answer = await soap(camera, "tds:GetSystemDateAndTime");
  expect(answer.status).toBe(200);
  expect(answer.text).not.toContain("Envelope");
});

test("wrongClock: the device's clock is ahead while it lasts", async () => {
  await using camera = await openCamera(new TestClock(Date.UTC(2026, 10, 24, 1, 0, 0)));
  await camera.behave(wrongClock(2 * 3_600_000));
  expect((await soap(camera, "tds:GetSystemDateAndTime")).text).toContain(
    "<tt:UTCDateTime><tt:Time><tt:Hour>3</tt:Hour>",
  );
  await camera.calm("wrongClock");
  expect((await soap(camera, "tds:GetSystemDateAndTime")).text).toContain(
    "<tt:UTCDateTime><tt:Time><tt:Hour>1</tt:Hour>",
  );
});

test("unauthorizedAfter: 401 over HTTP and RTSP once the requests are used up", async () => {
  await using camera = await openCamera();
  await camera.behave(unauthorizedAfter(2));
  expect((await soap(camera, "trt:GetProfiles")).status).toBe(200);
  using wire = new RtspWire(camera.rtspPort);
  expect((await wire.ask("DESCRIBE", camera.streamUri)).status).toBe(200);
  const refused = await wire.ask("DESCRIBE", camera.streamUri);
  expect(refused.status).toBe(401);
  expect(refused.headers["www-authenticate"]).toMatch(/^Digest /);
  expect((await soap(camera, "trt:GetProfiles")).status).toBe(401);
});

test("noEvents: the event service says ActionNotSupported, and the others go on", async () => {
  await using camera = await openCamera();
  await camera.behave(noEvents());
  const { status, text } = await soap(camera, "tev:CreatePullPointSubscription");
  expect([status, text.includes("ter:ActionNotSupported")]).toEqual([500, true]);
  expect((await soap(camera, "trt:GetProfiles")).text).toContain("Profile_1");
});
