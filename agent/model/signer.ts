/** The site's Ed25519 key, as those who sign with it see it. */
export interface Signer {
  /** First 16 hexadecimal digits of the SHA-256 of the public key's DER: tells keys apart, proves nothing. */
  readonly keyId: string;
  /** SPKI, DER, in base64url: one line, fit for JSON. */
  readonly publicKey: string;
  /** Signature under the text's UTF-8, in base64url. */
  sign(text: string): string;
}

/** Why there is no key to sign with. `evidence` is in the words of the system. */
export interface SigningKeyFault {
  readonly kind: "open-to-others" | "not-a-key" | "unreadable" | "directory-missing" | "not-writable";
  readonly path: string;
  readonly evidence: string;
}
