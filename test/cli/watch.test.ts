import { chmodSync, writeFileSync } from "node:fs";
import mqtt from "mqtt";
import { expect, test } from "vitest";
import { type DemoBroker, openBroker } from "../../agent/cli/demo/broker.ts";
import { runCommand } from "../../agent/cli/dispatch.ts";
import { command } from "../../agent/cli/watch.ts";
import { eventually } from "../fakes/eventually.ts";
import { type RecordedSurroundings, recordedSurroundings } from "../fakes/surroundings.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { cameraStatus, motionEvent, segment, siteHealth } from "../fakes/wire-samples.ts";

const SITE = "cam/v1/q12/cho-moi";
const online = { state: "online", session: 3, bootid: "b1", since: "2026-11-24T01:00:00.000Z" };
const info = {
  site: "cho-moi",
  name: "Xã Chợ Mới",
  unit: { id: "q12", name: "Công an quận 12" },
  version: "0.1.0",
  epoch: "a".repeat(32),
  publicKey: "MCowBQYDK2VwAyEA",
  cameras: [{ id: "gate", name: "Cổng chợ" }],
  capabilities: ["ping"],
  box: {},
};
const gate = cameraStatus({ id: "gate", name: "Cổng chợ" });
const deadGate = cameraStatus({
  id: "gate",
  name: "Cổng chợ",
  state: "offline",
  usable: false,
  rung: "stream",
  cause: "rtp-absent",
  code: "CAM-501",
  text: {
    vi: "Camera có mô tả luồng nhưng không gửi hình.",
    en: "The camera describes its stream but sends no picture.",
  },
});

interface Stage extends AsyncDisposable {
  readonly broker: DemoBroker;
  publish(topic: string, value: unknown, retain?: boolean): Promise<void>;
  watch(args: readonly string[], surroundings: RecordedSurroundings): Promise<number>;
}

async function openStage(): Promise<Stage> {
  const broker = await openBroker();
  const site = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, { protocolVersion: 4 });
  return {
    broker,
    async publish(topic, value, retain = false) {
      const payload = typeof value === "string" ? value : JSON.stringify(value);
      await site.publishAsync(`${SITE}/${topic}`, payload, { qos: 1, retain });
    },
    watch: (args, surroundings) =>
      runCommand("watch", command, ["--broker", `mqtt://127.0.0.1:${broker.port}`, ...args], surroundings),
    async [Symbol.asyncDispose]() {
      await site.endAsync(true);
      await broker[Symbol.asyncDispose]();
    },
  };
}

test("watch tells line by line what the unit receives, with causes in words and gaps counted", async () => {
  await using stage = await openStage();
  await stage.publish("state", online, true);
  await stage.publish("info", info, true);
  await stage.publish("camera/gate", gate, true);
  const surroundings = recordedSurroundings();
  const done = stage.watch(["--lang", "en"], surroundings);
  await eventually("the retained camera", () => surroundings.written().includes("● healthy"));

  await stage.publish("camera/gate", deadGate, true);
  await stage.publish("event/motion", motionEvent({ seq: 1 }));
  await stage.publish("event/motion", motionEvent({ seq: 4 }));
  await stage.publish("event/motion", segment([2, 3].map((seq) => motionEvent({ seq, state: "ended" }))));
  await stage.publish("event/motion", "{not json");
  await eventually("the malformed message", () => surroundings.written().includes("malformed message"));
  surroundings.stop();

  expect(await done).toBe(0);
  const said = surroundings.lines().map((line) => line.replace(/^\d\d:\d\d:\d\d \d\d\/\d\d\/\d{4} {2}/, ""));
  expect(said[0]).toBe("● connected, MQTT 3.1.1");
  expect(said.toSorted()).toEqual(expect.arrayContaining(["Xã Chợ Mới  Cổng chợ  motion started"]));
  const place = "Xã Chợ Mới  Cổng chợ  ";
  expect(said.slice(-7)).toEqual(
    [
      `${place}✖ offline  CAM-501 The camera describes its stream but sends no picture.`,
      `${place}motion started`,
      `${place}motion started`,
      "Xã Chợ Mới  2 events missing",
      `${place}motion ended`,
      `${place}motion ended`,
      "Xã Chợ Mới  no event is missing any more",
      `malformed message on ${SITE}/event/motion: it is not JSON (Expected property name or '}' in JSON at position 1 (line 1 column 2))`,
    ].slice(-7),
  );
  expect(surroundings.written()).not.toContain("\x1b");
});

