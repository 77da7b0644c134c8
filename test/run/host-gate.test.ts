import { expect, test } from "vitest";
import { configSchema } from "../../agent/model/config.ts";
import { HostGates, RequestGate } from "../../agent/run/host-gate.ts";
import { TestClock } from "../fakes/test-clock.ts";

const { health } = configSchema.parse({
  site: { id: "s", name: "s" },
  unit: { id: "u", name: "u" },
  broker: { url: "mqtt://broker" },
});
const login = { username: "admin", password: "a&b" };
const never = new AbortController().signal;
const makeGate = (clock = new TestClock()) => ({ clock, gate: new RequestGate(clock, () => health) });

test("a host gets no more requests at once than configured, in the order they came", async () => {
  const { gate } = makeGate();
  gate.accepted(login, "http");
  const order: number[] = [];
  const finish: (() => void)[] = [];
  const requests = [0, 1, 2, 3].map((n) =>
    gate.request(never, () => {
      order.push(n);
      return new Promise<void>((resolve) => finish.push(resolve));
    }),
  );
  await Promise.resolve();
  expect(order).toEqual([0, 1]);
  finish[1]?.();
  await requests[1];
  await Promise.resolve();
  expect(order).toEqual([0, 1, 2]);
  finish[0]?.();
  finish[2]?.();
  await Promise.all([requests[0], requests[2]]);
  finish[3]?.();
  await requests[3];
  expect(order).toEqual([0, 1, 2, 3]);
});

test("until a login was accepted on the host, requests go one at a time, so that a wrong password is tried once", async () => {
  const { gate } = makeGate();
  let tries = 0;
  const channel = () =>
    gate.request(never, async () => {
      if (gate.refusal(login, "http")) return;
      tries += 1;
      await Promise.resolve();
      gate.rejected(login, "401", "http");
    });
  await Promise.all(Array.from({ length: 16 }, channel));
  expect(tries).toBe(1);

  const running: (() => void)[] = [];
  const requests = [0, 1, 2].map(() =>
    gate.request(never, () => new Promise<void>((resolve) => running.push(resolve))),
  );
  await Promise.resolve();
  expect(running).toHaveLength(1);
  gate.accepted({ ...login, password: "right" }, "http");
  await Promise.resolve();
  expect(running).toHaveLength(2);
  for (const finish of running) finish();
  await requests[0];
  running[2]?.();
  await Promise.all(requests);
});

test("one who gives up waiting takes no slot and one whose work throws gives it back", async () => {
  const { gate } = makeGate();
  gate.accepted(login, "http");
  const finish: (() => void)[] = [];
  const slow = () => gate.request(never, () => new Promise<void>((resolve) => finish.push(resolve)));
  const running = [slow(), slow()];
  const impatient = new AbortController();
  const given = gate.request(impatient.signal, async () => expect.unreachable());
  impatient.abort(new Error("enough"));
  await expect(given).rejects.toThrow("enough");
  for (const one of finish) one();
  await Promise.all(running);
  await expect(gate.request(never, () => Promise.reject(new Error("bug")))).rejects.toThrow("bug");
  await expect(Promise.all([1, 2].map((n) => gate.request(never, async () => n)))).resolves.toEqual([1, 2]);
});

