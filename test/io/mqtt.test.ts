import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Aedes, type AedesOptions } from "aedes";
import { expect, onTestFinished, test } from "vitest";
import { uplinkTexts } from "../../agent/model/messages/uplink.ts";
import type { IncomingMessage } from "../../agent/model/uplink.ts";
import { eventually } from "../fakes/eventually.ts";
import { type MosquittoOptions, startMosquitto } from "../fakes/mosquitto.ts";
import { brokerConfig, connector, endOf, isSession, never, request, sessionOf } from "../fakes/session-of.ts";
import { startTcpProxy } from "../fakes/tcp-proxy.ts";
import { TestClock } from "../fakes/test-clock.ts";
import { subscribeAsUnit } from "../fakes/unit-subscriber.ts";

async function mosquitto(options?: MosquittoOptions) {
  const broker = await startMosquitto(options);
  onTestFinished(() => broker[Symbol.asyncDispose]());
  return broker;
}

async function proxy(port: number) {
  const made = await startTcpProxy(port);
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made;
}

/** A server that does with each connection as it is told. */
async function server(serve: (socket: Socket, count: number) => void) {
  const sockets = new Set<Socket>();
  let count = 0;
  const listening = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    serve(socket, ++count);
  }).listen(0, "127.0.0.1");
  await once(listening, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    listening.close();
  });
  return { url: `mqtt://127.0.0.1:${(listening.address() as AddressInfo).port}`, count: () => count };
}

/** A broker that knows MQTT 3.1.1 only. */
async function aedes(options?: AedesOptions): Promise<string> {
  const broker = await Aedes.createBroker(options);
  onTestFinished(() => new Promise<void>((resolve) => broker.close(() => resolve())));
  return (await server((socket) => broker.handle(socket))).url;
}

const CONNACK_5 = Buffer.from([0x20, 0x03, 0x00, 0x00, 0x00]);
const CONNACK_311 = Buffer.from([0x20, 0x02, 0x00, 0x00]);
/** DISCONNECT of MQTT 5, reason 0x8e. */
const TAKEN_OVER = Buffer.from([0xe0, 0x02, 0x8e, 0x00]);

const message = (topic: string, payload = "{}") => ({ topic, payload, retain: false });
const topic = "cam/v1/unit-1/site-1/event/test";

test("a session speaks MQTT 5, takes the broker's Receive Maximum as its window and publishes", async () => {
  const { url } = await mosquitto({ receiveMaximum: 7, maximumPacketSize: 20_000 });
  const session = await sessionOf(brokerConfig({ url }));
  expect(session.protocol).toBe("5");
  expect(session.window).toBe(7);
  expect(session.maximumBytes).toBeLessThan(20_000);
  expect(session.maximumBytes).toBeGreaterThan(19_900);
  expect(await session.publish(message("a"))).toEqual({ kind: "acknowledged", reasonCode: 0x10 });
  await session.end();
  expect(await session.ended).toEqual({ reason: uplinkTexts.tookLeave });
  expect(await session.publish(message("a"))).toEqual({ kind: "ended" });
});

test("the configured window holds where the broker allows more", async () => {
  const { url } = await mosquitto({ receiveMaximum: 50 });
  const session = await sessionOf(brokerConfig({ url, window: 3 }));
  onTestFinished(() => session.end());
  expect(session.window).toBe(3);
});

test("no more than the broker's Receive Maximum is in flight; each PUBACK lets the next one go", async () => {
  const publishes: Buffer[] = [];
  let acknowledge: (id: Buffer) => void = () => undefined;
  const { url } = await server((socket) => {
    acknowledge = (id) => socket.write(Buffer.from([0x40, 0x02, ...id]));
    socket.once("data", () => {
      // CONNACK with Receive Maximum 5 (property 0x21).
      socket.write(Buffer.from([0x20, 0x06, 0x00, 0x00, 0x03, 0x21, 0x00, 0x05]));
      socket.on("data", (chunk: Buffer) => {
        // Each PUBLISH of topic "x" and one byte: two bytes of header, then seven.
        for (let at = 0; at + 9 <= chunk.length; at += 9) publishes.push(chunk.subarray(at, at + 9));
      });
    });
  });
  const session = await sessionOf(brokerConfig({ url }));
  expect(session.window).toBe(5);
  const outcomes = Array.from({ length: 12 }, () => session.publish(message("x", "1")));
  for (let acknowledged = 0; acknowledged < 12; acknowledged++) {
    await eventually("the window is full", () => publishes.length === Math.min(12, acknowledged + 5));
    await new Promise((resolve) => setImmediate(resolve));
    expect(publishes.length).toBe(Math.min(12, acknowledged + 5));
    acknowledge(publishes[acknowledged]?.subarray(5, 7) ?? Buffer.alloc(2));
    expect(await outcomes[acknowledged]).toEqual({ kind: "acknowledged", reasonCode: 0 });
  }
});

