import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface PublishSeen {
  readonly topic: string;
  readonly payload: Buffer;
}

export interface BrokerScript {
  /** Reason code of the CONNACK to a client of this level (4 is 3.1.1, 5 is 5); 0 takes it. */
  readonly connack?: (level: number) => number;
  /** Reason code of the PUBACK; only MQTT 5 has one. */
  readonly puback?: (publish: PublishSeen) => number;
  /** Receive Maximum that it announces. */
  readonly receiveMaximum?: number;
}

/** A broker that answers with the very reason codes that it is told to, and delivers nothing to anybody. */
export interface ScriptedBroker extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** CONNECT packets answered. */
  readonly connects: number;
}

const TYPE = { connect: 1, publish: 3, subscribe: 8, unsubscribe: 10, ping: 12 } as const;

export async function startScriptedBroker(script: BrokerScript = {}): Promise<ScriptedBroker> {
  const sockets = new Set<Socket>();
  let connects = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    let level = 5;
    let rest: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let packet = readPacket(rest); packet; packet = readPacket(rest)) {
        rest = rest.subarray(packet.length);
        answer(packet.header, packet.body);
      }
    });
    const answer = (header: number, body: Buffer) => {
      const type = header >> 4;
      if (type === TYPE.connect) {
        // After the name "MQTT".
        level = body[6] ?? 5;
        connects += 1;
        const code = script.connack?.(level) ?? 0;
        socket.write(connack(level, code, script.receiveMaximum));
        if (code !== 0) socket.end();
      } else if (type === TYPE.publish) {
        const { topic, id, payload } = readPublish(header, body, level);
        if (id) socket.write(puback(id, level, script.puback?.({ topic, payload }) ?? 0));
      } else if (type === TYPE.subscribe || type === TYPE.unsubscribe) {
        const id = body.subarray(0, 2);
        const packet = type === TYPE.subscribe ? 0x90 : 0xb0;
        const properties = level === 5 ? [0] : [];
        const codes = Array.from({ length: filtersIn(body, type, level) }, () => 0);
        const [granted] = [type === TYPE.unsubscribe && level === 4 ? [] : codes];
        socket.write(
          Buffer.from([packet, 2 + properties.length + granted.length, ...id, ...properties, ...granted]),
        );
      } else if (type === TYPE.ping) socket.write(Buffer.from([0xd0, 0]));
    };
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    get connects() {
      return connects;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** One whole packet at the beginning of `bytes`, if there is one. `length`: with its fixed header. */
function readPacket(bytes: Buffer) {
  const size = readVariable(bytes, 1);
  if (!size || bytes.length < size.next + size.value) return undefined;
  const length = size.next + size.value;
  return { header: bytes[0] ?? 0, body: bytes.subarray(size.next, length), length };
}

/** Variable byte integer (MQTT 5, section 1.5.5). */
function readVariable(bytes: Buffer, from: number): { value: number; next: number } | undefined {
  let value = 0;
  for (let at = from; at < from + 4; at++) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 128 ** (at - from);
    if (byte < 0x80) return { value, next: at + 1 };
  }
  throw new Error("a length of more than four bytes");
}

function afterProperties(body: Buffer, at: number, level: number): number {
  if (level !== 5) return at;
  const size = readVariable(body, at);
  return size ? size.next + size.value : at;
}

function readPublish(header: number, body: Buffer, level: number) {
  const nameEnd = 2 + body.readUInt16BE(0);
  const topic = body.toString("utf8", 2, nameEnd);
  const acknowledged = (header & 0x06) !== 0;
  const id = acknowledged ? body.subarray(nameEnd, nameEnd + 2) : undefined;
  const payload = body.subarray(afterProperties(body, nameEnd + (acknowledged ? 2 : 0), level));
  return { topic, id, payload };
}

function filtersIn(body: Buffer, type: number, level: number): number {
  let filters = 0;
  const options = type === TYPE.subscribe ? 1 : 0;
  for (let at = afterProperties(body, 2, level); at < body.length; filters++)
    at += 2 + body.readUInt16BE(at) + options;
  return filters;
}

function connack(level: number, code: number, receiveMaximum?: number): Buffer {
  if (level !== 5) return Buffer.from([0x20, 2, 0, code]);
  if (receiveMaximum === undefined) return Buffer.from([0x20, 3, 0, code, 0]);
  return Buffer.from([0x20, 6, 0, code, 3, 0x21, receiveMaximum >> 8, receiveMaximum & 0xff]);
}

function puback(id: Buffer, level: number, code: number): Buffer {
  return level === 5 ? Buffer.from([0x40, 3, ...id, code]) : Buffer.from([0x40, 2, ...id]);
}
