import { type IClientOptions, type IConnackPacket, MqttClient, UniqueMessageIdProvider } from "mqtt";
import type { Clock } from "../base/clock.ts";
import { deadline, timedOut } from "../base/scope.ts";
import type { Login } from "../model/camera.ts";
import type { BrokerConfig } from "../model/config.ts";
import { compose } from "../model/messages/text.ts";
import { limitWords } from "../model/messages/units.ts";
import { uplinkTexts } from "../model/messages/uplink.ts";
import type { ConnectUplink, UplinkEnd, UplinkRequest, UplinkSession } from "../model/uplink.ts";
import { type Protocol, ProtocolChoice, type Spoke5 } from "./mqtt-protocol.ts";
import { MqttSession } from "./mqtt-session.ts";
import { dial, readTlsFiles } from "./mqtt-socket.ts";
import { EndError, errorWords, packetWords, reasonWords } from "./mqtt-words.ts";

export interface UplinkOptions {
  readonly broker: BrokerConfig;
  /** Used where the broker's configuration names no client id. */
  readonly clientId: string;
  readonly login: Login | undefined;
  readonly clock: Clock;
  /** Of this broker; remembered as long as the closure lives unless told otherwise. */
  readonly spoke5?: Spoke5;
}

/** Largest packet that we take in; commands are far smaller, and larger ones are still refused by name. Bytes. */
const INCOMING_BYTES = 262_144;
/** QoS 1 messages that the broker may have open towards us. */
const INCOMING_WINDOW = 64;
/** Fixed header, length of the topic, packet id and the properties that we use, at their widest. Bytes. */
const PUBLISH_OVERHEAD = 32;
/** Largest remaining length that MQTT can write (section 1.5.5). */
const LARGEST_PACKET = 268_435_455;

/**
 * Retained messages follow the SUBACK, and brokers that keep them on a disk or another node take a while. MQTT names no
 * end of them. No Local of MQTT 5 would spare the echoes of this time, but brokers differ on what it means for retained
 * messages of the same client id in an earlier session, which are those that are wanted: EMQX withholds them.
 */
const FIRST_SUBSCRIPTIONS_MS = 10_000;

const UNSUPPORTED_VERSION = new Set([0x01, 0x84]);

/**
 * The way to the broker over mqtt.js: a new client, and so a new generation of callbacks, for every connection. The
 * closure remembers only which version of MQTT the broker speaks.
 */
export function connectUplink(options: UplinkOptions): ConnectUplink {
  const choice = new ProtocolChoice(options.broker.protocol, options.spoke5 ?? forgetful());
  return async (request, signal) => {
    const files = await readTlsFiles(options.broker);
    if (!files.ok) return { reason: files.error };
    if (signal.aborted) return { reason: uplinkTexts.toldToStop };
    try {
      const attemptWith: AttemptWith = (protocol, asked = request) =>
        attempt(options, choice, protocol, asked, files.value, signal);
      const answer = await attemptWith(choice.next(options.clock.monotonic()));
      return choice.inDoubt ? await tellApart(choice, answer, attemptWith, options.clock) : answer;
    } catch (error) {
      // A PEM file that holds no certificate or no key is found by the TLS library when the socket is made.
      if (error instanceof Error && "code" in error) return { reason: errorWords(error) };
      throw error;
    }
  };
}

type AttemptWith = (protocol: Protocol, asked?: UplinkRequest) => Promise<UplinkSession | UplinkEnd>;

/**
 * A broker that has spoken 5 closed at it: it is down behind its load balancer, which closes at 3.1.1 too, or another
 * one stands in its place. RabbitMQ up to 3.12 closes at 5 without a word.
 */
async function tellApart(
  choice: ProtocolChoice,
  end: UplinkSession | UplinkEnd,
  attemptWith: AttemptWith,
  clock: Clock,
): Promise<UplinkSession | UplinkEnd> {
  const look = await attemptWith("3.1.1", { subscribe: [], onMessage: () => undefined });
  if ("publish" in look) await look.end();
  else if (look.reasonCode === undefined) return end;
  const again = await attemptWith("5");
  if (!choice.inDoubt) return again;
  choice.replaced(clock.monotonic());
  return attemptWith("3.1.1");
}

function forgetful(): Spoke5 {
  let spoke5 = false;
  return {
    get: () => spoke5,
    set(now) {
      spoke5 = now;
    },
  };
}

async function attempt(
  { broker, clientId, login, clock }: UplinkOptions,
  choice: ProtocolChoice,
  protocol: Protocol,
  request: UplinkRequest,
  files: Parameters<typeof dial>[1],
  signal: AbortSignal,
): Promise<UplinkSession | UplinkEnd> {
  choice.begins();
  using limit = deadline(clock, broker.connectTimeout, signal);
  const dialled = dial(broker, files, INCOMING_BYTES);
  const { socket } = dialled;
  // mqtt.js's default ids wrap at 65,535 into ids that are still in flight.
  const ids = new UniqueMessageIdProvider();
  const client = new MqttClient(
    () => socket,
    clientOptions({ broker, clientId, login, protocol, ids, will: request.will }),
  );
  const closing = whyItCloses(client, socket);
  client.on("message", (topic, payload, { retain }) => request.onMessage({ topic, payload, retain }));

  const stop = () =>
    socket.destroy(
      new EndError(
        timedOut(limit.signal)
          ? compose(uplinkTexts.noConnack, { time: limitWords(broker.connectTimeout) })
          : uplinkTexts.toldToStop,
      ),
    );
  limit.signal.addEventListener("abort", stop);
  try {
    const connack = await Promise.race([acknowledged(client), closing.over]);
    if ("reason" in connack) {
      note(choice, protocol, connack, clock.monotonic(), dialled.established() && closing.cut());
      return connack;
    }
    choice.answered(protocol);
    const { subscribe: lasting, subscribeAtFirst: brief = [] } = request;
    const refused = await Promise.race([subscribe(client, [...lasting, ...brief]), closing.over]);
    if ("reason" in refused) return refused;
    if (brief.length > 0) {
      const cancel = clock.after(FIRST_SUBSCRIPTIONS_MS, () => client.unsubscribe([...brief]));
      closing.over.then(cancel);
    }
    const properties = connack.properties ?? {};
    const facts = {
      protocol,
      window: Math.min(broker.window, properties.receiveMaximum ?? 65_535),
      maximumBytes: (properties.maximumPacketSize ?? LARGEST_PACKET) - PUBLISH_OVERHEAD,
      publishTimeout: broker.publishTimeout,
      refusedSubscriptions: refused,
      ids,
    };
    return new MqttSession(client, clock, facts, closing.over);
  } finally {
    limit.signal.removeEventListener("abort", stop);
  }
}

