import { fail, ok, type Result } from "../../agent/base/result.ts";
import type { HostGate, Login } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, inBoth, type Message } from "../../agent/model/messages/text.ts";
import { Authenticator, isStale, type MakeCnonce, parseChallenges } from "./http-digest.ts";
import type { InAddress } from "./login-in-address.ts";
import type { RtspConnection } from "./rtsp-connection.ts";
import { type RtspResponse, statusLine } from "./rtsp-message.ts";

export interface RtspClientOptions {
  readonly connection: RtspConnection;
  readonly login: Login | undefined;
  /** Present where the requests' addresses carry the login. */
  readonly inAddress?: InAddress | undefined;
  readonly host: Pick<HostGate, "refusal" | "accepted" | "rejected">;
  /** Milliseconds for one answer. */
  readonly timeoutMs: number;
  readonly makeCnonce?: MakeCnonce;
}

/**
 * Requests with authorization (RFC 2326 D.1.1): a 401 is answered with the login once, or once more with a new nonce
 * where the login is known to be right. A refused login is told to the host's gate, which every other attempt asks
 * first, because cameras lock accounts.
 */
export class RtspClient {
  readonly #options: RtspClientOptions;
  readonly #authenticator: Authenticator;
  #authorizes = false;
  #accepted = false;

  constructor(options: RtspClientOptions) {
    this.#options = options;
    this.#authenticator = new Authenticator(options.makeCnonce);
  }

  /** The answer of any status but 401, or the fault. Rejects with the signal's reason when `signal` aborts. */
  async request(
    method: string,
    uri: string,
    headers: Readonly<Record<string, string | undefined>>,
    signal?: AbortSignal,
  ): Promise<Result<RtspResponse, Fault>> {
    const { connection, login, inAddress, host, timeoutMs } = this.#options;
    for (let renewed = false; ; ) {
      const Authorization = this.#authorization(method, uri);
      const sent = await connection.request(method, uri, { ...headers, Authorization }, timeoutMs, signal);
      if (!sent.ok) return sent;
      const response = sent.value;
      if (response.status !== 401) {
        if (login && Authorization && provesLogin(response)) this.#noteAccepted(login);
        // OPTIONS is answered before any login; a stream that is described without one is guarded by none.
        else if (!Authorization && method === "DESCRIBE" && response.status === 200)
          host.accepted(inAddress && login, "rtsp");
        return ok(response);
      }
      const line = statusLine(response, method);
      const evidence = inAddress ? inBoth(line, inAddress.hide) : line;
      const challenges = parseChallenges(response.headers.get("www-authenticate") ?? []);
      if (!login) return fail(fault("login-missing", evidence));
      if (Authorization !== undefined) {
        if (renewed || !(this.#accepted || isStale(challenges)))
          return fail(host.rejected(login, evidence, "rtsp"));
        renewed = true;
      }
      const refusal = host.refusal(login, "rtsp");
      if (refusal) return fail(refusal);
      if (!this.#authenticator.accept(challenges))
        return fail(
          inAddress
            ? host.rejected(login, evidence, "rtsp")
            : fault("login-scheme", offered(evidence, challenges)),
        );
      this.#authorizes = true;
    }
  }

  #authorization(method: string, uri: string): string | undefined {
    const { login } = this.#options;
    return this.#authorizes && login ? this.#authenticator.authorize({ method, uri, ...login }) : undefined;
  }

  #noteAccepted(login: Login): void {
    if (!this.#accepted) this.#options.host.accepted(login, "rtsp");
    this.#accepted = true;
  }
}

/** Any answer past the login shows that it was right; 403 and server errors may come before it is looked at. */
function provesLogin({ status }: RtspResponse): boolean {
  return status !== 403 && status < 500;
}

function offered(seen: Message, challenges: ReturnType<typeof parseChallenges>): Message {
  const schemes = challenges.map(({ scheme, parameters }) =>
    [scheme, parameters.get("algorithm")].join(" ").trim(),
  );
  return schemes.length > 0
    ? compose(evidenceTexts.offering, { seen, schemes: schemes.join(", ") })
    : compose(evidenceTexts.offeringNone, { seen });
}
