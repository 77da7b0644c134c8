import type { BrokerConfig } from "../model/config.ts";

export type Protocol = "5" | "3.1.1";

/** After this long on 3.1.1, the next connection tries 5 again: brokers are upgraded. Milliseconds. */
const TRY_5_AGAIN_AFTER = 3_600_000;
/** The same where 3.1.1 is only a guess. */
const TRY_5_AGAIN_AFTER_GUESS = 300_000;

/** Remembers over restarts whether the broker has spoken MQTT 5. */
export interface Spoke5 {
  get(): boolean;
  set(spoke5: boolean): void;
}

/**
 * Which version the next connection speaks. Brokers that know no MQTT 5 say so (CONNACK 0x84, or 1 in the form of
 * 3.1.1), or simply close. But so does a load balancer whose brokers are down: it accepts and drops, for hours, and
 * what then comes up on 3.1.1 has lost reason codes, Receive Maximum and the will's delay for as long as the connection
 * stands. So a close without an answer is taken for a refusal only from a broker that was never heard to speak 5, and
 * then as a guess: until 3.1.1 fares no better, and for minutes only. A broker that spoke 5 must say that it no longer
 * does, or close at 5 right before and right after 3.1.1 was answered (`inDoubt`): then it is another broker.
 */
export class ProtocolChoice {
  readonly #setting: BrokerConfig["protocol"];
  readonly #spoke5: Spoke5;
  #legacyUntil = Number.NEGATIVE_INFINITY;
  /** 3.1.1 is a guess from a close without an answer. */
  #guessed = false;
  #inDoubt = false;

  constructor(setting: BrokerConfig["protocol"], spoke5: Spoke5) {
    this.#setting = setting;
    this.#spoke5 = spoke5;
  }

  /** Whether the connection that was tried last spoke 5 and was closed at it by a broker that has spoken 5. */
  get inDoubt(): boolean {
    return this.#inDoubt;
  }

  /** A connection is being tried. */
  begins(): void {
    this.#inDoubt = false;
  }

  /** The doubt is over: it is another broker, which knows no 5. */
  replaced(now: number): void {
    this.versionRefused("5", now);
  }

  next(now: number): Protocol {
    if (this.#setting !== "auto") return this.#setting;
    return now < this.#legacyUntil ? "3.1.1" : "5";
  }

  /** A CONNACK came, also one that refuses for another reason than the version. */
  answered(protocol: Protocol): void {
    this.#guessed = false;
    if (protocol === "5" && !this.#spoke5.get()) this.#spoke5.set(true);
  }

  versionRefused(protocol: Protocol, now: number): void {
    this.#guessed = false;
    if (protocol === "5" && this.#spoke5.get()) this.#spoke5.set(false);
    this.#legacyUntil = protocol === "5" ? now + TRY_5_AGAIN_AFTER : Number.NEGATIVE_INFINITY;
  }

  /** The broker took the connection and closed it without a CONNACK. */
  cutWithoutAnswer(protocol: Protocol, now: number): void {
    if (protocol === "3.1.1") {
      if (this.#guessed) this.#legacyUntil = Number.NEGATIVE_INFINITY;
      this.#guessed = false;
      return;
    }
    if (this.#spoke5.get()) {
      this.#inDoubt = this.#setting === "auto";
      return;
    }
    this.#guessed = true;
    this.#legacyUntil = now + TRY_5_AGAIN_AFTER_GUESS;
  }
}