test("watch writes one JSON object a line, an event once however often it comes", async () => {
  await using stage = await openStage();
  const surroundings = recordedSurroundings();
  const done = stage.watch(["--json", "--unit", "q12"], surroundings);
  await eventually("the connection", () => surroundings.lines().length === 1);
  await stage.publish("health", siteHealth());
  await stage.publish("event/motion", motionEvent({ seq: 7 }));
  await stage.publish("event/motion", motionEvent({ seq: 7 }));
  await stage.publish("event/motion", motionEvent({ seq: 9 }));
  await eventually("the last event", () => surroundings.lines().length === 5);
  surroundings.stop();

  expect(await done).toBe(0);
  const [connected, health, first, again, last] = surroundings.lines().map((line) => JSON.parse(line));
  expect(connected).toMatchObject({ kind: "connected", protocol: "3.1.1", refused: [] });
  expect(health).toMatchObject({ kind: "health", unit: "q12", site: "cho-moi", health: siteHealth() });
  expect(first).toMatchObject({ kind: "event", missing: 0, event: motionEvent({ seq: 7 }) });
  expect(again).toMatchObject({ kind: "duplicates", count: 1 });
  expect(last).toMatchObject({ kind: "event", missing: 1, event: motionEvent({ seq: 9 }) });
});

test("watch comes back by itself when the broker does", async () => {
  await using stage = await openStage();
  const surroundings = recordedSurroundings();
  const done = stage.watch(["--json"], surroundings);
  const kinds = () => surroundings.lines().map((line) => JSON.parse(line).kind);
  await eventually("the connection", () => kinds().includes("connected"));
  await stage.broker.goAway();
  await eventually("the loss", () => kinds().includes("disconnected"));
  await stage.broker.comeBack();
  await eventually("the connection again", () => kinds().at(-1) === "connected");
  surroundings.stop();
  expect(await done).toBe(0);
});

test("watch draws one live screen in a terminal and gives the terminal back", async () => {
  await using stage = await openStage();
  await stage.publish("state", online, true);
  await stage.publish("info", info, true);
  await stage.publish("camera/gate", deadGate, true);
  const surroundings = recordedSurroundings({ stdoutIsTTY: true, env: { NO_COLOR: "1" } });
  const done = stage.watch(["--lang", "vi"], surroundings);
  await eventually("the camera", () => surroundings.written().includes("CAM-501"));
  surroundings.stop();
  expect(await done).toBe(0);
  const screen = surroundings.written();
  expect(screen.startsWith("\x1b[?1049h\x1b[H\x1b[?25l")).toBe(true);
  expect(screen.endsWith("\x1b[?25h\x1b[?1049l")).toBe(true);
  expect(screen).toContain("CAM-501 Camera có mô tả luồng nhưng");
  expect(screen).toContain("Xã Chợ Mới");
  expect(screen).toContain("0/1");
});

test("a narrow terminal still shows how the connection is", async () => {
  await using stage = await openStage();
  const { columns } = process.stdout;
  process.stdout.columns = 40;
  try {
    const surroundings = recordedSurroundings({ stdoutIsTTY: true, env: { NO_COLOR: "1" } });
    const done = stage.watch(["--lang", "en"], surroundings);
    await eventually("the connection", () => surroundings.written().includes("● connected"));
    surroundings.stop();
    expect(await done).toBe(0);
  } finally {
    process.stdout.columns = columns;
  }
});

test("watch takes a password only from a private file, and never repeats what is in it", async () => {
  using folder = temporaryFolder();
  const file = folder.file("login.yaml");
  const run = async () => {
    const surroundings = recordedSurroundings();
    const code = await runCommand(
      "watch",
      command,
      ["--broker", "mqtt://127.0.0.1:1", "--credential-file", file, "--lang", "en"],
      surroundings,
    );
    return { code, errors: surroundings.errors() };
  };
  writeFileSync(file, "username: unit\npassword: geheim\n", { mode: 0o600 });
  chmodSync(file, 0o644);
  expect(await run()).toEqual({
    code: 3,
    errors: `${file} can be read by others; make it private: chmod 600 ${file}\n`,
  });
  chmodSync(file, 0o600);
  writeFileSync(file, "unit: geheim\n");
  expect(await run()).toEqual({ code: 3, errors: `${file} must hold \`username:\` and \`password:\`\n` });
});

test("watch refuses an address that is none and a unit that is no code", async () => {
  const run = async (...args: string[]) => {
    const surroundings = recordedSurroundings();
    const code = await runCommand("watch", command, [...args, "--lang", "en"], surroundings);
    return [code, surroundings.errors()];
  };
  const see = "See `camera-agent watch --help`.\n";
  expect(await run()).toEqual([
    2,
    `camera-agent watch: --broker is missing; for instance: --broker mqtts://broker.example\n${see}`,
  ]);
  expect(await run("--broker", "http://x")).toEqual([
    2,
    `camera-agent watch: --broker http://x: expected mqtt://host[:port] or mqtts://host[:port], nothing more\n${see}`,
  ]);
  const [, told] = await run("--broker", "mqtt://admin:hunter2@x");
  expect(told).toContain("--broker mqtt://…@x: expected");
  expect(await run("--broker", "mqtt://x", "--unit", "+")).toEqual([
    2,
    `camera-agent watch: --unit is no code of a unit: +\n${see}`,
  ]);
});