interface Connection {
  readonly broker: BrokerConfig;
  readonly clientId: string;
  readonly login: Login | undefined;
  readonly protocol: Protocol;
  readonly ids: UniqueMessageIdProvider;
  readonly will: UplinkRequest["will"];
}

function clientOptions({ broker, clientId, login, protocol, ids, will }: Connection): IClientOptions {
  const willDelay = Math.round(broker.willDelay / 1_000);
  const delayed = protocol === "5" ? { properties: { willDelayInterval: willDelay } } : {};
  return {
    clientId: broker.clientId ?? clientId,
    ...(login ? { username: login.username, password: login.password } : {}),
    keepalive: Math.max(1, Math.round(broker.keepalive / 1_000)),
    clean: true,
    ...(will ? { will: { ...will, qos: 1, retain: true, ...delayed } } : {}),
    ...(protocol === "5"
      ? {
          protocolVersion: 5,
          // A will waits only while its session lives, so the session must outlive the delay (section 3.1.3.2.2).
          properties: {
            sessionExpiryInterval: willDelay,
            receiveMaximum: INCOMING_WINDOW,
            maximumPacketSize: INCOMING_BYTES,
          },
        }
      : { protocolVersion: 4 }),
    // One client, one connection: mqtt.js neither reconnects nor replays nor times out by itself.
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    connectTimeout: broker.connectTimeout * 2,
    messageIdProvider: ids,
    timerVariant: "native",
    // A timer set anew at every PUBACK costs more than a ping that was not needed.
    reschedulePings: false,
    // The cache is a Buffer for each of 65,536 numbers: 9 MB for nothing.
    writeCache: false,
    log: () => undefined,
  };
}

function acknowledged(client: MqttClient): Promise<IConnackPacket> {
  return new Promise((resolve) => client.once("connect", resolve));
}

/** Subscribes to all; gives those that the broker refused, with its reason. */
async function subscribe(client: MqttClient, topics: readonly string[]): Promise<readonly string[]> {
  if (topics.length === 0) return [];
  return new Promise((resolve) => {
    client.subscribe([...topics], { qos: 1 }, (error, _, packet) => {
      const granted: readonly unknown[] = packet?.granted ?? [];
      if (error && granted.length !== topics.length) return; // The connection is over; that is told elsewhere.
      resolve(
        topics.flatMap((topic, index) => {
          const code = Number(granted[index]);
          return code >= 0x80 ? [`${topic}: ${reasonWords(code)}`] : [];
        }),
      );
    });
  });
}

/** The parser's word for a reason code that a PUBACK cannot have (MQTT 5, section 3.4.2.1), as 0x95. */
const BAD_PUBACK = "Invalid puback reason code";

/** Collects the first word on why the connection ends, and settles when it has. */
function whyItCloses(client: MqttClient, socket: ReturnType<typeof dial>["socket"]) {
  let first: UplinkEnd | undefined;
  let cut = false;
  const over = new Promise<UplinkEnd>((resolve) => {
    client.on("packetreceive", (packet) => {
      if (packet.cmd === "connack") {
        const code = packet.reasonCode ?? packet.returnCode ?? 0;
        if (code !== 0) first ??= { reason: packetWords("CONNACK", code), reasonCode: code };
      }
      if (packet.cmd === "disconnect") {
        const code = packet.reasonCode ?? 0;
        first ??= { reason: packetWords("DISCONNECT", code), reasonCode: code };
        socket.destroy();
      }
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      cut ||= first === undefined && (error.code === "ECONNRESET" || error.code === "EPIPE");
      first ??= { reason: errorWords(error) };
    });
    client.on("error", (error) => {
      first ??= { reason: errorWords(error), ...(error.message === BAD_PUBACK && { atAnswer: true }) };
      socket.destroy();
    });
    socket.on("close", () => {
      cut ||= first === undefined;
      resolve(first ?? { reason: uplinkTexts.cut });
    });
  });
  return { over, cut: () => cut };
}

function note(choice: ProtocolChoice, protocol: Protocol, end: UplinkEnd, now: number, cut: boolean): void {
  if (end.reasonCode !== undefined && UNSUPPORTED_VERSION.has(end.reasonCode)) {
    choice.versionRefused(protocol, now);
  } else if (end.reasonCode !== undefined) {
    // Return codes of 3.1.1 are below 0x80: whoever answers with one has not spoken 5.
    choice.answered(end.reasonCode < 0x80 ? "3.1.1" : protocol);
  } else if (cut) choice.cutWithoutAnswer(protocol, now);
}
