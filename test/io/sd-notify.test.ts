import { expect, test } from "vitest";
import { openSystemdNotify } from "../../agent/io/sd-notify.ts";
import { eventually } from "../fakes/eventually.ts";
import { openNotifySocket } from "../fakes/notify-socket.ts";

const log = { warn: () => expect.unreachable("systemd-notify failed") };

test("systemd is told each assignment, in order, by systemd's own tool", async () => {
  await using socket = await openNotifySocket();
  const notify = openSystemdNotify({ ...process.env, NOTIFY_SOCKET: socket.path }, log);
  await notify.send("READY=1", "STATUS=64 camera, 63 dùng được");
  await notify.send("WATCHDOG=1");
  await eventually("three assignments", () => socket.received.length === 3);
  expect(socket.received).toEqual(["READY=1", "STATUS=64 camera, 63 dùng được", "WATCHDOG=1"]);
});

test("the watchdog is fed at half of the unit's time, and only by the process it watches", () => {
  const every = (environment: NodeJS.ProcessEnv) => openSystemdNotify(environment, log).watchdogEvery;
  const unit = { NOTIFY_SOCKET: "/run/x", WATCHDOG_USEC: "60000000" };
  expect(every({ ...unit, WATCHDOG_PID: String(process.pid) })).toBe(30_000);
  expect(every({ ...unit, WATCHDOG_PID: "1" })).toBeUndefined();
  expect(every({ NOTIFY_SOCKET: "/run/x" })).toBeUndefined();
  expect(every({ WATCHDOG_USEC: "60000000" })).toBeUndefined();
});

test("outside of systemd nothing is sent, and a systemd that does not listen is only a warning", async () => {
  await openSystemdNotify({}, log).send("READY=1");
  const warnings: object[] = [];
  const gone = openSystemdNotify(
    { ...process.env, NOTIFY_SOCKET: "/no/such/socket" },
    { warn: (fields) => void warnings.push(fields) },
  );
  await gone.send("READY=1");
  expect(warnings).toHaveLength(1);
});
