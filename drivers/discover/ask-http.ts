import type { Clock } from "../../agent/base/clock.ts";
import { httpUrl } from "../protocol/endpoint.ts";
import { exchange, type HttpAnswer } from "../protocol/http-client.ts";
import { parseChallenges } from "../protocol/http-digest.ts";
import { envelope, readSoap, refusesLogin } from "../protocol/soap.ts";
import type { HttpDoor, Observation } from "./found-device.ts";
import { plainText } from "./plain-text.ts";

/** Enough for a start page's head and for any SOAP answer that is looked for. */
const PAGE_BYTES = 262_144;

const DEVICE_SERVICE = "/onvif/device_service";

export interface AskLimits {
  readonly clock: Clock;
  /** Milliseconds for each question. */
  readonly answerMs: number;
}

/** How a make's own interface shows: beyond doubt, or by wanting a login where the start page wants none. */
export type InterfaceSign = "tells" | "wants-login";

/** Asks questions of one web server, none of them with a login. */
export class HttpAsker {
  readonly #host: string;
  readonly #door: HttpDoor;
  readonly #limits: AskLimits;
  readonly #signal: AbortSignal;

  constructor(host: string, door: HttpDoor, limits: AskLimits, signal: AbortSignal) {
    this.#host = host;
    this.#door = door;
    this.#limits = limits;
    this.#signal = signal;
  }

  /** GET /: who serves it. Undefined where HTTP is not spoken. */
  async startPage(): Promise<Extract<Observation, { kind: "http" }> | undefined> {
    const page = await this.#get("/");
    if (!page) return undefined;
    const text = page.body.toString("utf8");
    const server = plainText(page.header("server"));
    const realm = plainText(parseChallenges(page.challenges)[0]?.parameters.get("realm"));
    const title = plainText(/<title[^>]{0,100}>([^<]{1,200})/i.exec(text)?.[1]);
    const leadsTo = plainText(
      page.header("location") ??
        /(?:location(?:\.href)?\s*=\s*|url=)["']?([^"'<>\s]{1,200})/i.exec(text)?.[1],
    );
    return {
      kind: "http",
      door: this.#door,
      status: page.status,
      ...(server && { server }),
      ...(realm && { realm }),
      ...(title && { title }),
      ...(leadsTo && { leadsTo }),
    };
  }

  /**
   * GetSystemDateAndTime, which ONVIF gives to everybody (Core 5.9.3). A device that wants a login for it says so in
   * SOAP; a 401 alone is no sign, because any server may want a login for every path.
   */
  async onvif(): Promise<Extract<Observation, { kind: "onvif" }> | undefined> {
    const body = envelope("", `<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/>`);
    const answer = await this.#exchange("POST", DEVICE_SERVICE, {
      headers: { "Content-Type": "application/soap+xml; charset=utf-8" },
      body: Buffer.from(body),
    });
    if (!answer) return undefined;
    const soap = readSoap(answer.body.toString("utf8"));
    if (!soap.ok) return undefined;
    const isOnvif =
      soap.value.kind === "answer"
        ? soap.value.body.name === "GetSystemDateAndTimeResponse"
        : refusesLogin(soap.value.fault);
    return isOnvif ? { kind: "onvif", door: { ...this.#door, path: DEVICE_SERVICE } } : undefined;
  }

  /** Hikvision's interface (ISAPI). `pageStatus`: what the start page was answered with. */
  async isapi(pageStatus: number): Promise<InterfaceSign | undefined> {
    const answer = await this.#get("/ISAPI/System/deviceInfo");
    // A locked account (403, or 401 without a challenge) is answered in ISAPI's own words.
    if (answer && /<(?:DeviceInfo|ResponseStatus|userCheck)[\s>]/.test(answer.body.toString("utf8")))
      return "tells";
    return answer?.status === 401 && pageStatus !== 401 ? "wants-login" : undefined;
  }

  /** Dahua's interface (CGI), whose realm names the device: "Login to 4A0B…". */
  async cgi(pageStatus: number): Promise<InterfaceSign | undefined> {
    const answer = await this.#get("/cgi-bin/magicBox.cgi?action=getDeviceType");
    const realm = parseChallenges(answer?.challenges ?? [])[0]?.parameters.get("realm") ?? "";
    if (answer?.status === 401 && /^login to /i.test(realm)) return "tells";
    if (answer?.status === 200 && /^\s*(?:type|deviceType)=/i.test(answer.body.toString("latin1")))
      return "tells";
    return answer?.status === 401 && pageStatus !== 401 ? "wants-login" : undefined;
  }

  #get(target: string): Promise<HttpAnswer | undefined> {
    return this.#exchange("GET", target);
  }

  async #exchange(
    method: "GET" | "POST",
    target: string,
    more: { readonly headers?: Readonly<Record<string, string>>; readonly body?: Uint8Array } = {},
  ): Promise<HttpAnswer | undefined> {
    const { clock, answerMs } = this.#limits;
    const hostname = this.#host.includes(":") ? `[${this.#host}]` : this.#host;
    const protocol = this.#door.tls ? "https:" : "http:";
    const url = httpUrl({ protocol, hostname, port: this.#door.port }, target);
    const limits = { clock, connectTimeout: answerMs, answerTimeout: answerMs, bodyBytes: PAGE_BYTES };
    const answer = await exchange({ method, url, ...more }, limits, this.#signal);
    return answer.ok ? answer.value : undefined;
  }
}
