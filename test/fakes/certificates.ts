import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Authority {
  /** PEM file of the authority. */
  readonly ca: string;
  /** A certificate for 127.0.0.1 and localhost; good now unless told otherwise. */
  server(validity?: Validity): KeyPair;
  /** A client certificate; its CN is the site. */
  client(commonName: string): KeyPair;
}

/** Two days in the past, two days from now on, or two days that are still to come. */
export type Validity = "expired" | "now" | "not-yet";

// openssl x509 begins every certificate now: another now is Debian's faketime.
const OPENSSL_AT: Readonly<Record<Validity, readonly [string, ...string[]]>> = {
  expired: ["faketime", "10 days ago", "openssl"],
  now: ["openssl"],
  "not-yet": ["faketime", "10 days", "openssl"],
};

/** PEM files. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** What a camera signs for itself: no authority, no names, and not even for the address that it is at. */
export function selfSigned(folder: string, name = "camera", keyBits = 2_048): KeyPair {
  const [certificate, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", `rsa:${keyBits}`, "-nodes", "-keyout", key, "-out", certificate],
      ...["-days", "2", "-subj", `/CN=${name}`],
    ],
    { stdio: "pipe" },
  );
  return { certificate, key };
}

/** A certificate authority of its own in `folder`, made by openssl. */
export function createAuthority(folder: string, name = "authority"): Authority {
  const ca = join(folder, `${name}.pem`);
  const caKey = join(folder, `${name}.key`);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...newKey, "-keyout", caKey, "-out", ca, "-days", "2", "-subj", `/CN=${name}`);

  const issue = (commonName: string, extensions: string, validity: Validity = "now"): KeyPair => {
    const base = join(folder, `${name}-${commonName}-${validity}`);
    const [certificate, key, request, extensionFile] = ["pem", "key", "csr", "ext"].map(
      (kind) => `${base}.${kind}`,
    ) as [string, string, string, string];
    writeFileSync(extensionFile, extensions);
    openssl("req", ...newKey, "-keyout", key, "-out", request, "-subj", `/CN=${commonName}`);
    const [program, ...before] = OPENSSL_AT[validity];
    execFileSync(
      program,
      [
        ...[...before, "x509", "-req", "-in", request, "-CA", ca, "-CAkey", caKey, "-CAcreateserial"],
        ...["-out", certificate, "-days", "2", "-extfile", extensionFile],
      ],
      { stdio: "pipe" },
    );
    return { certificate, key };
  };
  return {
    ca,
    server: (validity) => issue("localhost", "subjectAltName=IP:127.0.0.1,DNS:localhost\n", validity),
    client: (commonName) => issue(commonName, "extendedKeyUsage=clientAuth\n"),
  };
}
