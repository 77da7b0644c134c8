import type { BrokerConfig } from "../model/config.ts";

export type Protocol = "5" | "3.1.1";

/** After this long on 3.1.1, the next connection tries 5 again: brokers are upgraded. Milliseconds. */
const TRY_5_AGAIN_AFTER = 3_600_000;

/** Connections that a broker which has spoken 5 before may cut without a CONNACK, before that counts as a refusal. */
const CUTS_OF_A_KNOWN_5 = 3;

/**
 * Which version the next connection speaks. Brokers that know no MQTT 5 say so (CONNACK 0x84, or 1 in the form of
 * 3.1.1), or simply close: a close without an answer is taken for a refusal until 3.1.1 fares no better.
 */
export class ProtocolChoice {
  readonly #setting: BrokerConfig["protocol"];
  #legacyUntil = Number.NEGATIVE_INFINITY;
  /** 3.1.1 is a guess from a close without an answer. */
  #guessed = false;
  #spoke5 = false;
  #cuts = 0;

  constructor(setting: BrokerConfig["protocol"]) {
    this.#setting = setting;
  }

  next(now: number): Protocol {
    if (this.#setting !== "auto") return this.#setting;
    return now < this.#legacyUntil ? "3.1.1" : "5";
  }

  /** A CONNACK came, also one that refuses for another reason than the version. */
  answered(protocol: Protocol): void {
    this.#guessed = false;
    this.#cuts = 0;
    if (protocol === "5") this.#spoke5 = true;
  }

  versionRefused(protocol: Protocol, now: number): void {
    this.#guessed = false;
    this.#spoke5 = false;
    this.#legacyUntil = protocol === "5" ? now + TRY_5_AGAIN_AFTER : Number.NEGATIVE_INFINITY;
  }

  /** The broker took the connection and closed it without a CONNACK. */
  cutWithoutAnswer(protocol: Protocol, now: number): void {
    if (protocol === "3.1.1") {
      if (this.#guessed) this.#legacyUntil = Number.NEGATIVE_INFINITY;
      this.#guessed = false;
      return;
    }
    this.#cuts += 1;
    if (this.#spoke5 && this.#cuts < CUTS_OF_A_KNOWN_5) return;
    this.#cuts = 0;
    this.#guessed = true;
    this.#legacyUntil = now + TRY_5_AGAIN_AFTER;
  }
}
