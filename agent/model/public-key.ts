import * as z from "zod";
import { namedForms } from "./forms.ts";

/** SPKI of an Ed25519 key in DER (RFC 8410, section 4) in base64 of either alphabet: a fixed head of 12 bytes and the key's 32. */
const ED25519_SPKI = /^MCowBQYDK2VwAyEA[A-Za-z0-9+/_-]{42}[AEIMQUYcgkosw048]=?$/;
const HEAD_BYTES = 12;

/**
 * Keys that anyone can sign for, little-endian without the sign (RFC 8032, section 5.1.2): the points of small order,
 * as libsodium refuses them, of which zeros are what a sample file may have in the place of a key; and the key of the
 * RFC's first test (section 7.1), whose private half is in the documentation of commands.
 */
const ANYONES: ReadonlySet<string> = new Set([
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
]);

function isAnyones(text: string): boolean {
  const point = Buffer.from(text, "base64url").subarray(HEAD_BYTES);
  point[point.length - 1] = (point.at(-1) ?? 0) & 0x7f;
  return ANYONES.has(point.toString("hex"));
}

/** An Ed25519 public key, as it stands between the lines of `openssl pkey -pubout`. */
export const publicKeyText = z
  .string()
  .regex(ED25519_SPKI)
  .refine((text) => !isAnyones(text))
  .register(namedForms, { kind: "public-key" });
