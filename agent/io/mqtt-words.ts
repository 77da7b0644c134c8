import { ReasonCodes } from "mqtt";

/** "0x86 Bad user name or password": a reason code of MQTT 5, or a CONNACK return code of 3.1.1, in its own words. */
export function reasonWords(code: number): string {
  const words: unknown = (ReasonCodes as Readonly<Record<number, string>>)[code];
  const hex = `0x${code.toString(16).padStart(2, "0")}`;
  return typeof words === "string" && words !== "" ? `${hex} ${words}` : hex;
}

/** An error of a socket or of TLS in its own words; several addresses tried at once have a word each. */
export function errorWords(error: Error): string {
  if (error instanceof AggregateError) {
    return error.errors.map((one: unknown) => (one instanceof Error ? one.message : String(one))).join("; ");
  }
  return error.message || error.name;
}
