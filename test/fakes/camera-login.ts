import { createHash, randomBytes } from "node:crypto";
import type { Login } from "../../agent/model/camera.ts";

/** Legacy: a Digest challenge without qop, as RFC 2069 had it and many older cameras still send. */
export type LoginScheme =
  | "basic"
  | "digest-md5"
  | "digest-sha256"
  | "digest-md5-legacy"
  | "digest-sha256-legacy";

export type LoginVerdict = "accepted" | "missing" | "refused" | "stale";

const REALM = "simulated camera";
const LARGEST_NONCE_STORE = 4096;

/** The server's side of HTTP authentication (RFC 7617, RFC 7616), for HTTP and RTSP alike. */
export class LoginCheck {
  readonly #login: Login;
  readonly #schemes: readonly LoginScheme[];
  readonly #realm: string;
  /** Nonce → request counts that were used with it. */
  readonly #nonces = new Map<string, Set<string>>();

  constructor(login: Login, schemes: readonly LoginScheme[], realm = REALM) {
    this.#login = login;
    this.#schemes = schemes;
    this.#realm = realm;
  }

  /** Values for WWW-Authenticate headers, one a scheme, in order of preference. */
  challenges(stale = false): string[] {
    return this.#schemes.map((scheme) => {
      if (scheme === "basic") return `Basic realm="${this.#realm}"`;
      const qop = scheme.endsWith("-legacy") ? "" : `, qop="auth"`;
      const old = stale ? `, stale=true` : "";
      return `Digest realm="${this.#realm}", nonce="${this.#newNonce()}", algorithm=${algorithmOf(scheme)}${qop}${old}`;
    });
  }

  /** `uri` as in the request line. `stale`: right but for its nonce, so the client may try again by itself. */
  check(method: string, uri: string, authorization: string | undefined): LoginVerdict {
    if (authorization === undefined) return "missing";
    const [, scheme = "", rest = ""] = /^(\w+)\s+(.*)$/s.exec(authorization) ?? [];
    if (scheme.toLowerCase() === "basic") return this.#checkBasic(rest);
    if (scheme.toLowerCase() === "digest") return this.#checkDigest(method, uri, readParameters(rest));
    return "refused";
  }

  #checkBasic(encoded: string): LoginVerdict {
    const expected = `${this.#login.username}:${this.#login.password}`;
    const right =
      this.#schemes.includes("basic") && Buffer.from(encoded, "base64").toString("utf8") === expected;
    return right ? "accepted" : "refused";
  }

  #checkDigest(method: string, uri: string, given: ReadonlyMap<string, string>): LoginVerdict {
    const of = (name: string) => given.get(name) ?? "";
    const algorithm = given.get("algorithm") ?? "MD5";
    const qop = given.get("qop");
    const offered = this.#schemes.some(
      (scheme) =>
        scheme !== "basic" &&
        algorithmOf(scheme) === algorithm.toUpperCase() &&
        scheme.endsWith("-legacy") === (qop === undefined),
    );
    if (!offered || (qop !== undefined && qop !== "auth")) return "refused";
    if (of("username") !== this.#login.username || of("realm") !== this.#realm || of("uri") !== uri)
      return "refused";
    const hash = (text: string) =>
      createHash(algorithm.toUpperCase() === "MD5" ? "md5" : "sha256")
        .update(text)
        .digest("hex");
    const a1 = hash(`${this.#login.username}:${this.#realm}:${this.#login.password}`);
    const a2 = hash(`${method}:${uri}`);
    const middle = qop === undefined ? of("nonce") : `${of("nonce")}:${of("nc")}:${of("cnonce")}:${qop}`;
    if (hash(`${a1}:${middle}:${a2}`) !== of("response").toLowerCase()) return "refused";
    return this.#useNonce(of("nonce"), qop === undefined ? undefined : of("nc")) ? "accepted" : "stale";
  }

  #newNonce(): string {
    const nonce = randomBytes(16).toString("hex");
    this.#nonces.set(nonce, new Set());
    for (const oldest of this.#nonces.keys()) {
      if (this.#nonces.size <= LARGEST_NONCE_STORE) break;
      this.#nonces.delete(oldest);
    }
    return nonce;
  }

  /** Whether the nonce is ours and this request count is new with it (RFC 7616 3.4: nc detects replays). */
  #useNonce(nonce: string, count: string | undefined): boolean {
    const used = this.#nonces.get(nonce);
    if (!used || used.size >= LARGEST_NONCE_STORE) return false;
    if (count === undefined) return true;
    if (used.has(count)) return false;
    used.add(count);
    return true;
  }
}

function algorithmOf(scheme: LoginScheme): string {
  return scheme.startsWith("digest-sha256") ? "SHA-256" : "MD5";
}

/** `name=token` and `name="quoted"` pairs (RFC 9110 11.2); names in lower case. */
function readParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const [, name = "", quoted, token] of text.matchAll(
    /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g,
  )) {
    parameters.set(name.toLowerCase(), quoted === undefined ? (token ?? "") : quoted.replace(/\\(.)/g, "$1"));
  }
  return parameters;
}
