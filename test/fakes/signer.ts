import { createPrivateKey } from "node:crypto";
import { signerOf } from "../../agent/io/signing-key.ts";
import type { Signer } from "../../agent/model/signer.ts";

/** PKCS#8 of an Ed25519 key up to its 32 bytes (RFC 8410, section 7). */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

/** A key that is the same in every process and every run; another `seed` is another key. */
export function testSigner(seed = 7): Signer {
  const key = Buffer.concat([PKCS8_HEAD, Buffer.alloc(32, seed)]);
  return signerOf(createPrivateKey({ key, format: "der", type: "pkcs8" }));
}
