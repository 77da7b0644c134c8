import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { runCommand } from "../../agent/cli/dispatch.ts";
import { command } from "../../agent/cli/probe.ts";
import { describesButSendsNoRtp } from "../fakes/behaviours.ts";
import { createCamera, type SimulatedCamera } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const password = "not-to-be-seen";

/** Runs `probe` in English for one of the site's two cameras: "gate" is ONVIF, "yard" nothing but RTSP. */
async function probe(
  camera: SimulatedCamera,
  args: readonly string[],
  { login = camera.login, surroundings = recordedSurroundings() } = {},
) {
  using folder = temporaryFolder();
  const common = { name: "Cổng", credential: "camera" };
  const config = {
    site: { id: "site-a", name: "Xã A" },
    unit: { id: "unit-a", name: "Công an huyện A" },
    broker: { url: "mqtt://127.0.0.1" },
    health: { measureFor: "0s" },
    cameras: [
      { id: "gate", driver: "onvif", address: `127.0.0.1:${camera.onvifPort}`, ...common },
      { id: "yard", driver: "rtsp", stream: camera.streamUri, ...common },
    ],
  };
  const file = folder.file("config.yaml");
  writeFileSync(file, stringify(config));
  writeFileSync(folder.file("secrets.yaml"), stringify({ credentials: { camera: login } }), { mode: 0o600 });
  const told = args.map((arg) => (arg === "picture.jpg" ? folder.file(arg) : arg));
  const code = await runCommand("probe", command, ["--config", file, "--lang", "en", ...told], surroundings);
  const picture = args.includes("picture.jpg") ? readFileSync(folder.file("picture.jpg")) : undefined;
  return { code, out: surroundings.written(), err: surroundings.errors(), picture };
}

test("a camera that works is told rung by rung, with its device, its stream and its clock, and ends with 0", async () => {
  await using camera = await createCamera();
  const { code, out } = await probe(camera, ["gate"]);
  expect(code).toBe(0);
  expect(out).toMatch(
    /✔ 1 host answers\n.*✔ 2 .*\n.*✔ 3 .*\n.*✔ 4 .*\n.*✔ 5 picture arrives\n.*✔ 8 clock right\n/,
  );
  expect(out).toContain("Simulated SIM-2000, firmware 1.10, serial 0012345678901234567");
  expect(out).toContain("H.264 640×360");
  expect(out).toMatch(/Clock: (?:right|[\d.]+ s (?:ahead of|behind) this box)\n/);
  expect(out).toContain("Nothing is wrong.");
});

test("what bare RTSP cannot tell is not shown as a rung that was not reached", async () => {
  await using camera = await createCamera();
  const { code, out } = await probe(camera, ["yard"]);
  expect(code).toBe(0);
  expect(out).toContain("· 8 clock right  not told by this camera");
  expect(out).not.toContain("not reached");
});

test("a wrong password has its code, what was seen and the next step, is tried once, and ends with 1", async () => {
  await using camera = await createCamera();
  const { code, out } = await probe(camera, ["gate"], { login: { username: "admin", password } });
  expect(code).toBe(1);
  expect(out).toMatch(/✖ 3 login accepted {2}CAM-302\n.*· 4 stream described {2}not reached\n/);
  expect(out).toMatch(
    /✖ CAM-302 Wrong password[^\n]*\n {2}Seen: HTTP 40\d to GetDeviceInformation[^\n]*\n {2}Next: /,
  );
  expect(out).not.toContain(password);
  expect(camera.stats().loginsRefused).toBe(1);
});

test("JSON is one line with the verdict, a picture goes into its file", async () => {
  await using camera = await createCamera();
  const { code, out, picture } = await probe(camera, ["gate", "--json", "--snapshot", "picture.jpg"]);
  expect([code, picture?.subarray(0, 2).toString("hex")]).toEqual([0, "ffd8"]);
  expect(JSON.parse(out)).toMatchObject({ camera: "gate", verdict: null, rungs: { stream: { ok: true } } });
});

test("a picture that cannot be written is told in a sentence, and ends with 3", async () => {
  await using camera = await createCamera();
  const { code, out } = await probe(camera, ["gate", "--snapshot", "no/such/folder/picture.jpg"]);
  expect(code).toBe(3);
  expect(out).toMatch(/The picture no\/such\/folder\/picture\.jpg cannot be written \(ENOENT\)\./);
});

test("a camera that is not in the configuration is told with those that are, and ends with 2", async () => {
  await using camera = await createCamera();
  const { code, out, err } = await probe(camera, ["gaet"]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("gate, yard");
});

test("Ctrl-C in the middle of a look claims nothing about the camera", async () => {
  await using camera = await createCamera({ behaviours: [describesButSendsNoRtp()] });
  const surroundings = recordedSurroundings();
  const probing = probe(camera, ["yard"], { surroundings });
  await eventually("playing", () => camera.stats().requests.PLAY);
  surroundings.stop();
  expect(await probing).toMatchObject({ code: 1, out: "" });
});
