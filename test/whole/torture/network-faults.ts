import { setTimeout as pause } from "node:timers/promises";
import type { Authority } from "../../fakes/certificates.ts";
import { eventually } from "../../fakes/eventually.ts";
import type { Mosquitto } from "../../fakes/mosquitto.ts";
import { startRabbitmq } from "../../fakes/rabbitmq.ts";
import type { Random } from "../../fakes/random.ts";
import type { ReceiptingUnit } from "../../fakes/receipting-unit.ts";
import { startScriptedBroker } from "../../fakes/scripted-broker.ts";
import type { TcpProxy } from "../../fakes/tcp-proxy.ts";
import { startTlsDoor } from "../../fakes/tls-door.ts";
import type { UnitSubscriber } from "../../fakes/unit-subscriber.ts";
import { loseNothing, losePackets } from "./own-network.ts";

/** What stands between an agent and its unit, for a fault to break. */
export interface Wire {
  readonly proxy: TcpProxy;
  readonly broker: Mosquitto;
  /** Where the proxy leads while all is well. */
  readonly door: number;
  /** Signs the certificate of the door, where the agent speaks TLS. */
  readonly authority: Authority | undefined;
  /** How long a fault lasts, milliseconds. */
  readonly hold: number;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Another broker, with a subscriber of its own on it; both live as long as the wire. */
  listenAt<B extends AsyncDisposable & { readonly url: string }>(broker: B): Promise<B>;
  readonly units: readonly UnitSubscriber[];
  /** The unit that sends receipts. */
  readonly receiving: Pick<ReceiptingUnit, "leave" | "comeBack"> | undefined;
}

export interface NetworkFault {
  readonly name: string;
  readonly tls?: boolean;
  /** The unit says what it has stored, and events that the broker took and lost are to reach it all the same. */
  readonly receipts?: boolean;
  /** Breaks the whole of the network: only in a network namespace of its own. */
  readonly alone?: boolean;
  /** Breaks the network, and resolves once it is whole again. */
  readonly strike: (wire: Wire) => Promise<void>;
}

/** Longest that an agent may take to try again, with room; milliseconds. */
const NEXT_TRY = 150_000;
/** Connections that a refusing broker or a bad certificate must have turned away. */
const TURNED_AWAY = 3;
const CUTS = 20;
const LONGEST_CUT = 3_000;
const FLAP = 5_000;
/** One way. */
const FAR = 300;

/** Error codes of CONNACK (MQTT 5, section 3.2.2.2). */
const CODES_5 = [
  ...[0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c],
  ...[0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9f],
];
/** Return codes of 3.1.1, section 3.2.2.3. */
const CODES_311 = [1, 2, 3, 4, 5];

const hex = (code: number) => `0x${code.toString(16).padStart(2, "0")}`;

const refusedConnack = (code: number): NetworkFault => ({
  name: `CONNACK ${hex(code)}`,
  async strike({ proxy, door }) {
    await using refusing = await startScriptedBroker({ connack: () => code });
    proxy.retarget(refusing.port);
    await eventually("the agent is turned away", () => refusing.connects >= TURNED_AWAY, 2 * NEXT_TRY);
    proxy.retarget(door);
  },
});

const badCertificate = (validity: "expired" | "not-yet"): NetworkFault => ({
  name: `TLS ${validity}`,
  tls: true,
  async strike({ proxy, broker, door, authority }) {
    if (!authority) throw new Error("a certificate needs an authority");
    await using bad = await startTlsDoor(authority.server(validity), broker.port);
    const before = proxy.accepted;
    proxy.retarget(bad.port);
    await eventually("the agent turns away", () => proxy.accepted >= before + TURNED_AWAY, 2 * NEXT_TRY);
    proxy.retarget(door);
  },
});

export const networkFaults: readonly NetworkFault[] = [
  {
    name: "half-open",
    async strike({ proxy }) {
      proxy.orphan();
    },
  },
  {
    name: "nothing passes",
    async strike({ proxy, hold }) {
      proxy.stall(true);
      await pause(hold);
      // What was swallowed would leave a hole in the stream, which TCP never does: those connections are over.
      proxy.orphan();
      proxy.stall(false);
    },
  },
  {
    name: "cut within packets",
    async strike({ proxy, random }) {
      for (let cut = 0; cut < CUTS; cut++) {
        const before = proxy.accepted;
        proxy.cutAfter(1 + random.below(LONGEST_CUT));
        await eventually("the agent comes again", () => proxy.accepted > before, NEXT_TRY);
      }
      proxy.cutAfter(Number.POSITIVE_INFINITY);
    },
  },
  {
    name: "600 ms",
    async strike({ proxy, hold }) {
      proxy.setDelay(FAR);
      proxy.cut();
      await pause(hold);
    },
  },
  {
    name: "flap every 5 s",
    async strike({ proxy, hold, signal }) {
      const period = Math.min(FLAP, hold / 4);
      const until = performance.now() + hold * 30;
      while (performance.now() < until && !signal.aborted) {
        proxy.refuse(true);
        await pause(period);
        proxy.refuse(false);
        await pause(period);
      }
    },
  },
  {
    name: "broker killed -9",
    async strike({ broker, hold }) {
      await broker.kill();
      await pause(hold);
      await broker.start();
    },
  },
  {
    name: "broker wiped",
    async strike({ broker, hold }) {
      await broker.wipe();
      await pause(hold);
      await broker.start();
    },
  },
  {
    name: "broker wiped with what the unit had not yet",
    receipts: true,
    async strike({ broker, receiving, hold }) {
      await receiving?.leave();
      await pause(hold);
      await broker.wipe();
      await broker.start();
      await receiving?.comeBack();
    },
  },
  {
    name: "RabbitMQ in its place",
    async strike({ proxy, broker, listenAt }) {
      const other = await listenAt(await startRabbitmq());
      await broker.stop();
      proxy.retarget(other.port);
    },
  },
  {
    name: "30 % loss",
    alone: true,
    async strike({ proxy, hold }) {
      losePackets(proxy.port, 30);
      proxy.cut();
      await pause(hold * 2);
      loseNothing();
    },
  },
  badCertificate("expired"),
  badCertificate("not-yet"),
  ...[...CODES_5, ...CODES_311].map(refusedConnack),
];
