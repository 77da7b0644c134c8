import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Authority {
  /** PEM file of the authority. */
  readonly ca: string;
  /** A certificate for 127.0.0.1 and localhost. */
  server(): KeyPair;
  /** A client certificate; its CN is the site. */
  client(commonName: string): KeyPair;
}

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

  const issue = (commonName: string, extensions: string): KeyPair => {
    const base = join(folder, `${name}-${commonName}`);
    const [certificate, key, request, extensionFile] = ["pem", "key", "csr", "ext"].map(
      (kind) => `${base}.${kind}`,
    ) as [string, string, string, string];
    writeFileSync(extensionFile, extensions);
    openssl("req", ...newKey, "-keyout", key, "-out", request, "-subj", `/CN=${commonName}`);
    openssl(
      ...["x509", "-req", "-in", request, "-CA", ca, "-CAkey", caKey, "-CAcreateserial"],
      ...["-out", certificate, "-days", "2", "-extfile", extensionFile],
    );
    return { certificate, key };
  };
  return {
    ca,
    server: () => issue("localhost", "subjectAltName=IP:127.0.0.1,DNS:localhost\n"),
    client: (commonName) => issue(commonName, "extendedKeyUsage=clientAuth\n"),
  };
}