test("no more work goes on outside of slots than there are slots: the next leaves when one of them is done", async () => {
  const { gate } = makeGate();
  gate.accepted(login, "http");
  const began: number[] = [];
  const finish: (() => void)[] = [];
  const leaves: (() => void)[] = [];
  const requests = [0, 1, 2, 3, 4, 5].map((n) =>
    gate.request(never, (leave) => {
      began.push(n);
      leaves.push(leave);
      return new Promise<void>((resolve) => finish.push(resolve));
    }),
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const settledBegan = async () => {
    await settle();
    return began.length;
  };
  expect(await settledBegan()).toBe(2);
  leaves[0]?.();
  leaves[1]?.();
  expect(await settledBegan()).toBe(4);
  leaves[2]?.();
  leaves[2]?.();
  leaves[3]?.();
  expect(await settledBegan()).toBe(4);
  finish[0]?.();
  expect(await settledBegan()).toBe(5);
  finish[3]?.();
  expect(await settledBegan()).toBe(6);
  finish[1]?.();
  finish[2]?.();
  for (const end of finish.slice(4)) end();
  await Promise.all(requests);
  await expect(Promise.all([1, 2].map((n) => gate.request(never, async () => n)))).resolves.toEqual([1, 2]);
});

test("who only waits leaves its slot to the next one, once; where no login was accepted yet it keeps it", async () => {
  const { gate } = makeGate();
  const began: number[] = [];
  const finish: (() => void)[] = [];
  const leaves: (() => void)[] = [];
  const requests = [0, 1, 2, 3, 4].map((n) =>
    gate.request(never, (leave) => {
      began.push(n);
      leaves.push(leave);
      return new Promise<void>((resolve) => finish.push(resolve));
    }),
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  leaves[0]?.();
  await settle();
  expect(began).toEqual([0]);
  gate.accepted(login, "http");
  await settle();
  expect(began).toEqual([0, 1]);
  leaves[0]?.();
  leaves[0]?.();
  await settle();
  expect(began).toEqual([0, 1, 2]);
  finish[0]?.();
  await requests[0];
  await settle();
  expect(began).toEqual([0, 1, 2]);
  finish[1]?.();
  await settle();
  expect(began).toEqual([0, 1, 2, 3]);
  for (let next = 2; next < 5; next++) {
    finish[next]?.();
    await requests[next];
    await settle();
  }
  expect(began).toHaveLength(5);
});

test("one refused login is not tried again on that host for 35 minutes", async () => {
  const { clock, gate } = makeGate();
  expect(gate.refusal(login, "http")).toBeUndefined();
  expect(gate.rejected(login, "401 to DESCRIBE", "http").cause).toBe("login-rejected");
  await clock.advance(34 * 60_000);
  expect(gate.refusal(login, "http")).toEqual({
    cause: "login-rejected",
    evidence: {
      en: "401 to DESCRIBE; not tried again for 1 min",
      vi: "401 to DESCRIBE; 1 phút nữa mới thử lại",
    },
  });
  await clock.advance(60_000);
  expect(gate.refusal(login, "http")).toBeUndefined();
});

test("a changed password is tried at once", () => {
  const { gate } = makeGate();
  gate.rejected(login, "401", "http");
  expect(gate.refusal({ ...login, password: "other" }, "http")).toBeUndefined();
});

test("a 401 soon after a success is a busy camera, twice; the third in a row is a wrong password", async () => {
  const { clock, gate } = makeGate();
  gate.accepted(login, "http");
  expect(gate.rejected(login, "401", "http").cause).toBe("login-busy");
  await clock.advance(60_000);
  expect(gate.refusal(login, "http")).toBeUndefined();
  expect(gate.rejected(login, "401", "http").cause).toBe("login-busy");
  expect(gate.refusal(login, "http")?.cause).toBe("login-busy");
  await clock.advance(120_000);
  expect(gate.rejected(login, "401", "http").cause).toBe("login-rejected");
  expect(gate.refusal(login, "http")?.cause).toBe("login-rejected");
});

test("refusals of requests that were under way together are one", async () => {
  const { clock, gate } = makeGate();
  gate.accepted(login, "http");
  const causes = [1, 2, 3, 4].map(() => gate.rejected(login, "401", "http").cause);
  expect(causes).toEqual(["login-busy", "login-busy", "login-busy", "login-busy"]);
  await clock.advance(60_000);
  expect(gate.refusal(login, "http")).toBeUndefined();
  expect(gate.rejected(login, "401", "http").cause).toBe("login-busy");
  await clock.advance(120_000);
  expect(gate.rejected(login, "401", "http").cause).toBe("login-rejected");
});

test("a success forgives what was before it", async () => {
  const { clock, gate } = makeGate();
  gate.accepted(login, "http");
  gate.rejected(login, "401", "http");
  await clock.advance(60_000);
  gate.accepted(login, "http");
  expect(gate.rejected(login, "401", "http").cause).toBe("login-busy");
});

test("a login that ONVIF takes and RTSP refuses is told to be wrong for RTSP, and ONVIF goes on", async () => {
  const { clock, gate } = makeGate();
  const causes: string[] = [];
  for (const minutes of [1, 2, 35]) {
    gate.accepted(login, "http");
    expect(gate.refusal(login, "rtsp")).toBeUndefined();
    causes.push(gate.rejected(login, "401 to DESCRIBE", "rtsp").cause);
    gate.accepted(login, "http");
    expect(gate.refusal(login, "http")).toBeUndefined();
    expect(gate.refusal(login, "rtsp")?.evidence.en).toContain(`not tried again for ${minutes} min`);
    await clock.advance(minutes * 60_000);
  }
  expect(causes).toEqual(["login-busy", "login-busy", "login-rejected"]);
});

test("a password that was changed on the camera is tried three times in all, whatever the services", async () => {
  const { clock, gate } = makeGate();
  gate.accepted(login, "http");
  gate.accepted(login, "rtsp");
  let tries = 0;
  for (let minute = 0; minute < 30; minute++) {
    for (const service of ["http", "rtsp"] as const) {
      if (gate.refusal(login, service)) continue;
      tries += 1;
      gate.rejected(login, "401", service);
    }
    await clock.advance(60_000);
  }
  expect(tries).toBe(3);
});

test("a login that was refused by one service is not tried on another that has not taken it", () => {
  const { gate } = makeGate();
  gate.rejected(login, "401", "http");
  expect(gate.refusal(login, "rtsp")?.cause).toBe("login-rejected");
});

const onvifCamera = (id: string, address: string) => ({ id, driver: "onvif", address }) as const;
const rtspCamera = (id: string, stream: string) => ({ id, driver: "rtsp", stream }) as const;

test("channels of one recorder share a gate, another host has its own", () => {
  const gates = new HostGates(new TestClock(), () => health);
  gates.of(onvifCamera("c1", "NVR.local")).rejected(login, "401", "http");
  expect(gates.of(onvifCamera("c2", "nvr.local:80")).refusal(login, "http")).toBeDefined();
  expect(gates.of(onvifCamera("c3", "192.168.1.9")).refusal(login, "http")).toBeUndefined();

  gates.of(rtspCamera("r1", "rtsp://DVR.local/1")).rejected(login, "401", "rtsp");
  expect(gates.of(rtspCamera("r2", "rtsp://dvr.local:554/2")).refusal(login, "rtsp")).toBeDefined();
  gates.of(onvifCamera("s1", "https://cam.local")).rejected(login, "401", "http");
  expect(gates.of(onvifCamera("s2", "https://cam.local:443")).refusal(login, "http")).toBeDefined();
});

test("cameras behind one address on ports of their own share neither slots nor refusals", async () => {
  const gates = new HostGates(new TestClock(), () => health);
  const one = gates.of(onvifCamera("one", "203.0.113.7:8001"));
  const two = gates.of(onvifCamera("two", "203.0.113.7:8002"));
  one.rejected(login, "401", "http");
  expect(two.refusal(login, "http")).toBeUndefined();
  const running: string[] = [];
  void one.request(never, () => new Promise(() => running.push("one")));
  await two.request(never, async () => running.push("two"));
  expect(running).toEqual(["one", "two"]);
});

test("a login that another camera's look found wrong says whose, by what and when", async () => {
  const clock = new TestClock();
  const gates = new HostGates(clock, () => health);
  const first = gates.of(onvifCamera("cong-uy-ban", "nvr"));
  first.rejected(login, "401 to DESCRIBE", "rtsp");
  await clock.advance(5 * 60_000);
  expect(first.refusal(login, "rtsp")?.evidence.en).toBe("401 to DESCRIBE; not tried again for 30 min");
  expect(first.refusal(login, "http")?.evidence.en).toBe(
    "RTSP refused it 5 min ago: 401 to DESCRIBE; not tried again for 30 min",
  );
  expect(gates.of(onvifCamera("cho", "nvr")).refusal(login, "rtsp")?.evidence.en).toBe(
    "RTSP refused it at camera cong-uy-ban 5 min ago: 401 to DESCRIBE; not tried again for 30 min",
  );
});

test("a password that was changed on a device with two ports is tried four times in all", async () => {
  const clock = new TestClock();
  const gates = new HostGates(clock, () => health);
  const ports = [onvifCamera("a", "dvr:8899"), rtspCamera("b", "rtsp://dvr/1")].map((camera) =>
    gates.of(camera),
  );
  for (const gate of ports) gate.accepted(login, "rtsp");
  let tries = 0;
  for (let minute = 0; minute < 30; minute++) {
    for (const gate of ports) {
      if (gate.refusal(login, "rtsp")) continue;
      tries += 1;
      gate.rejected(login, "401", "rtsp");
    }
    await clock.advance(60_000);
  }
  expect(tries).toBe(4);
});

test("a camera whose password was always wrong takes no forgiveness from its neighbour behind the same address", () => {
  const gates = new HostGates(new TestClock(), () => health);
  const wrong = gates.of(onvifCamera("a", "203.0.113.7:8001"));
  const right = gates.of(onvifCamera("b", "203.0.113.7:8002"));
  for (let tries = 0; tries < 5; tries++) wrong.rejected(login, "401", "http");
  right.accepted(login, "http");
  expect(right.rejected(login, "401", "http").cause).toBe("login-busy");
});

test("an answer that wanted no login opens all slots of the host", async () => {
  const { gate } = makeGate();
  const running: (() => void)[] = [];
  const requests = [0, 1].map(() =>
    gate.request(never, () => new Promise<void>((resolve) => running.push(resolve))),
  );
  await Promise.resolve();
  expect(running).toHaveLength(1);
  gate.accepted(undefined, "rtsp");
  await Promise.resolve();
  expect(running).toHaveLength(2);
  for (const finish of running) finish();
  await Promise.all(requests);
});
