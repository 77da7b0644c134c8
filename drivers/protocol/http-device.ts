import type { Result } from "../../agent/base/result.ts";
import type { DriverContext, Login } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import { type Endpoint, httpUrl } from "./endpoint.ts";
import { inSlot } from "./given-up.ts";
import { exchange, type HttpAnswer } from "./http-client.ts";
import { type DeviceLogin, HttpLogin } from "./http-login.ts";
import { PICTURE_BYTES, type RefusalIn, readJpeg } from "./jpeg.ts";

/** Largest answer that is read, bytes; the remote devices of a 64-channel recorder are a third of it. */
const ANSWER_BYTES = 524_288;

/** A question to a device. */
export interface HttpQuestion {
  /** Path and query: "/cgi-bin/snapshot.cgi?channel=1". */
  readonly path: string;
  /** Sent by POST as `type`; without it the question is a GET. */
  readonly body?: string | undefined;
  readonly type?: string;
  readonly bodyBytes?: number;
}

/**
 * The HTTP of one device: one login and one nonce, however many of its channels ask, each question in one of the host's
 * request slots and bounded in time and bytes. Never rejects for what a device does.
 */
export class HttpDevice {
  readonly endpoint: Endpoint;
  readonly login: DeviceLogin;
  readonly #context: DriverContext;

  /** `shown` is how the login is given, where the make has a way of its own. */
  constructor(
    endpoint: Endpoint,
    login: Login | undefined,
    context: DriverContext,
    shown: DeviceLogin = new HttpLogin(login),
  ) {
    this.endpoint = endpoint;
    this.login = shown;
    this.#context = context;
  }

  /** The answer as it came, whatever its status but 401. */
  fetch(
    { path, body, type = "application/json", bodyBytes = ANSWER_BYTES }: HttpQuestion,
    signal: AbortSignal,
  ): Promise<Result<HttpAnswer, Fault>> {
    const { clock, health, host } = this.#context;
    const url = httpUrl(this.endpoint, path);
    const request =
      body === undefined
        ? { method: "GET" as const, url }
        : { method: "POST" as const, url, body: Buffer.from(body) };
    const typed = body === undefined ? {} : { "Content-Type": type };
    const timeout = health().requestTimeout;
    const limits = { clock, connectTimeout: timeout, answerTimeout: timeout, bodyBytes };
    return inSlot(host, signal, () =>
      this.login.send(request, host, (headers) =>
        exchange({ ...request, headers: { ...typed, ...headers } }, limits, signal),
      ),
    );
  }

  /** One JPEG. */
  async picture(
    path: string,
    signal: AbortSignal,
    refusalIn: RefusalIn = ({ status }) => refusalBy(status, path),
  ): Promise<Result<Uint8Array, Fault>> {
    const answer = await this.fetch({ path, bodyBytes: PICTURE_BYTES }, signal);
    return answer.ok ? readJpeg(answer.value, refusalIn) : answer;
  }
}

function refusalBy(status: number, path: string): Fault | undefined {
  if (status === 200) return undefined;
  const request = path.split("?", 1)[0] ?? "";
  const seen = compose(evidenceTexts.answerTo, { answer: `HTTP ${status}`, request });
  return fault(status === 403 ? "login-forbidden" : "request-refused", seen);
}
