import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { uptime } from "node:os";
import { expect, test } from "vitest";
import { runCommand } from "../../agent/cli/dispatch.ts";
import { command } from "../../agent/cli/status.ts";
import { fault } from "../../agent/model/fault.ts";
import type { AgentStatus } from "../../agent/model/status.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { cameraStatus, siteHealth } from "../fakes/wire-samples.ts";

const bootid = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();

function agentStatus(changes: Partial<AgentStatus> = {}): AgentStatus {
  return {
    pid: process.pid,
    version: "0.1.0",
    startedAt: "2026-11-24T00:00:00.000Z",
    writtenAt: "2026-11-24T01:00:00.000Z",
    uptimeSeconds: uptime(),
    site: { id: "cho-moi", name: "Xã Chợ Mới" },
    unit: { id: "q12", name: "Công an quận 12" },
    health: siteHealth({ bootid }),
    cameras: [
      cameraStatus({ id: "gate", name: "Cổng chợ" }),
      cameraStatus({ id: "yard", name: "Sân trường" }),
    ],
    ...changes,
  };
}

async function run(content: AgentStatus | string | undefined, ...args: string[]) {
  using folder = temporaryFolder();
  const file = folder.file("status.json");
  if (content !== undefined)
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  const surroundings = recordedSurroundings();
  const code = await runCommand("status", command, ["--file", file, "--lang", "en", ...args], surroundings);
  return { code, said: surroundings.written(), file };
}

/** A process id that was someone's and is no one's now. */
function endedPid(): number {
  return spawnSync("/bin/true").pid;
}

test("status says that everything is fine, and exits with 0", async () => {
  const { code, said } = await run(agentStatus());
  expect(code).toBe(0);
  expect(said).toContain("● Everything is fine.");
  expect(said).toContain("usable cameras   2/2");
  expect(said).toContain("H.264 1920×1080 12.5 fps 1024 kbit/s");
  expect(said).not.toContain("\x1b");
});