test("a message larger than the broker's Maximum Packet Size is not sent, and the session lives on", async () => {
  const { url } = await mosquitto({ maximumPacketSize: 2_000 });
  const session = await sessionOf(brokerConfig({ url }));
  onTestFinished(() => session.end());
  const payload = "x".repeat(2_000);
  expect(await session.publish(message("t", payload))).toEqual({
    kind: "too-large",
    limit: session.maximumBytes,
  });
  expect(await session.publish(message("t", "x".repeat(session.maximumBytes - 1)))).toMatchObject({
    kind: "acknowledged",
  });
});

test("a PUBACK that refuses is handed out with its reason", async () => {
  const { url } = await mosquitto({ acl: ["topic read #", "topic write allowed/#"] });
  const session = await sessionOf(brokerConfig({ url }), { subscribe: [], onMessage: () => undefined });
  onTestFinished(() => session.end());
  expect(await session.publish(message("denied/a"))).toEqual({
    kind: "refused",
    reasonCode: 0x87,
    reason: "0x87 Not authorized",
  });
});

test("a PUBACK that does not come makes the publish late and ends the session, with the others ended", async () => {
  const { port } = await mosquitto();
  const wire = await proxy(port);
  const clock = new TestClock();
  const session = await sessionOf(brokerConfig({ url: wire.url }), request, { clock });
  wire.stall(true);
  const first = session.publish(message(topic));
  await clock.advance(10_000);
  const second = session.publish(message(topic));
  await clock.advance(19_999);
  await clock.advance(1);
  expect(await first).toEqual({ kind: "late" });
  expect(await second).toEqual({ kind: "ended" });
  expect(await session.ended).toEqual({
    reason: { en: "no PUBACK within 30 s", vi: "máy chủ MQTT không xác nhận (PUBACK) trong 30 giây" },
  });
  expect(clock.waiting).toBe(0);
});

test("a connection that is cut ends the session; every publish in flight or waiting settles", async () => {
  const { port } = await mosquitto({ receiveMaximum: 2 });
  const wire = await proxy(port);
  const session = await sessionOf(brokerConfig({ url: wire.url }));
  wire.stall(true);
  const publishes = Array.from({ length: 10 }, () => session.publish(message(topic)));
  wire.cut();
  expect(await Promise.all(publishes)).toEqual(publishes.map(() => ({ kind: "ended" })));
  expect(await session.ended).toEqual({ reason: uplinkTexts.cut });
});

test("a half-open connection is found by the keep-alive", async () => {
  const { port } = await mosquitto();
  const wire = await proxy(port);
  const session = await sessionOf({ ...brokerConfig({ url: wire.url }), keepalive: 1_000 });
  wire.stall(true);
  expect(await session.ended).toEqual({
    reason: { en: "Keepalive timeout", vi: "máy chủ MQTT không còn trả lời (Keepalive timeout)" },
  });
});

test("the will tells the unit that the agent is gone, retained, when the connection is lost", async () => {
  const { port, url } = await mosquitto();
  const unit = await subscribeAsUnit({ url });
  onTestFinished(() => unit[Symbol.asyncDispose]());
  const wire = await proxy(port);
  const session = await sessionOf(brokerConfig({ url: wire.url, willDelay: "0s" }));
  wire.cut();
  await session.ended;
  await eventually("the will", () => unit.states.some(({ state }) => state === "offline"));
  expect(unit.violations).toEqual([]);
});

test("taking leave keeps the will untold, and is over in time although a PUBACK is missing", async () => {
  const { port, url } = await mosquitto();
  const unit = await subscribeAsUnit({ url });
  onTestFinished(() => unit[Symbol.asyncDispose]());
  const polite = await sessionOf(brokerConfig({ url, willDelay: "0s" }));
  await polite.end();
  const wire = await proxy(port);
  const clock = new TestClock();
  const session = await sessionOf(brokerConfig({ url: wire.url }), request, { clock });
  wire.stall(true);
  const publish = session.publish(message(topic));
  const ended = session.end();
  await clock.advance(1_000);
  await ended;
  expect(await publish).toEqual({ kind: "ended" });
  expect(unit.states).toEqual([]);
});

