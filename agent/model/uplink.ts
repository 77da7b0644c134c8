import type { Message } from "./messages/text.ts";

/** The connection to the unit's broker, as the forwarder sees it. `io/mqtt.ts` makes one from mqtt.js. */

export interface OutgoingPublish {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly retain: boolean;
  /** MQTT 5 message expiry, seconds. */
  readonly expirySeconds?: number;
}

/** What became of one QoS 1 publish. */
export type PublishOutcome =
  | { readonly kind: "acknowledged"; readonly reasonCode: number }
  /** PUBACK with an error code (MQTT 5, section 3.4.2.1). */
  | { readonly kind: "refused"; readonly reasonCode: number; readonly reason: string }
  /** Larger than the broker's Maximum Packet Size; was not sent. */
  | { readonly kind: "too-large"; readonly limit: number }
  /** No PUBACK within publishTimeout. */
  | { readonly kind: "late" }
  /** The session ended first. */
  | { readonly kind: "ended" };

export interface IncomingMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
}

export interface UplinkEnd {
  /** Without secrets: "CONNACK 0x86 Bad user name or password", "connection cut". */
  readonly reason: Message;
  /** CONNACK or DISCONNECT reason code, where there was one. */
  readonly reasonCode?: number;
  /** The broker's answer to a publish was none of the protocol's, and so ended it: no other reason is possible. */
  readonly atAnswer?: true;
}

export interface UplinkSession {
  readonly protocol: "5" | "3.1.1";
  /** Publishes at QoS 1 that may be in flight: the smaller of the configured window and the broker's Receive Maximum. */
  readonly window: number;
  /** Largest payload plus topic that the broker takes, bytes, less room for the header. */
  readonly maximumBytes: number;
  /** Topic filters that the broker would not subscribe, with its reason; empty when it took all. */
  readonly refusedSubscriptions: readonly string[];
  /** At QoS 1. Waits for a place in the window; always settles. */
  publish(message: OutgoingPublish): Promise<PublishOutcome>;
  /** Resolves when the connection is over, however it came. */
  readonly ended: Promise<UplinkEnd>;
  /** Takes leave: DISCONNECT, at most 1 s, then the socket is closed. */
  end(): Promise<void>;
}

export interface UplinkRequest {
  /** Retained Last Will. Absent for one who only listens, as `watch` does. */
  readonly will?: { readonly topic: string; readonly payload: string };
  readonly subscribe: readonly string[];
  /** Filters whose retained messages are wanted once, at connect: they are unsubscribed soon after. */
  readonly subscribeAtFirst?: readonly string[];
  readonly onMessage: (message: IncomingMessage) => void;
}

/** Connects once. Gives a session after CONNACK and SUBACK, or why there is none; never retries. */
export type ConnectUplink = (
  request: UplinkRequest,
  signal: AbortSignal,
) => Promise<UplinkSession | UplinkEnd>;
