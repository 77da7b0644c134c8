import { createPublicKey, type KeyObject, verify } from "node:crypto";
import type { CheckpointData, EpochData } from "../model/event.ts";

/**
 * What the site signs, as text with one field a line: a signature must mean one thing only, however the JSON around
 * it is written. No field can hold a line break.
 */

/** Where and of whom. */
interface Place {
  readonly site: string;
  readonly epoch: string;
}

/** "At `time` the chain of this epoch stood at this hash." */
export function checkpointText(
  { site, epoch }: Place,
  { seq, hash, time }: Pick<CheckpointData, "seq" | "hash" | "time">,
): string {
  return ["camera-agent/checkpoint/1", site, epoch, seq, hash, time].join("\n");
}

/** "This epoch began for this reason, after that one, and is signed by this key." */
export function epochText(
  { site, epoch }: Place,
  { reason, previous, publicKey }: Pick<EpochData, "reason" | "previous" | "publicKey">,
): string {
  const before = previous ? [previous.epoch, previous.seq, previous.hash] : ["-", "-", "-"];
  return ["camera-agent/epoch/1", site, epoch, reason, ...before, publicKey].join("\n");
}

const PEM = /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----/;

/**
 * Reads an Ed25519 public key: PEM (SPKI), or the base64url text that `info` carries. Undefined where it is neither.
 */
export function readPublicKey(text: string): KeyObject | undefined {
  const pem = PEM.exec(text)?.[0];
  try {
    const key = pem
      ? createPublicKey(pem)
      : createPublicKey({ key: Buffer.from(text.trim(), "base64url"), format: "der", type: "spki" });
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Whether `signature` (base64url) is the key's under that text. */
export function isSigned(text: string, signature: string, key: KeyObject): boolean {
  return verify(null, Buffer.from(text), key, Buffer.from(signature, "base64url"));
}
