import { expect, test } from "vitest";
import { describesButSendsNoRtp } from "../fakes/behaviours.ts";
import { createCamera } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { createIsapi } from "../fakes/isapi-device.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { cameraSite } from "./camera-site.ts";

const password = "not-to-be-seen";
const wrong = { username: "admin", password };

test("all cameras are looked at, and what is wrong is summed up by cause with the next step", async () => {
  await using good = await createCamera();
  const closed = { driver: "rtsp", stream: "rtsp://127.0.0.1:1/live" };
  using site = cameraSite({
    cameras: [
      {
        id: "gate",
        name: "Cổng",
        driver: "onvif",
        address: `127.0.0.1:${good.onvifPort}`,
        credential: "good",
      },
      { id: "yard", name: "Sân", ...closed },
      { id: "shop", name: "Chợ", ...closed },
    ],
    credentials: { good: good.login },
  });
  const { code, out } = await site.camera(["test", "--all"]);
  expect(code).toBe(1);
  expect(out).toMatch(/\ngate +Cổng +✔✔✔✔✔✔\n/);
  expect(out).toMatch(/\nyard +Sân +✔✖···· {2}CAM-201 /);
  expect(out).toMatch(
    /\n\nNothing is wrong with 1 of 3 cameras\.\n✖ 2 × CAM-201 [^\n]+\n {2}yard, shop\n {2}Next: /,
  );
  expect((await site.camera(["test", "--all", "--lang", "vi"])).out).toContain("1/3 camera không có lỗi.");
  const { cameras, causes } = JSON.parse((await site.camera(["test", "--all", "--json"])).out);
  expect(causes).toEqual([{ cause: "port-closed", code: "CAM-201", cameras: ["yard", "shop"] }]);
  expect(cameras).toMatchObject([
    { camera: "gate", verdict: null },
    { camera: "yard", verdict: { rung: "port", code: "CAM-201" } },
    { camera: "shop" },
  ]);
});

test("a wrong password of sixteen channels of one recorder costs one login", async () => {
  await using recorder = await createIsapi({ device: "recorder-ds-7616ni-v4.30.097-dead-channel" });
  using site = cameraSite({
    cameras: Array.from({ length: 16 }, (_, index) => ({
      id: `c-${index + 1}`,
      name: `Kênh ${index + 1}`,
      driver: "hikvision",
      address: `127.0.0.1:${recorder.httpPort}`,
      rtspPort: recorder.rtspPort,
      channel: index + 1,
      credential: "recorder",
    })),
    credentials: { recorder: wrong },
  });
  const { code, out } = await site.camera(["test", "--all"]);
  expect(code).toBe(1);
  expect(out).toContain("✖ 16 × CAM-302 ");
  expect(out).not.toContain(password);
  expect(recorder.stats().loginsRefused).toBe(1);
});

test("cameras that are named are shown rung by rung, and no others", async () => {
  await using good = await createCamera({ onvif: false });
  using site = cameraSite({
    cameras: [
      { id: "gate", name: "Cổng", driver: "rtsp", stream: good.streamUri, credential: "good" },
      { id: "yard", name: "Sân", driver: "rtsp", stream: "rtsp://127.0.0.1:1/live" },
    ],
    credentials: { good: good.login },
  });
  const { code, out } = await site.camera(["test", "gate"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^gate Cổng {2}rtsp:[^\n]+\n {2}✔ 1 host answers\n[\s\S]*✔ Nothing is wrong\.\n/);
  expect(out).not.toContain("yard");
  expect((await site.camera(["test", "gate", "yard"])).code).toBe(1);
});

test("Ctrl-C in the middle claims nothing about any camera", async () => {
  await using camera = await createCamera({ onvif: false, behaviours: [describesButSendsNoRtp()] });
  using site = cameraSite({
    cameras: [{ id: "a", name: "A", driver: "rtsp", stream: camera.streamUri, credential: "a" }],
    credentials: { a: camera.login },
  });
  const surroundings = recordedSurroundings();
  const testing = site.camera(["test", "--all"], surroundings);
  await eventually("playing", () => camera.stats().requests.PLAY);
  surroundings.stop();
  expect(await testing).toMatchObject({ code: 1, out: "" });
});

test("a terminal is shown how far it is, and nothing of it stays", async () => {
  using site = cameraSite({
    cameras: [{ id: "a", name: "A", driver: "rtsp", stream: "rtsp://127.0.0.1:1/" }],
  });
  const surroundings = recordedSurroundings({ stdoutIsTTY: true, env: { NO_COLOR: "1" } });
  const { out } = await site.camera(["test", "--all"], surroundings);
  expect(out).toMatch(/─{40} {2}0 of 1[\s\S]*━{40} {2}1 of 1/);
  expect(out).toContain("1 of 1\u001b[0m\u001b[K\r\n\u001b[?2026l\u001b[?2026h\u001b[1A\r\u001b[J");
});

test.each([
  [["test"], "which cameras?"],
  [["test", "a", "--all"], "exclude each other"],
  [["test", "a", "nobody"], "No camera nobody"],
])("wrong usage %j is told in a sentence and ends with 2", async (args, words) => {
  using site = cameraSite({
    cameras: [{ id: "a", name: "A", driver: "rtsp", stream: "rtsp://127.0.0.1:1/" }],
  });
  const { code, out, err } = await site.camera(args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(words);
});
