import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from "node:crypto";
import { type FileHandle, link, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { fail, ok, type Result } from "../base/result.ts";
import { keyIdOf } from "../core/signed-text.ts";
import type { Signer, SigningKeyFault } from "../model/signer.ts";

const OTHERS = 0o077;
/** Largest file that is read; an Ed25519 key in PEM has 119 bytes. */
const KEY_BYTES = 4_096;

/**
 * The site's key from its file (PKCS#8 PEM); a file that is not there is made, so that it is either whole and on the
 * disk, or absent; its directory must be there already. A file that is there is never replaced, and one that others
 * may read is refused.
 */
export async function openSigningKey(path: string): Promise<Result<Signer, SigningKeyFault>> {
  const present = await readSigningKey(path);
  if (present !== "absent") return present;
  try {
    await make(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return fail({ kind: "directory-missing", path, evidence: dirname(path) });
    return fail({ kind: "not-writable", path, evidence: message });
  }
  const made = await readSigningKey(path);
  return made === "absent" ? fail({ kind: "not-writable", path, evidence: "it is gone again" }) : made;
}

/** The site's key where its file is there; makes none. */
export async function readSigningKey(path: string): Promise<Result<Signer, SigningKeyFault> | "absent"> {
  const fault = (kind: SigningKeyFault["kind"], evidence: string) => fail({ kind, path, evidence });
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const info = await file.stat();
    if (!info.isFile() || info.size > KEY_BYTES) return fault("not-a-key", `${info.size} bytes`);
    if ((info.mode & OTHERS) !== 0) {
      return fault("open-to-others", `mode ${(info.mode & 0o7777).toString(8).padStart(4, "0")}`);
    }
    const key = parse(await file.readFile("utf8"));
    return key ? ok(signerOf(key)) : fault("not-a-key", "no Ed25519 private key in PKCS#8 PEM");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return code === "ENOENT" ? "absent" : fault("unreadable", message);
  } finally {
    await file?.close();
  }
}

/** Undefined for what is no Ed25519 private key. OpenSSL's own errors may quote what they read. */
function parse(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Signs with an Ed25519 private key. */
export function signerOf(key: KeyObject): Signer {
  const der = createPublicKey(key).export({ type: "spki", format: "der" });
  return {
    keyId: keyIdOf(der),
    publicKey: der.toString("base64url"),
    sign: (text) => sign(null, Buffer.from(text), key).toString("base64url"),
  };
}

/** Links a complete file into its place: if another process was first, its key stays. */
async function make(path: string): Promise<void> {
  const beside = `${path}.${randomUUID()}`;
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
  try {
    await synced(beside, "wx", (file) => file.writeFile(pem));
    await link(beside, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(beside, { force: true });
  }
  await synced(dirname(path), "r", async () => undefined);
}

async function synced(path: string, flags: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
