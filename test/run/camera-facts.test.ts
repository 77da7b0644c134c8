import { expect, test } from "vitest";
import type { CameraFacts, ProbeReport } from "../../agent/model/camera.ts";
import { configSchema } from "../../agent/model/config.ts";
import { fault } from "../../agent/model/fault.ts";
import { CameraRecord } from "../../agent/run/camera-record.ts";
import { TestClock } from "../fakes/test-clock.ts";

const config = configSchema.parse({
  site: { id: "s", name: "s" },
  unit: { id: "u", name: "u" },
  broker: { url: "mqtt://broker" },
  cameras: [{ id: "gate", name: "Gate", driver: "rtsp", stream: "rtsp://192.168.1.9/live" }],
});
const [gate] = config.cameras as [(typeof config.cameras)[number]];

function record(): CameraRecord {
  return new CameraRecord(gate, {
    clock: new TestClock(),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    recorder: { record: async () => {} },
    runName: "run-",
    settings: () => config,
    boxClockUnsure: () => false,
    show: () => {},
  });
}

const ok = { ok: true } as const;
const stream = {
  codec: "h264",
  width: 640,
  height: 360,
  framesPerSecond: 15,
  kilobitsPerSecond: 500,
  packets: 99,
  packetsLost: 0,
  keyframeAfterMs: 40,
} as const;
const old: CameraFacts = { serial: "0042", mac: "02:00:5e:10:00:01", firmware: "1.10", model: "OLD-1" };
const well: ProbeReport = {
  rungs: { host: ok, port: ok, login: ok, describe: ok, stream: ok, clock: ok },
  facts: old,
  stream,
  clock: { offsetMs: 120 },
};

test("what is known of a camera stays known while a look does not get as far", async () => {
  const camera = record();
  await camera.look(well);
  await camera.look({
    rungs: { host: { ok: false, fault: fault("host-silent", "no answer") } },
    facts: {},
  });
  expect(camera.status()).toMatchObject({ facts: old, stream, clockOffsetMs: 120 });
});

test("nothing of a camera that was replaced stays beside the serial of the new one", async () => {
  const camera = record();
  await camera.look(well);
  await camera.look({
    rungs: {
      host: ok,
      port: ok,
      login: ok,
      describe: { ok: false, fault: fault("stream-missing", "no media profile with video") },
    },
    facts: { serial: "0043" },
  });
  expect(camera.status()).toMatchObject({ stream: null, clockOffsetMs: null });
  expect(camera.status().facts).toEqual({ serial: "0043" });
});
