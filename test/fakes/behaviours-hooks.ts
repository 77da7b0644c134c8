import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { EventMessage } from "./onvif-device-message.ts";
import type { SoapAnswer, SoapRequest } from "./onvif-device-soap.ts";
import type { RtspAnswer, RtspRequest } from "./rtsp-server-message.ts";

export type Door = "http" | "rtsp";

/** What a behaviour may do to the whole camera when it is switched on or off. */
export interface CameraControl {
  /** Closes both listening ports and every connection. */
  shutPorts(): Promise<void>;
  /** Listens again on the same ports. */
  openPorts(): Promise<void>;
  dropConnections(): void;
  /** Numbers of the living PullPoint subscriptions. */
  subscriptions(): readonly number[];
  /** Forgets every subscription, as a reboot does. */
  dropSubscriptions(): void;
}

/** A PullMessages request that is about to wait. */
interface Pull {
  readonly subscription: number;
  readonly timeoutMs: number;
  readonly messageLimit: number;
}

/** A packet on its way to one RTSP session. */
interface PacketAbout {
  /** Whether it belongs to a keyframe. */
  readonly keyframe: boolean;
  /** Packets that came before it in this session, sent or not. */
  readonly index: number;
}

/**
 * One way in which a camera misbehaves. The servers call the hooks of every behaviour that is switched on, in the
 * order of switching on; the first that does not answer undefined decides. Make a new one for each camera: some count.
 */
export interface Behaviour {
  readonly name: string;
  onSwitchedOn?(camera: CameraControl): void | Promise<void>;
  onSwitchedOff?(camera: CameraControl): void | Promise<void>;
  /** Milliseconds that the device's clock is ahead; those of several behaviours add up. */
  readonly clockOffsetMs?: number;
  /** Takes the connection over, or puts another stream between it and the server. */
  onConnection?(socket: Socket, door: Door): Duplex | "taken" | undefined;
  onHttpRequest?(request: IncomingMessage, response: ServerResponse): "taken" | undefined;
  /** An answer is ready: keep it back. Also asked of answers whose request came before the switching on. */
  onHttpAnswer?(): "withheld" | undefined;
  /** Answers in the device's place; the login was accepted already. */
  onSoapRequest?(request: SoapRequest): SoapAnswer | undefined;
  /** The address that CreatePullPointSubscription tells. */
  onSubscriptionReference?(address: string): string | undefined;
  onPull?(pull: Pull): Pull | "unanswered" | undefined;
  /** An event is made: change it or swallow it, before it counts as made. */
  onEvent?(message: EventMessage): EventMessage | "swallowed" | undefined;
  /** An event is put into a subscription's queue. */
  onDelivery?(subscription: number, message: EventMessage): EventMessage | "lost" | undefined;
  onRtspRequest?(request: RtspRequest, stream: Duplex): RtspAnswer | "taken" | undefined;
  /** `omit`: never made, no gap in the sequence numbers. `lose`: lost on the way. `cut`: end the connection. */
  onRtpPacket?(packet: PacketAbout): "omit" | "lose" | "cut" | undefined;
}

/** The behaviours that a camera shows at the moment. */
export class ActiveBehaviours {
  #on: readonly Behaviour[] = [];
  /** Whether any of them looks at single RTP packets; streams take the quick way when none does. */
  touchesRtp = false;

  /** Whether it was added: one name is on at most once. */
  add(behaviour: Behaviour): boolean {
    if (this.find(behaviour.name)) return false;
    this.#change([...this.#on, behaviour]);
    return true;
  }

  remove(name: string): Behaviour | undefined {
    const behaviour = this.find(name);
    this.#change(this.#on.filter((other) => other !== behaviour));
    return behaviour;
  }

  find(name: string): Behaviour | undefined {
    return this.#on.find((behaviour) => behaviour.name === name);
  }

  names(): string[] {
    return this.#on.map((behaviour) => behaviour.name);
  }

  clockOffsetMs(): number {
    return this.#on.reduce((sum, behaviour) => sum + (behaviour.clockOffsetMs ?? 0), 0);
  }

  /** The first answer that is not undefined. */
  first<T>(ask: (behaviour: Behaviour) => T | undefined): T | undefined {
    for (const behaviour of this.#on) {
      const answer = ask(behaviour);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  #change(on: readonly Behaviour[]): void {
    this.#on = on;
    this.touchesRtp = on.some((behaviour) => behaviour.onRtpPacket !== undefined);
  }
}
