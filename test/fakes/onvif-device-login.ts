import type { IncomingMessage } from "node:http";
import type { Login } from "../../agent/model/camera.ts";
import { LoginCheck, type LoginScheme, type LoginVerdict } from "./camera-login.ts";
import type { SoapRequest } from "./onvif-device-soap.ts";
import { UsernameTokenCheck } from "./onvif-device-wsse.ts";

/** `both`: the device takes either, as Hikvision's "Digest&ws-username token". */
export type OnvifLoginMode = "none" | "wsse" | "digest" | "both";

export interface OnvifLoginOptions {
  readonly mode: OnvifLoginMode;
  readonly login: Login;
  readonly schemes: readonly LoginScheme[];
  /** How far Created may be from the device's clock, milliseconds. */
  readonly windowMs: number;
  readonly now: () => number;
}

/** Who may ask the device for what, by WS-Security or by HTTP. */
export class OnvifLogin {
  readonly #mode: OnvifLoginMode;
  readonly #http: LoginCheck;
  readonly #token: UsernameTokenCheck;

  constructor(options: OnvifLoginOptions) {
    this.#mode = options.mode;
    this.#http = new LoginCheck(options.login, options.schemes);
    this.#token = new UsernameTokenCheck(options.login, options.windowMs, options.now);
  }

  /** A token that is there decides, also where HTTP's header would do. */
  checkSoap(request: IncomingMessage, soap: SoapRequest): LoginVerdict {
    if (this.#mode === "none") return "accepted";
    if (this.#mode === "digest") return this.checkHttp(request);
    const verdict = this.#token.check(soap.security);
    return verdict === "missing" && this.#mode === "both" ? this.checkHttp(request) : verdict;
  }

  /** For what is not SOAP, the snapshot: HTTP's own login in every mode but `none`. */
  checkHttp(request: IncomingMessage): LoginVerdict {
    if (this.#mode === "none") return "accepted";
    const header = request.headers.authorization;
    // Node reads header bytes as Latin-1; a user name in them is UTF-8.
    const authorization = header === undefined ? undefined : Buffer.from(header, "latin1").toString("utf8");
    return this.#http.check(request.method ?? "", request.url ?? "", authorization);
  }

  /** WWW-Authenticate values for a refused request; none where only WS-Security helps. */
  challenges(verdict: LoginVerdict, isSoap: boolean): string[] {
    return isSoap && this.#mode === "wsse" ? [] : this.#http.challenges(verdict === "stale");
  }
}