test("a broker that takes its leave is told with its reason code", async () => {
  const { url } = await server((socket) => {
    socket.once("data", () => {
      socket.write(CONNACK_5);
      socket.once("data", () => socket.write(TAKEN_OVER));
    });
  });
  const session = await sessionOf(brokerConfig({ url }));
  expect(await session.publish(message(topic))).toEqual({ kind: "ended" });
  expect(await session.ended).toEqual({
    reason: {
      en: "DISCONNECT 0x8e Session taken over",
      vi: "máy khác đã đăng nhập bằng cùng mã máy (DISCONNECT 0x8e Session taken over)",
    },
    reasonCode: 0x8e,
  });
});

test("commands come in", async () => {
  const { url } = await mosquitto();
  const received: IncomingMessage[] = [];
  const session = await sessionOf(brokerConfig({ url }), {
    subscribe: ["site/cmd/+"],
    onMessage: (incoming) => received.push(incoming),
  });
  onTestFinished(() => session.end());
  expect(session.refusedSubscriptions).toEqual([]);
  await session.publish(message("site/cmd/ping", "hello"));
  await eventually("the command", () => received.length === 1);
  expect(received[0]).toMatchObject({ topic: "site/cmd/ping", retain: false });
  expect(Buffer.from(received[0]?.payload ?? []).toString()).toBe("hello");
});

test("a filter that the broker refuses is named and does not end the session", async () => {
  const url = await aedes({
    authorizeSubscribe: (_, subscription, answer) =>
      answer(null, subscription.topic === "other/#" ? null : subscription),
  });
  const session = await sessionOf(brokerConfig({ url, protocol: "3.1.1" }), {
    ...request,
    subscribe: ["site/cmd/+", "other/#"],
  });
  onTestFinished(() => session.end());
  expect(session.refusedSubscriptions).toEqual(["other/#: 0x80 Unspecified error"]);
});

test("a refused CONNACK is told in words, with its code and without the password", async () => {
  const { url } = await mosquitto({ lines: ["allow_anonymous false", "password_file /dev/null"] });
  const login = { username: "site-1", password: "do-not-tell" };
  const end = await endOf(brokerConfig({ url }), request, { login });
  expect(end).toEqual({
    reason: { en: "CONNACK 0x87 Not authorized", vi: "không có quyền (CONNACK 0x87 Not authorized)" },
    reasonCode: 0x87,
  });
});

test("nobody listening, a name unknown and a broker that never answers are ends with a reason", async () => {
  expect((await endOf(brokerConfig({ url: "mqtt://127.0.0.1:1" }))).reason.en).toMatch(/ECONNREFUSED/);
  expect((await endOf(brokerConfig({ url: "mqtt://broker.invalid" }))).reason.en).toMatch(
    /ENOTFOUND|EAI_AGAIN/,
  );
  const silent = await server(() => undefined);
  const clock = new TestClock();
  const end = endOf(brokerConfig({ url: silent.url }), request, { clock });
  await eventually("a connection", () => silent.count() === 1);
  await clock.advance(20_000);
  expect(await end).toEqual({
    reason: {
      en: "no CONNACK and SUBACK within 20 s",
      vi: "máy chủ MQTT không trả lời (CONNACK, SUBACK) trong 20 giây",
    },
  });
});

test("told to stop, connecting ends at once", async () => {
  const silent = await server(() => undefined);
  const stop = new AbortController();
  const end = connector(brokerConfig({ url: silent.url }))(request, stop.signal);
  await eventually("a connection", () => silent.count() === 1);
  stop.abort();
  expect(await end).toEqual({ reason: uplinkTexts.toldToStop });
});

test("a broker that sends garbage or a huge packet is left, without collecting it", async () => {
  const garbage = await server((socket) => socket.write(Buffer.from([0x00, 0xff, 0xff, 0xff, 0xff, 0xff])));
  expect((await endOf(brokerConfig({ url: garbage.url }))).reason).not.toBe("");
  const huge = await server((socket) => {
    socket.once("data", () => {
      socket.write(CONNACK_5);
      socket.write(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]));
      const more = () => socket.write(Buffer.alloc(65_536), () => setImmediate(more));
      more();
    });
  });
  const answer = await connector(brokerConfig({ url: huge.url }))(request, never);
  const { reason } = isSession(answer) ? await answer.ended : answer;
  expect(reason.en).toMatch(/^incoming packet larger than/);
});

