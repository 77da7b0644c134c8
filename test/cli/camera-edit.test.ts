import { expect, test } from "vitest";
import { cameraSite } from "./camera-site.ts";

const cameras = [
  { id: "gate", name: "Cổng", driver: "onvif", address: "192.168.1.10", credential: "front" },
  { id: "yard", name: "Sân", driver: "hikvision", address: "192.168.1.11", channel: 3, maintenance: true },
  { id: "shop", name: "Chợ", driver: "rtsp", stream: "rtsp://192.168.1.12/live" },
];
const credentials = { front: { username: "admin", password: "not-to-be-seen" } };

test("the cameras are listed with where they are and what they log in with, and no password", async () => {
  using site = cameraSite({ cameras, credentials });
  const { code, out } = await site.camera(["list"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^id +name +driver +address +channel +credential +note\n/);
  expect(out).toMatch(/\ngate +Cổng +onvif +192\.168\.1\.10 +front\n/);
  expect(out).toMatch(/\nyard +Sân +hikvision +192\.168\.1\.11 +3 +maintenance\n/);
  expect(out).toMatch(/\nshop +Chợ +rtsp +rtsp:\/\/192\.168\.1\.12\/live\n/);
  const json = await site.camera(["list", "--json"]);
  expect(JSON.parse(json.out)).toMatchObject(cameras);
  expect(out + json.out).not.toContain("not-to-be-seen");
});

test("a camera gets another name, and it is said how that is applied", async () => {
  using site = cameraSite({ cameras, credentials });
  const before = site.config();
  const { code, out } = await site.camera(["rename", "gate", "Cổng chính"]);
  expect([code, out]).toEqual([
    0,
    "gate is now called Cổng chính.\nTo apply it to the running agent: systemctl reload camera-agent\n",
  ]);
  expect(site.config()).toBe(before.replace("name: Cổng", 'name: "Cổng chính"'));
});

test("a name that cannot be one is refused, and the file stays", async () => {
  using site = cameraSite({ cameras, credentials });
  const before = site.config();
  const { code, out, err } = await site.camera(["rename", "gate", " "]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(/config\.yaml:\d+:\d+ cameras\[0\]\.name: /);
  expect(site.config()).toBe(before);
});

test("a camera is taken out, and its lines alone", async () => {
  using site = cameraSite({ cameras, credentials });
  const { code, out } = await site.camera(["remove", "yard"]);
  expect(code).toBe(0);
  expect(out).toContain("yard (Sân) was taken out.");
  expect(site.config()).toContain("# tại xã\n- id: gate");
  expect(site.config()).not.toContain("192.168.1.11");
});

test.each([
  ["rename", "gaet", "x"],
  ["remove", "gaet"],
])("%s of a camera that is not there is told with those that are, and ends with 2", async (...args) => {
  using site = cameraSite({ cameras, credentials });
  const { code, err } = await site.camera(args);
  expect(code).toBe(2);
  expect(err).toContain("gate, yard, shop");
  expect((await site.camera([...args, "--lang", "vi"])).err).toContain("Không có camera gaet");
});
