import { ReasonCodes } from "mqtt";
import { joined, type Message } from "../model/messages/text.ts";
import { errorMeanings, explained, reasonMeanings } from "../model/messages/uplink.ts";

/** "0x86 Bad user name or password": a reason code of MQTT 5, or a CONNACK return code of 3.1.1, in its own words. */
export function reasonWords(code: number): string {
  const words: unknown = (ReasonCodes as Readonly<Record<number, string>>)[code];
  const hex = `0x${code.toString(16).padStart(2, "0")}`;
  return typeof words === "string" && words !== "" ? `${hex} ${words}` : hex;
}

/** "CONNACK 0x86 Bad user name or password", with its meaning. */
export function packetWords(packet: "CONNACK" | "DISCONNECT", code: number): Message {
  return explained(`${packet} ${reasonWords(code)}`, reasonMeanings[code]);
}

/** An error of a socket or of TLS in its own words; several addresses tried at once have a word each. */
export function errorWords(error: Error): Message {
  if (error instanceof EndError) return error.words;
  if (error instanceof AggregateError) {
    const words = error.errors.map((one: unknown) => (one instanceof Error ? errorWords(one) : String(one)));
    return joined(words, "; ");
  }
  const text = error.message || error.name;
  const code = "code" in error ? String(error.code) : text;
  return explained(text, Object.hasOwn(errorMeanings, code) ? errorMeanings[code] : undefined);
}

/** Ends a socket for a reason of the agent's own. */
export class EndError extends Error {
  override readonly name = "EndError";
  readonly words: Message;
  constructor(words: Message) {
    super(words.en);
    this.words = words;
  }
}
