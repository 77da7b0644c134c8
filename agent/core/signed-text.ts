import { createPublicKey, hash, type KeyObject, verify } from "node:crypto";
import type { CheckpointData, EpochData, GapData } from "../model/event.ts";

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

/** "This epoch began for this reason, after that one, with this saved and that lost, and is signed by this key." */
export function epochText(
  { site, epoch }: Place,
  {
    reason,
    previous,
    recovery,
    publicKey,
  }: Pick<EpochData, "reason" | "previous" | "recovery" | "publicKey">,
): string {
  const before = previous ? [previous.epoch, previous.seq, previous.hash] : ["-", "-", "-"];
  const saved = recovery ? [recovery.salvaged, recovery.lost] : [];
  return ["camera-agent/epoch/1", site, epoch, reason, ...before, publicKey, ...saved].join("\n");
}

/** "These events of the epoch are gone for this reason; the chain leads over them from this hash to that, by these." */
export function gapText(
  { site, epoch }: Place,
  { reason, count, ranges }: Pick<GapData, "reason" | "count" | "ranges">,
): string {
  const lines = ranges.map(({ from, to, before, hash, hashes }) =>
    [from, to, before, hash ?? "-", ...(hashes === undefined ? [] : [hashes])].join(" "),
  );
  return ["camera-agent/gap/1", site, epoch, reason, count, ...lines].join("\n");
}

const KEY_ID_DIGITS = 16;

/** Names a public key, given its SPKI in DER. */
export function keyIdOf(der: Uint8Array): string {
  return hash("sha256", der, "hex").slice(0, KEY_ID_DIGITS);
}

const PEM = /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----/g;

/** Public keys of a site by their ids. */
export type PublicKeys = ReadonlyMap<string, KeyObject>;

/**
 * Reads Ed25519 public keys: PEM (SPKI), or the base64url text that `info` carries, one a line; several where the
 * site has had several. Undefined where one is none of these, or there is none.
 */
export function readPublicKeys(text: string): PublicKeys | undefined {
  const pems = text.match(PEM) ?? [];
  const lines = text.split("\n").flatMap((line) => line.trim() || []);
  try {
    const keys = pems.length > 0 ? pems.map((pem) => createPublicKey(pem)) : lines.map(fromText);
    if (keys.length === 0 || keys.some((key) => key.asymmetricKeyType !== "ed25519")) return undefined;
    return new Map(keys.map((key) => [keyIdOf(key.export({ type: "spki", format: "der" })), key]));
  } catch {
    return undefined;
  }
}

function fromText(line: string): KeyObject {
  return createPublicKey({ key: Buffer.from(line, "base64url"), format: "der", type: "spki" });
}

/** Whether `signature` (base64url) under that text is of the key of that id. */
export function isSigned(
  text: string,
  { keyId, signature }: { readonly keyId: string; readonly signature: string },
  keys: PublicKeys,
): boolean {
  const key = keys.get(keyId);
  return key !== undefined && verify(null, Buffer.from(text), key, Buffer.from(signature, "base64url"));
}
