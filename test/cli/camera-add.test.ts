import { readFileSync, statSync } from "node:fs";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { createCamera } from "../fakes/camera.ts";
import { createDahua } from "../fakes/dahua-device.ts";
import { createIsapi } from "../fakes/isapi-device.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { cameraSite } from "./camera-site.ts";

/** A program that gives a password by a pipe. */
function piping(password: string) {
  const stdin = new PassThrough();
  stdin.end(`${password}\n`);
  return recordedSurroundings({ stdin });
}

test("a Hikvision recorder's channel is recognised, tried, and added with its new login", async () => {
  await using device = await createIsapi({ device: "camera-ds-2cd2146g2-v5.7.18" });
  using site = cameraSite();
  const args = ["--name", "Cổng Đình", "--rtsp-port", String(device.rtspPort)];
  const login = ["--credential", "front", "--user", device.login.username, "--password-stdin"];
  const { code, out, err } = await site.camera(
    ["add", `127.0.0.1:${device.httpPort}`, ...args, ...login],
    piping(device.login.password),
  );
  expect([code, err]).toEqual([0, expect.stringContaining("hikvision")]);
  expect(out).toMatch(/✔ 5 picture arrives\n[\s\S]*cong-dinh \(Cổng Đình\) was added\.\n/);
  expect(parse(site.config()).cameras).toEqual([
    {
      id: "cong-dinh",
      name: "Cổng Đình",
      driver: "hikvision",
      address: `127.0.0.1:${device.httpPort}`,
      rtspPort: device.rtspPort,
      credential: "front",
    },
  ]);
  expect(site.config()).toContain("# tại xã");
  expect(parse(readFileSync(site.secrets, "utf8"))).toEqual({ credentials: { front: device.login } });
  expect(statSync(site.secrets).mode & 0o777).toBe(0o600);
  expect(device.stats().loginsRefused).toBe(0);
});

test("a Dahua camera and an ONVIF one are recognised", async () => {
  await using dahua = await createDahua({
    behaviours: [
      {
        name: "a start page and a realm as real devices have them",
        onCgiRequest({ target, authorization }) {
          if (target === "/") return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<title>WEB SERVICE</title>";
          if (authorization !== undefined || !target.includes("getDeviceType")) return undefined;
          const realm = 'Digest realm="Login to 4A0B1CPAZ00FF11", nonce="7"';
          return `HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: ${realm}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
        },
      },
    ],
  });
  await using onvif = await createCamera();
  using site = cameraSite({ credentials: { cam: onvif.login } });
  const added = async (port: number, rtspPort: number) =>
    (await site.camera(["add", `127.0.0.1:${port}`, "--rtsp-port", String(rtspPort), "--credential", "cam"]))
      .code;
  expect(await added(dahua.httpPort, dahua.rtspPort)).toBe(0);
  expect(await added(onvif.onvifPort, onvif.rtspPort)).toBe(0);
  const drivers = parse(site.config()).cameras.map(({ driver }: { driver: string }) => driver);
  expect(drivers).toEqual(["dahua", "onvif"]);
  expect(await added(dahua.httpPort, dahua.rtspPort)).toBe(2);
});

test("a wrong password is tried once, and neither camera nor login is kept, unless told to", async () => {
  await using device = await createIsapi({ device: "camera-ds-2cd2146g2-v5.7.18" });
  using site = cameraSite();
  const before = site.config();
  const add = ["add", `127.0.0.1:${device.httpPort}`, "--driver", "hikvision", "--id", "gate"];
  const login = ["--credential", "front", "--password-stdin"];
  const { code, out, err } = await site.camera([...add, ...login], piping("not-to-be-seen"));
  expect(code).toBe(1);
  expect(out).toContain("✖ CAM-302");
  expect(err).toContain("--anyway");
  expect(out + err).not.toContain("not-to-be-seen");
  expect(device.stats().loginsRefused).toBe(1);
  expect(site.config()).toBe(before);
  expect(() => statSync(site.secrets)).toThrow("ENOENT");
  expect((await site.camera([...add, ...login, "--anyway"], piping("other"))).code).toBe(0);
  expect(parse(site.config()).cameras).toMatchObject([{ id: "gate", credential: "front" }]);
});

test("the stream of a make is looked for at its usual addresses", async () => {
  await using camera = await createCamera({ onvif: false, rtsp: { paths: ["/media/video1"] } });
  await using other = await createCamera({
    onvif: false,
    rtsp: { paths: ["/unicast/c2/s1/live"] },
    login: camera.login,
  });
  using site = cameraSite({ credentials: { cam: camera.login } });
  const add = (port: number, ...more: string[]) =>
    site.camera([
      ...["add", "127.0.0.1", "--driver", "rtsp", "--rtsp-port", String(port), "--make", "uniview"],
      ...["--credential", "cam", ...more],
    ]);
  expect((await add(camera.rtspPort)).code).toBe(0);
  expect((await add(other.rtspPort, "--channel", "2", "--stream", "sub")).code).toBe(0);
  expect(parse(site.config()).cameras).toMatchObject([
    { driver: "rtsp", stream: `rtsp://127.0.0.1:${camera.rtspPort}/media/video1` },
    { driver: "rtsp", stream: `rtsp://127.0.0.1:${other.rtspPort}/unicast/c2/s1/live` },
  ]);
});

test.each([
  [["add", "rtsp://admin:not-to-be-seen@10.0.0.1/"], 2, "a login does not belong into the address"],
  [["add", "192.168.1.300", "--driver", "onvif"], 2, "address: "],
  [["add", "10.0.0.1", "--driver", "sony"], 2, "driver: "],
  [["add", "10.0.0.1", "--channel", "x"], 2, "--channel takes a whole number"],
  [["add", "10.0.0.1", "--driver", "rtsp", "--make", "Nobody"], 1, "Xiongmai"],
  [["add", "10.0.0.1", "--driver", "onvif", "--credential", "new"], 2, "--password-stdin"],
  [["add", "127.0.0.1:1", "--rtsp-port", "2"], 1, "No camera answers at 127.0.0.1:1 (open ports: none)"],
])("%j is told in a sentence and changes nothing", async (args, code, words) => {
  using site = cameraSite();
  const before = site.config();
  const told = await site.camera(args, recordedSurroundings({ stdin: new PassThrough() }));
  expect([told.code, told.out]).toEqual([code, ""]);
  expect(told.err).toContain(words);
  expect(told.err).not.toContain("not-to-be-seen");
  expect(site.config()).toBe(before);
});
