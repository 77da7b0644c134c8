import { hash } from "node:crypto";

/**
 * The hash chain of an epoch: hash(seq) = SHA-256(domain ‖ site ‖ 0x00 ‖ epoch (16 bytes) ‖ seq (u64, big-endian) ‖
 * hash(seq - 1) ‖ SHA-256(stored bytes)). Whoever has the bytes can compute it anew; whoever changes, drops, adds or
 * moves one changes every hash behind it, and the signed ones (core/signed-text.ts) no longer fit.
 */

const DOMAIN = "camera-agent/chain/1\0";
const HASH_BYTES = 32;
const EPOCH_BYTES = 16;

/** What stands before the first event of every epoch. */
export const GENESIS: Uint8Array = new Uint8Array(HASH_BYTES);

/** SHA-256 of an event as it is stored and sent, in UTF-8. */
export function digestOf(body: string | Uint8Array): Buffer {
  return Buffer.from(sha256(body), "latin1");
}

/**
 * Links one event of an epoch (32 hexadecimal digits) to the one before it: the hash of its predecessor, its seq and
 * its digest give its own hash. Keeps one text to be hashed for the epoch's life.
 */
export function digestLinker(
  site: string,
  epoch: string,
): (previous: Uint8Array, seq: number, digest: Uint8Array) => Buffer {
  return linker(site, epoch);
}

/** As `digestLinker`, over the stored bytes themselves. */
export function chainLinker(site: string, epoch: string) {
  const link = linker(site, epoch);
  return (previous: Uint8Array, seq: number, body: string | Uint8Array): Buffer =>
    link(previous, seq, sha256(body));
}

/** Takes digests as bytes, or as characters of a byte each. */
function linker(site: string, epoch: string) {
  const id = Buffer.from(epoch, "hex");
  if (epoch.length !== 2 * EPOCH_BYTES || id.length !== EPOCH_BYTES)
    throw new RangeError(`not an epoch: ${epoch}`);
  const head = Buffer.concat([Buffer.from(`${DOMAIN}${site}\0`), id]);
  const text = Buffer.concat([head, Buffer.alloc(8 + 2 * HASH_BYTES)]);
  const at = head.length;
  return (previous: Uint8Array, seq: number, digest: Uint8Array | string): Buffer => {
    text.writeUInt32BE(Math.floor(seq / 0x1_0000_0000), at);
    text.writeUInt32BE(seq % 0x1_0000_0000, at + 4);
    text.set(previous, at + 8);
    if (typeof digest === "string") text.write(digest, at + 8 + HASH_BYTES, "latin1");
    else text.set(digest, at + 8 + HASH_BYTES);
    return Buffer.from(sha256(text), "latin1");
  };
}

/** Every append waits for two of these. As characters of a byte each: a Buffer costs four times as much. */
function sha256(data: string | Uint8Array): string {
  return hash("sha256", data, "binary");
}