test("status shows problems first, each with its cause, what was seen and what to do next", async () => {
  const dead = cameraStatus({
    id: "yard",
    name: "Sân trường",
    state: "offline",
    usable: false,
    rung: "port",
    cause: "port-closed",
    code: "CAM-201",
    evidence: fault("port-closed", "connect ECONNREFUSED 192.168.1.20:80").evidence,
  });
  const { code, said } = await run(
    agentStatus({
      cameras: [cameraStatus({ id: "gate", name: "Cổng chợ" }), dead],
      health: siteHealth({
        bootid,
        clockSynced: false,
        uplink: { ...siteHealth().uplink, connectedSince: null, lastEnd: inOne("connect ECONNREFUSED") },
      }),
    }),
  );
  expect(code).toBe(1);
  const order = [
    "Needs attention",
    "✖ No connection to the monitoring unit",
    "Seen: connect ECONNREFUSED",
    "✖ The box's clock is not synchronised.",
    "✖ offline  Sân trường  yard",
    "CAM-201 The device is on, but refuses connections on this port.",
    "Seen: connect ECONNREFUSED 192.168.1.20:80",
    "Next: Check the port number in the configuration",
    "● healthy  Cổng chợ",
  ].map((words) => said.indexOf(words));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

const inOne = (text: string) => ({ en: text, vi: text });

test("a broker that refuses the site is not taken for a line that is down", async () => {
  for (const lastEnd of ["CONNACK 0x87 Not authorized", "DISCONNECT 0x8e Session taken over"]) {
    const uplink = { ...siteHealth().uplink, connectedSince: null, lastEnd: inOne(lastEnd) };
    const { said } = await run(agentStatus({ health: siteHealth({ bootid, uplink }) }));
    expect(said).toContain(
      `✖ The unit's broker refuses this site; events are kept and sent later.\n  Seen: ${lastEnd}`,
    );
    expect(said).toContain("Next: Check the broker's login and certificate");
  }
});

test("what a stream lost and a camera that comes and goes are told in words", async () => {
  const { stream } = cameraStatus({ id: "gate" });
  if (!stream) throw new Error("the sample has no stream");
  const cameras = [
    cameraStatus({ id: "gate", stream: { ...stream, packetsLost: 4 } }),
    cameraStatus({ id: "yard", state: "offline", usable: false, flapping: true }),
  ];
  const english = (await run(agentStatus({ cameras }))).said;
  expect(english).toContain("4 packets lost, H.264 1920×1080 12.5 fps");
  expect(english).toContain("✖ offline, flapping");
  const vietnamese = (await run(agentStatus({ cameras }), "--lang", "vi")).said;
  expect(vietnamese).toContain("mất 4 gói tin, H.264 1920×1080 12.5");
  expect(vietnamese).toContain("✖ Mất kết nối, chập chờn");
});

test("cameras under maintenance are no problem, flapping ones are", async () => {
  const kept = cameraStatus({ id: "yard", state: "maintenance", usable: false });
  expect((await run(agentStatus({ cameras: [kept] }))).code).toBe(0);
  expect((await run(agentStatus({ cameras: [{ ...kept, state: "online", flapping: true }] }))).code).toBe(1);
});

test("a disk that the unit hides from the agent is told with what shows it", async () => {
  const health = siteHealth({ bootid, disks: [{ mount: "/home/ghi", hidden: true, error: "hidden" }] });
  const unwrapped = async (language: string) =>
    (await run(agentStatus({ health }), "--lang", language)).said.replaceAll(/\s+/g, " ");
  expect(await unwrapped("en")).toContain("✖ The agent cannot see the disk at /home/ghi:");
  expect(await unwrapped("vi")).toContain("✖ Phần mềm không nhìn thấy ổ ở /home/ghi:");
  for (const language of ["en", "vi"]) expect(await unwrapped(language)).toContain("ProtectHome=read-only");
});

test("a full or read-only disk, a hot box and a backlog are problems", async () => {
  const problems = async (changes: Parameters<typeof siteHealth>[0]) => {
    const { code, said } = await run(agentStatus({ health: siteHealth({ bootid, ...changes }) }), "--json");
    return [code, JSON.parse(said).problems];
  };
  expect(await problems({ disks: [{ mount: "/data", totalBytes: 1_000, freeBytes: 19 }] })).toEqual([
    1,
    [{ kind: "disk-full", mount: "/data", freePercent: 1 }],
  ]);
  expect(await problems({ disks: [{ mount: "/data", readOnly: true }] })).toEqual([
    1,
    [{ kind: "disk-read-only", mount: "/data" }],
  ]);
  expect(await problems({ disks: [{ mount: "/home", hidden: true, error: "hidden" }] })).toEqual([
    1,
    [{ kind: "disk-hidden", mount: "/home" }],
  ]);
  expect(await problems({ temperatureCelsius: 91.4 })).toEqual([1, [{ kind: "hot", celsius: 91 }]]);
  const journal = {
    ...siteHealth().journal,
    undelivered: 5_000,
    oldestUndelivered: "2026-11-24T00:10:00.000Z",
  };
  expect(await problems({ journal })).toEqual([
    1,
    [{ kind: "waiting", events: 5_000, oldest: "2026-11-24T00:10:00.000Z" }],
  ]);
  expect(await problems({ journal: { ...journal, undelivered: 3 } })).toEqual([0, []]);
  expect(await problems({ journal: { ...journal, undelivered: 3, refused: 4 } })).toEqual([
    1,
    [{ kind: "not-recorded", events: 4 }],
  ]);
  const gone = { events: 12, reason: "size", at: "2026-11-24T00:10:00.000Z" } as const;
  expect(await problems({ journal: { ...siteHealth().journal, diskFull: true, gone } })).toEqual([
    1,
    [{ kind: "journal-disk-full" }, { kind: "events-gone", ...gone }],
  ]);
});

test("without a status file the agent is not running, and status says how to start it", async () => {
  const { code, said, file } = await run(undefined);
  expect(code).toBe(3);
  expect(said).toContain("✖ The agent is not running.");
  expect(said).toContain(`There is no status file ${file}.`);
  expect(said).toContain("systemctl start camera-agent");
});

test("a file whose process has ended is not taken for a running agent", async () => {
  const pid = endedPid();
  const { code, said } = await run(agentStatus({ pid }));
  expect(code).toBe(3);
  expect(said).toContain(`Process ${pid} has ended; it last wrote at 08:00:00 24/11/2026.`);
});

test("a file from before the last boot is not believed, whoever has its process id now", async () => {
  const { code, said } = await run(agentStatus({ health: siteHealth({ bootid: "another-boot" }) }));
  expect(code).toBe(3);
  expect(said).toContain("The box was restarted");
});

test("an agent that has written nothing for long hangs, whatever the wall clock says", async () => {
  const now = new Date().toISOString();
  const silent = agentStatus({ uptimeSeconds: uptime() - 95, writtenAt: now });
  const { code, said } = await run(silent);
  expect(code).toBe(1);
  expect(said).toContain("✖ The agent has said nothing for 1 min: it hangs.");
  const steppedClock = agentStatus({ uptimeSeconds: uptime() - 2, writtenAt: "2011-01-01T00:00:00.000Z" });
  expect((await run(steppedClock)).code).toBe(0);
});

test("a damaged file says nothing about the agent, and status says how to get a new one", async () => {
  for (const content of ["{half", "", "[]", "{}", JSON.stringify({ ...agentStatus(), pid: "x" })]) {
    const { code, said, file } = await run(content);
    expect(code, content).toBe(3);
    expect(said).toBe(
      [
        "? It cannot be told how the agent is.",
        `  The status file ${file} is damaged.`,
        "  Have the agent write it anew: systemctl restart camera-agent",
        "",
      ].join("\n"),
    );
  }
  expect(JSON.parse((await run("{half", "--json")).said)).toEqual({
    running: null,
    presence: { kind: "unknown", why: "damaged" },
  });
});

test("a file of another version names both versions, and what to do", async () => {
  const { code, said, file } = await run(
    JSON.stringify({ ...agentStatus(), version: "9.0.0", satellites: 12 }),
  );
  expect(code).toBe(3);
  expect(said).toContain(`The status file ${file} was written by camera-agent 9.0.0; this one is 0.1.0.`);
  expect(said).toContain("systemctl restart camera-agent");
  const vietnamese = (await run(JSON.stringify({ version: "9.0.0" }), "--lang", "vi")).said;
  expect(vietnamese).toContain("do camera-agent 9.0.0 ghi; đây là 0.1.0.");
  const strange = (await run(JSON.stringify({ version: "\u001b[31m9" }))).said;
  expect(strange).not.toContain("\u001b");
});

test("a file that cannot be read is not taken for an agent that does not run", async () => {
  using folder = temporaryFolder();
  const surroundings = recordedSurroundings();
  const args = ["--file", folder.path, "--lang", "en"];
  expect(await runCommand("status", command, args, surroundings)).toBe(3);
  expect(surroundings.written()).toContain(
    `? It cannot be told how the agent is.\n  ${folder.path} is not a file`,
  );
  expect(surroundings.written()).not.toContain("is not running");
  const long = await run("x".repeat(20_000_000));
  expect(long.code).toBe(3);
  expect(long.said).toContain("is larger than");
});

test("a wrong configuration says where the running agent can be seen all the same", async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.file("config.yaml"), "site: 1\n");
  const surroundings = recordedSurroundings();
  const args = ["--config", folder.file("config.yaml"), "--lang", "en"];
  expect(await runCommand("status", command, args, surroundings)).toBe(2);
  expect(surroundings.errors()).toContain("config.yaml:1:7 site: found 1");
  expect(surroundings.errors()).toContain(
    "The running agent is shown all the same by: camera-agent status --file /run/camera-agent/status.json\n",
  );
});

test("status --json gives the file as it is, with what was concluded from it", async () => {
  const status = agentStatus();
  const { code, said } = await run(status, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(said)).toEqual({
    running: true,
    presence: { kind: "running", ageSeconds: 0 },
    problems: [],
    status,
  });
  expect(JSON.parse((await run(undefined, "--json")).said)).toEqual({
    running: false,
    presence: { kind: "absent" },
  });
});
