import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { readTable } from "../../agent/cli/camera-table.ts";
import { command } from "../../agent/cli/discover.ts";
import { csvOf } from "../../agent/cli/discover-csv.ts";
import { runCommand } from "../../agent/cli/dispatch.ts";
import { showDiscovery } from "../../agent/cli/show-discovery.ts";
import { paint } from "../../agent/core/terminal.ts";
import type { FoundDevice } from "../../drivers/discover/found-device.ts";
import { createCamera } from "../fakes/camera.ts";
import { createIsapi } from "../fakes/isapi-device.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

/** Runs `discover` on loopback alone, in English unless told otherwise. */
async function discover(args: readonly string[], { surroundings = recordedSurroundings() } = {}) {
  const told = ["--lang", "en", "--interface", "lo", ...args];
  const code = await runCommand("discover", command, told, surroundings);
  return { code, out: surroundings.written(), err: surroundings.errors() };
}

const device = (more: Partial<FoundDevice> & Pick<FoundDevice, "address">): FoundDevice => ({
  ports: [],
  drivers: [],
  isCamera: true,
  announcedBy: [],
  ...more,
});

test("what is too large or no network is refused in both languages", async () => {
  for (const subnet of ["0.0.0.0/0", "10.0.0.0/16", "10.0.0.0/20,10.0.16.0/20", "224.0.0.0/24", "x"]) {
    const { code, out, err } = await discover(["--subnet", subnet]);
    expect([code, out], subnet).toEqual([2, ""]);
    expect(err).toContain("camera-agent discover: ");
  }
  expect((await discover(["--subnet", "0.0.0.0/0"])).err).toContain(
    "0.0.0.0/0 is too large: at most 4,094 addresses",
  );
  expect((await discover(["--subnet", "0.0.0.0/0", "--lang", "vi"])).err).toContain("0.0.0.0/0 quá lớn");
  expect((await discover(["--port", "0"])).err).toContain("0 is no port");
  expect((await discover(["--interface", "eth77"])).err).toContain("no network interface eth77");
});

test("cameras of several subnets are found with driver, ports and where they are configured, and CSV has the rest", async () => {
  await using camera = await createCamera({ address: "127.9.10.2" });
  await using hikvision = await createIsapi({ device: "camera-ds-2cd2146g2-v5.7.18", address: "127.9.11.3" });
  using folder = temporaryFolder();
  const config = {
    site: { id: "site-a", name: "Xã A" },
    unit: { id: "unit-a", name: "Công an huyện A" },
    broker: { url: "mqtt://127.0.0.1" },
    cameras: [{ id: "gate", name: "Cổng", driver: "onvif", address: `127.9.10.2:${camera.onvifPort}` }],
  };
  writeFileSync(folder.file("config.yaml"), stringify(config));
  const ports = [camera.onvifPort, camera.rtspPort, hikvision.httpPort].flatMap((port) => [
    "--port",
    String(port),
  ]);
  const where = [
    "--subnet",
    "127.9.10.0/29",
    "--subnet",
    "127.9.11.3",
    "--config",
    folder.file("config.yaml"),
  ];
  const file = folder.file("cameras.csv");
  const { code, out, err } = await discover([...ports, ...where, "--csv", file]);
  expect(code).toBe(0);
  expect(out).toMatch(/127\.9\.10\.2 +.*onvif +gate\n/);
  expect(out).toMatch(/127\.9\.11\.3 +Hikvision.*hikvision +–\n/);
  expect(out).toContain("2 cameras and recorders found, 1 not configured yet.");
  expect(err).toContain(`1 devices written to ${file}.`);
  expect(readFileSync(file, "utf8")).toBe(
    "\ufeffid;name;driver;address;channel;credential\r\n" +
      `cam-127-9-11-3;Hikvision;hikvision;127.9.11.3:${hikvision.httpPort};1;hikvision\r\n`,
  );

  const again = await discover([...ports, ...where, "--csv", file]);
  expect([again.code, again.out]).toEqual([3, ""]);
  expect(again.err).toContain("is there already and is not overwritten");
});

