import { fail, type Result } from "../../agent/base/result.ts";
import type { Login } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { inBoth } from "../../agent/model/messages/text.ts";
import {
  type Answered,
  type Attempt,
  type DeviceLogin,
  type Guard,
  HttpLogin,
  type LoginRequest,
} from "../protocol/http-login.ts";
import { type Complaint, readComplaint, withComplaint } from "./response-status.ts";
import { answered, ISAPI } from "./verdict.ts";

/** The login of one device, of which the device says more than 401: how many tries are left, whether it is locked. */
export class IsapiLogin implements DeviceLogin {
  readonly #login: HttpLogin;
  readonly #credentials: Login | undefined;
  /** What a refusal of the login said last. */
  #complaint: Complaint | undefined;
  /** While the gate holds a login that the device had locked. */
  #isLocked = false;

  constructor(credentials: Login | undefined) {
    this.#credentials = credentials;
    this.#login = new HttpLogin(credentials);
  }

  async send<T extends Answered>(
    request: LoginRequest,
    host: Guard,
    attempt: Attempt<T>,
  ): Promise<Result<T, Fault>> {
    const guarded = this.#guarded(host);
    const answer = await this.#login.send(request, guarded, async (headers) => {
      const tried = await attempt(headers);
      if (!tried.ok || (tried.value.status !== 401 && tried.value.status !== 403)) return tried;
      const { status, body } = tried.value;
      const complaint = body && readComplaint(body.toString("utf8"));
      if (status === 401) this.#complaint = complaint;
      // A try of a locked account, though with the right password, begins the lock anew.
      const isTried = status === 401 && headers.Authorization !== undefined;
      return complaint?.locked && !isTried ? this.#refusedLocked(request, guarded, status, complaint) : tried;
    });
    if (!answer.ok) return fail(this.#explained(answer.error));
    this.#isLocked = false;
    this.#complaint = undefined;
    return answer;
  }

  #refusedLocked(
    { url }: LoginRequest,
    host: Guard,
    status: number,
    complaint: Complaint,
  ): Result<never, Fault> {
    const login = this.#credentials;
    const seen = answered(url.pathname.slice(ISAPI.length), status);
    this.#complaint = complaint;
    if (!login) return fail(fault("login-missing", withComplaint(seen, complaint)));
    // What is held already stays so from its own beginning.
    return fail(host.refusal(login, "http") ?? host.rejected(login, seen, "http"));
  }

  /** Refusals are noted with the device's words. */
  #guarded(host: Guard): Guard {
    return {
      refusal: (login, service) => host.refusal(login, service),
      accepted: (login, service) => host.accepted(login, service),
      rejected: (login, evidence, service) => {
        this.#isLocked = this.#complaint?.locked !== undefined;
        const seen = inBoth(evidence, (text) => text);
        return host.rejected(login, withComplaint(seen, this.#complaint), service);
      },
    };
  }

  /** A locked account is neither a wrong password nor a busy device: whoever reads it shall wait. */
  #explained(seen: Fault): Fault {
    const isRefused = seen.cause === "login-rejected" || seen.cause === "login-busy";
    return this.#isLocked && isRefused ? fault("login-forbidden", seen.evidence) : seen;
  }
}
