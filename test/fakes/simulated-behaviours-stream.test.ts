import { expect, test } from "vitest";
import { cutsStreamAfter, describesButSendsNoRtp, losesPackets, noKeyframe } from "./behaviours.ts";
import { eventually } from "./eventually.ts";
import { RtspWire } from "./simulated-client.ts";
import { openCamera } from "./simulated-open-camera.ts";
import { TestClock } from "./test-clock.ts";

const STAP_A = 24;
const FU_A = 28;
const IDR = 5;
const nalTypeOf = (packet: Buffer) => {
  const type = packet.readUInt8(12) & 0x1f;
  return type === FU_A ? packet.readUInt8(13) & 0x1f : type;
};
const missing = (packets: readonly Buffer[]) =>
  packets.slice(1).reduce((sum, packet, index) => {
    const step = (packet.readUInt16BE(2) - (packets[index]?.readUInt16BE(2) ?? 0) + 65_536) % 65_536;
    return sum + step - 1;
  }, 0);

test("describesButSendsNoRtp: PLAY is answered 200 and no byte follows", async () => {
  const clock = new TestClock();
  await using camera = await openCamera(clock);
  await camera.behave(describesButSendsNoRtp());
  using wire = new RtspWire(camera.rtspPort);
  expect((await wire.play(camera.streamUri)).status).toBe(200);
  await clock.advance(10_000);
  await wire.ask("GET_PARAMETER", camera.streamUri);
  expect(wire.packets).toHaveLength(0);
});

test("noKeyframe: pictures without one, and no gap to see", async () => {
  const clock = new TestClock();
  await using camera = await openCamera(clock);
  await camera.behave(noKeyframe());
  using wire = new RtspWire(camera.rtspPort);
  await wire.play(camera.streamUri);
  await clock.advance(5_000);
  await eventually("packets", () => wire.rtp.length > 60);
  expect(wire.rtp.map(nalTypeOf).filter((type) => type === STAP_A || type === IDR)).toEqual([]);
  expect(missing(wire.rtp)).toBe(0);
});

test("losesPackets: a quarter of the sequence numbers is missing", async () => {
  const clock = new TestClock();
  await using camera = await openCamera(clock);
  await camera.behave(losesPackets(0.25));
  using wire = new RtspWire(camera.rtspPort);
  await wire.play(camera.streamUri);
  await clock.advance(5_000);
  await eventually("packets", () => wire.rtp.length > 80);
  const lost = missing(wire.rtp);
  expect(lost / (lost + wire.rtp.length)).toBeCloseTo(0.25, 1);
});

test("cutsStreamAfter: the connection ends after so many packets", async () => {
  const clock = new TestClock();
  await using camera = await openCamera(clock);
  await camera.behave(cutsStreamAfter(7));
  using wire = new RtspWire(camera.rtspPort);
  await wire.play(camera.streamUri);
  await clock.advance(2_000);
  await eventually("the end", () => wire.ended);
  expect(wire.rtp).toHaveLength(7);
  await eventually("the session is gone", () => camera.stats().rtspSessions === 0);
});