test("--json gives one object, and a network without cameras ends with 1", async () => {
  const { code, out, err } = await discover(["--subnet", "127.9.12.0/30", "--port", "9", "--json"]);
  expect([code, err]).toEqual([1, ""]);
  expect(JSON.parse(out)).toEqual({
    devices: [],
    others: [],
    conflicts: [],
    subnets: ["127.9.12.0/30"],
    unasked: [],
  });
});

test("a file that cannot be written is told before the search, and two outputs in one are refused", async () => {
  // A search shows a terminal how far it is.
  const surroundings = recordedSurroundings({ stdoutIsTTY: true });
  const file = "/no/such/folder/x.csv";
  const missing = await discover(["--subnet", "127.9.12.0/30", "--csv", file], { surroundings });
  expect(missing).toEqual({ code: 3, out: "", err: "/no/such/folder/x.csv cannot be written (ENOENT).\n" });
  const both = await discover(["--subnet", "127.9.12.0/30", "--csv", "-", "--json"]);
  expect([both.code, both.out, both.err]).toEqual([2, "", expect.stringContaining("give one of them")]);
});

test("where nothing new is found no table is written", async () => {
  using folder = temporaryFolder();
  const file = folder.file("cameras.csv");
  const { code, err } = await discover(["--subnet", "127.9.12.0/30", "--port", "9", "--csv", file]);
  expect([code, err]).toEqual([1, expect.stringContaining(`nothing to be written to ${file}`)]);
  expect(existsSync(file)).toBe(false);
});

test("Ctrl-C ends the search, and nothing is claimed or written", async () => {
  using folder = temporaryFolder();
  const surroundings = recordedSurroundings({ stdoutIsTTY: true });
  const file = folder.file("cameras.csv");
  const searching = discover(["--subnet", "127.9.13.0/24", "--csv", file], { surroundings });
  surroundings.stop();
  const { code, out } = await searching;
  expect(code).toBe(1);
  expect(out).toContain("254 addresses");
  expect(out).not.toContain("No camera");
  expect(existsSync(file)).toBe(false);
});

test("two devices at one address, a network that could not be asked and others are told", () => {
  const shown = (language: "en" | "vi") =>
    showDiscovery(
      {
        devices: [
          device({
            address: "10.0.0.9",
            make: "Dahua",
            model: "IPC",
            mac: "b4:4c:3b:00:00:01",
            drivers: ["dahua"],
            ports: [80, 554],
          }),
          device({ address: "10.0.0.10", make: "Hikvision" }),
          device({ address: "10.0.0.1", isCamera: false }),
        ],
        conflicts: [
          { kind: "address-shared", address: "10.0.0.9", macs: ["b4:4c:3b:00:00:01", "b4:4c:3b:00:00:02"] },
        ],
        unasked: [{ by: "ws-discovery", interface: "eth0", reason: "EPERM" }],
      },
      () => ["a1", "a2", "a3", "a4"],
      200,
      language,
    )
      .map((line) => paint(line, false).trimEnd())
      .join("\n");
  const english = shown("en");
  expect(english).toMatch(/10\.0\.0\.9 +Dahua +IPC +b4:4c:3b:00:00:01 +80 554 +dahua +a1, a2, a3 \+1/);
  expect(english).toMatch(/10\.0\.0\.10 +Hikvision +none/);
  expect(english).toContain("! 10.0.0.9 is used by several devices: b4:4c:3b:00:00:01, b4:4c:3b:00:00:02.");
  expect(english).toContain("! WS-Discovery could not be asked on eth0 (EPERM)");
  expect(english).toContain("no cameras: 10.0.0.1");
  expect(shown("vi")).toContain("10.0.0.9 đang bị nhiều thiết bị dùng chung");
});

