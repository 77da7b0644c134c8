import { readFileSync } from "node:fs";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { ActiveBehaviours } from "./behaviours-hooks.ts";
import { FrontDoor } from "./camera-door.ts";
import type { LoginVerdict } from "./camera-login.ts";
import type { KeyPair } from "./certificates.ts";
import { loadSnapshot } from "./clip.ts";
import type { EventService } from "./onvif-device-events.ts";
import type { OnvifLogin } from "./onvif-device-login.ts";
import { answerService, DEVICE_PATH, type Services, SNAPSHOT_PATH } from "./onvif-device-services.ts";
import {
  envelopeXml,
  faults,
  faultXml,
  readSoapRequest,
  type SoapAnswer,
  type SoapRequest,
} from "./onvif-device-soap.ts";

export interface OnvifDeviceOptions {
  readonly address: string;
  /** 0: a free one. */
  readonly port: number;
  readonly login: OnvifLogin;
  readonly services: Services;
  readonly events: EventService;
  readonly tls: KeyPair | undefined;
  /** HTTP status of a NotAuthorized fault to a WS-Security login; makes differ. */
  readonly notAuthorizedStatus: 400 | 401 | 500;
  readonly behaviours: ActiveBehaviours;
  readonly onRequest: (action: string) => void;
  readonly onLoginRefused: () => void;
}

const LARGEST_REQUEST = 65_536;

/** An ONVIF device over HTTP or HTTPS: device, media and event services and the snapshot. */
export class OnvifDevice {
  readonly #options: OnvifDeviceOptions;
  readonly #http: Server;
  readonly door: FrontDoor;

  constructor(options: OnvifDeviceOptions) {
    this.#options = options;
    this.#http = serverOf(options.tls, (request, response) => {
      void this.#handle(request, response);
    });
    this.#http.timeout = 0;
    this.door = new FrontDoor("http", options, options.behaviours, (stream) => {
      this.#http.emit("connection", stream);
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const taken = this.#options.behaviours.first((behaviour) => behaviour.onHttpRequest?.(request, response));
    if (taken) return;
    const text = await readBody(request);
    const path = request.url ?? "/";
    if (text === undefined) return this.#send(response, 413, "text/plain", "");
    if (request.method === "GET" && path.split("?")[0] === SNAPSHOT_PATH)
      return this.#snapshot(request, response);
    if (request.method !== "POST" || !this.#isService(path))
      return this.#send(response, 404, "text/plain", "");
    const soap = readSoapRequest(text, path);
    if (!soap) return this.#sendSoap(response, { fault: faults.notWellFormed });
    await this.#soap(soap, request, response);
  }

  #isService(path: string): boolean {
    const device = this.#options.services.path;
    return path === device || (path.startsWith("/onvif/") && path !== DEVICE_PATH);
  }

  async #soap(soap: SoapRequest, request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#options.onRequest(soap.action.slice(soap.action.indexOf(":") + 1));
    const { login, behaviours, services, events } = this.#options;
    if (soap.action !== "tds:GetSystemDateAndTime") {
      const verdict = login.checkSoap(request, soap);
      if (verdict !== "accepted") return this.#refuse(response, verdict, true);
    }
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const answer = behaviours.first((behaviour) => behaviour.onSoapRequest?.(soap)) ??
      answerService(services, soap) ??
      (await events.answer(soap, gone.signal)) ?? { fault: faults.actionNotSupported(soap.action) };
    if (answer !== "unanswered") this.#sendSoap(response, answer);
  }

  #snapshot(request: IncomingMessage, response: ServerResponse): void {
    this.#options.onRequest("Snapshot");
    const verdict = this.#options.login.checkHttp(request);
    if (verdict === "accepted") this.#send(response, 200, "image/jpeg", loadSnapshot());
    else this.#refuse(response, verdict, false);
  }

  #refuse(response: ServerResponse, verdict: LoginVerdict, isSoap: boolean): void {
    if (verdict === "refused") this.#options.onLoginRefused();
    const challenges = this.#options.login.challenges(verdict, isSoap);
    if (challenges.length > 0) response.setHeader("WWW-Authenticate", challenges);
    const status = challenges.length > 0 ? 401 : this.#options.notAuthorizedStatus;
    if (isSoap) this.#sendSoap(response, { fault: faults.notAuthorized(status) });
    else this.#send(response, 401, "text/plain", "");
  }

  #sendSoap(response: ServerResponse, answer: SoapAnswer): void {
    const [status, body] =
      "fault" in answer ? [answer.fault.status, faultXml(answer.fault)] : [200, answer.body];
    this.#send(response, status, "application/soap+xml; charset=utf-8", envelopeXml(body));
  }

  #send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
    if (this.#options.behaviours.first((behaviour) => behaviour.onHttpAnswer?.())) return;
    response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  }
}

function serverOf(tls: KeyPair | undefined, serve: RequestListener): Server {
  const patient = { requestTimeout: 0, headersTimeout: 0 };
  if (!tls) return createServer(patient, serve);
  const [cert, key] = [readFileSync(tls.certificate), readFileSync(tls.key)];
  return createTlsServer({ ...patient, cert, key }, serve);
}

/** Undefined for a request that is too large; its connection is of no more use. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > LARGEST_REQUEST) return undefined;
      parts.push(part);
    }
  } catch {
    // The client went away in the middle; what is written to it from here on goes nowhere.
    return undefined;
  }
  return Buffer.concat(parts).toString("utf8");
}
