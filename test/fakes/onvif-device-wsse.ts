import { createHash } from "node:crypto";
import type { Login } from "../../agent/model/camera.ts";
import type { LoginVerdict } from "./camera-login.ts";
import { find, textOf, type XmlElement } from "./onvif-device-xml.ts";

const LARGEST_NONCE_STORE = 4096;

/** The device's side of WS-Security UsernameToken with PasswordDigest (OASIS WSS UsernameToken Profile 1.0). */
export class UsernameTokenCheck {
  readonly #login: Login;
  readonly #windowMs: number;
  readonly #now: () => number;
  /** Nonce and Created of tokens that were accepted, oldest first. */
  readonly #used = new Set<string>();

  /** A token is fresh while its Created is within `windowMs` of the device's clock, before or behind. */
  constructor(login: Login, windowMs: number, now: () => number) {
    this.#login = login;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  check(security: XmlElement | undefined): LoginVerdict {
    const token = find(security, "UsernameToken");
    if (!token) return "missing";
    const password = find(token, "Password");
    const nonce = textOf(find(token, "Nonce")) ?? "";
    const created = textOf(find(token, "Created")) ?? "";
    const digest = createHash("sha1")
      .update(Buffer.from(nonce, "base64"))
      .update(created)
      .update(this.#login.password)
      .digest("base64");
    const right =
      password?.attributes.Type?.endsWith("#PasswordDigest") === true &&
      textOf(find(token, "Username")) === this.#login.username &&
      textOf(password) === digest;
    if (!right || nonce === "") return "refused";
    // NaN, for a Created that is no date, is not within the window either.
    if (!(Math.abs(Date.parse(created) - this.#now()) <= this.#windowMs)) return "refused";
    return this.#use(`${nonce} ${created}`) ? "accepted" : "refused";
  }

  #use(token: string): boolean {
    if (this.#used.has(token)) return false;
    this.#used.add(token);
    for (const oldest of this.#used) {
      if (this.#used.size <= LARGEST_NONCE_STORE) break;
      this.#used.delete(oldest);
    }
    return true;
  }
}