test("a broker that knows no MQTT 5 gets 3.1.1 at the next connection", async () => {
  const url = await aedes();
  const connect = connector(brokerConfig({ url }));
  const first = await connect(request, never);
  expect(isSession(first)).toBe(false);
  const session = await connect({ ...request, subscribe: ["cmd/#"] }, never);
  if (!isSession(session)) throw new Error(session.reason.en);
  onTestFinished(() => session.end());
  expect(session.protocol).toBe("3.1.1");
  expect(session.window).toBe(100);
  expect(await session.publish(message(topic))).toEqual({ kind: "acknowledged", reasonCode: 0 });
});

test("a broker that closes at a CONNECT of MQTT 5 without a word gets 3.1.1 at the next connection", async () => {
  const versions: number[] = [];
  const { url } = await server((socket) => {
    socket.once("data", (connect: Buffer) => {
      const version = connect[8] ?? 0;
      versions.push(version);
      if (version === 5) socket.end();
      else socket.write(CONNACK_311);
    });
  });
  const connect = connector(brokerConfig({ url }));
  expect(await connect(request, never)).toEqual({ reason: uplinkTexts.cut });
  const session = await connect(request, never);
  expect(isSession(session) && session.protocol).toBe("3.1.1");
  expect(versions).toEqual([5, 4]);
});

test("a broker in the place of one that spoke 5, which closes at 5 without a word, is connected to at once over 3.1.1", async () => {
  const broker = await Aedes.createBroker();
  onTestFinished(() => new Promise<void>((resolve) => broker.close(() => resolve())));
  const levels: number[] = [];
  // As RabbitMQ 3.10 does.
  const { url } = await server((socket) => {
    socket.once("data", (chunk: Buffer) => {
      const level = chunk[8] ?? 0;
      levels.push(level);
      if (level === 5) socket.end();
      else {
        broker.handle(socket);
        socket.unshift(chunk);
      }
    });
  });
  const memory = { spoke5: true };
  const spoke5 = { get: () => memory.spoke5, set: (now: boolean) => Object.assign(memory, { spoke5: now }) };
  const connect = connector(brokerConfig({ url }), { spoke5 });
  const session = await connect(request, never);
  if (!isSession(session)) throw new Error(session.reason.en);
  onTestFinished(() => session.end());
  expect(session.protocol).toBe("3.1.1");
  expect(levels).toEqual([5, 4, 5, 4]);
  expect(memory.spoke5).toBe(false);
});

test("a load balancer that closes at 5 and comes up in the middle of the doubt is connected to over 5", async () => {
  const { port } = await mosquitto();
  let connections = 0;
  const { url } = await server((socket) => {
    connections += 1;
    if (connections === 1) socket.once("data", () => socket.end());
    else {
      const upstream = connect(port, "127.0.0.1");
      upstream.on("error", () => undefined);
      socket.on("close", () => upstream.destroy());
      socket.pipe(upstream).pipe(socket);
    }
  });
  const memory = { spoke5: true };
  const spoke5 = { get: () => memory.spoke5, set: (now: boolean) => Object.assign(memory, { spoke5: now }) };
  const session = await connector(brokerConfig({ url }), { spoke5 })(request, never);
  if (!isSession(session)) throw new Error(session.reason.en);
  onTestFinished(() => session.end());
  expect(session.protocol).toBe("5");
  expect(memory.spoke5).toBe(true);
});

test("a broker that has spoken 5, in this run or an earlier one, is not taken to 3.1.1 by cut connections", async () => {
  const versions: number[] = [];
  const { url } = await server((socket, count) => {
    socket.once("data", (connect: Buffer) => {
      versions.push(connect[8] ?? 0);
      if (count === 1) socket.write(CONNACK_5);
      else socket.end();
    });
  });
  const memory = { spoke5: false };
  const spoke5 = { get: () => memory.spoke5, set: (now: boolean) => Object.assign(memory, { spoke5: now }) };
  const first = await sessionOf(brokerConfig({ url }), request, { spoke5 });
  await first.end();
  expect(memory.spoke5).toBe(true);
  const connect = connector(brokerConfig({ url }), { spoke5 });
  for (let round = 0; round < 3; round++) expect(isSession(await connect(request, never))).toBe(false);
  // Each time it looks whether 3.1.1 fares better, which tells another broker from one that is down.
  expect(versions).toEqual([5, 5, 4, 5, 4, 5, 4]);
  expect(memory.spoke5).toBe(true);
});

test("a fixed protocol version is kept whatever the broker says", async () => {
  const url = await aedes();
  const connect = connector(brokerConfig({ url, protocol: "5" }));
  for (let round = 0; round < 2; round++) {
    const answer = await connect(request, never);
    expect(isSession(answer)).toBe(false);
  }
});