test("a row of the CSV has what its driver needs, a name of its own and no formula", () => {
  const { text, rows } = csvOf(
    [
      device({
        address: "10.0.0.1",
        name: "=cmd|' /C calc'!A0",
        drivers: ["onvif"],
        onvif: { port: 8899, tls: false, path: "/x" },
      }),
      device({ address: "10.0.0.2", make: "TP-Link", model: "C200", drivers: ["rtsp"], rtsp: 554 }),
      device({ address: "10.0.0.3", make: "TP-Link", model: "C200", drivers: ["rtsp"], rtsp: 8554 }),
      device({
        address: "10.0.0.4",
        name: 'Cổng; "chợ"',
        drivers: ["dahua"],
        http: { port: 443, tls: true },
      }),
      device({ address: "10.0.0.5", drivers: ["rtsp"], rtsp: 554 }),
      device({ address: "10.0.0.6", make: "Imou" }),
      device({ address: "10.0.0.7", make: "Hikvision", drivers: ["hikvision"], channels: 16 }),
    ],
    new Set(["cam-10-0-0-5"]),
  );
  expect(rows).toBe(6);
  expect(text.split("\r\n").slice(1)).toEqual([
    "cam-10-0-0-1;cmd|' /C calc'!A0;onvif;10.0.0.1:8899;;onvif",
    "cam-10-0-0-2;TP-Link C200 10.0.0.2;rtsp;rtsp://10.0.0.2/stream1;;tp-link",
    "cam-10-0-0-3;TP-Link C200 10.0.0.3;rtsp;rtsp://10.0.0.3:8554/stream1;;tp-link",
    'cam-10-0-0-4;"Cổng; ""chợ""";dahua;https://10.0.0.4;1;dahua',
    "cam-10-0-0-5-2;10.0.0.5;rtsp;rtsp://10.0.0.5/;;rtsp",
    "cam-10-0-0-7;Hikvision;hikvision;10.0.0.7;1..16;hikvision",
    "",
  ]);
});

test("a port of RTSP that is not the usual one has a column of its own, where a driver wants it", () => {
  const at = (address: string, rtsp: number) =>
    device({ address, drivers: ["hikvision"], http: { port: 80, tls: false }, rtsp });
  const { text } = csvOf([at("10.0.0.1", 554), at("10.0.0.2", 10_554)], new Set());
  expect(text.split("\r\n")).toEqual([
    "\ufeffid;name;driver;address;channel;credential;rtspPort",
    "cam-10-0-0-1;10.0.0.1;hikvision;10.0.0.1;1;hikvision;",
    "cam-10-0-0-2;10.0.0.2;hikvision;10.0.0.2;1;hikvision;10554",
    "",
  ]);
});

test("what is written is what `camera import` reads", () => {
  const { text } = csvOf(
    [
      device({
        address: "10.0.0.1",
        name: 'Cổng; "chợ"',
        drivers: ["onvif"],
        onvif: { port: 8899, tls: false, path: "/x" },
      }),
      device({ address: "10.0.0.2", make: "TP-Link", drivers: ["rtsp"], rtsp: 8554 }),
      device({ address: "10.0.0.3", drivers: ["rtsp"], rtsp: 554 }),
      device({
        address: "10.0.0.4",
        make: "Dahua",
        drivers: ["dahua", "rtsp"],
        http: { port: 443, tls: true },
        rtsp: 10_554,
      }),
    ],
    new Set(),
  );
  const { cameras, problems } = readTable(text, []);
  expect(problems).toEqual([]);
  expect(cameras.map(({ camera }) => camera)).toMatchObject([
    {
      id: "cam-10-0-0-1",
      name: 'Cổng; "chợ"',
      driver: "onvif",
      address: "10.0.0.1:8899",
      credential: "onvif",
    },
    { id: "cam-10-0-0-2", driver: "rtsp", stream: "rtsp://10.0.0.2:8554/stream1", credential: "tp-link" },
    { id: "cam-10-0-0-3", driver: "rtsp", stream: "rtsp://10.0.0.3/" },
    { id: "cam-10-0-0-4", driver: "dahua", address: "https://10.0.0.4", channel: 1, rtspPort: 10_554 },
  ]);
});
