import type { Login } from "../../agent/model/camera.ts";
import { createCamera, type OnvifOptions, type SimulatedCamera } from "./camera.ts";
import { children, find, localName, readXml, textOf, type XmlElement } from "./onvif-device-xml.ts";
import { type HttpAnswer, http, soapEnvelope } from "./simulated-client.ts";
import { TestClock } from "./test-clock.ts";

export const login: Login = { username: "quản&trị", password: "Mật<khẩu>&1" };
export const device = (onvif: OnvifOptions = {}, clock = new TestClock()) =>
  createCamera({ login, onvif, rtsp: false, clock });
export const open = { authentication: "none" } as const;

interface Answer {
  readonly status: number;
  readonly body: XmlElement;
  /** Fault subcodes, outermost first; empty for an answer that is no fault. */
  readonly subcodes: readonly string[];
  readonly headers: HttpAnswer["headers"];
}

interface Ask {
  readonly content?: string;
  readonly header?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export async function ask(
  camera: SimulatedCamera,
  action: string,
  { content, header, path, ...rest }: Ask = {},
): Promise<Answer> {
  const answer = await http({
    port: camera.onvifPort,
    path: path ?? "/onvif/device_service",
    body: soapEnvelope(action, content, header),
    ...rest,
  });
  const body = find(readXml(answer.body.toString("utf8")), "Body");
  const first = body && children(body)[0];
  if (!first) throw new Error(`no SOAP body in ${answer.body.toString("utf8")}`);
  const outer = find(first, "Code", "Subcode");
  const subcodes = [outer, find(outer, "Subcode")].map((code) => textOf(find(code, "Value")));
  const known = subcodes.filter((code) => code !== undefined);
  return { status: answer.status, body: first, subcodes: known, headers: answer.headers } satisfies Answer &
    object;
}

/** Subscribes; gives the path that the device tells and, as asked, what it says of time. */
export async function subscribe(camera: SimulatedCamera, life = "PT60S") {
  const content = `<tev:InitialTerminationTime>${life}</tev:InitialTerminationTime>`;
  const answer = await ask(camera, "tev:CreatePullPointSubscription", { content });
  const address = new URL(textOf(find(answer.body, "SubscriptionReference", "Address")) ?? "");
  const at = (name: string) => Date.parse(textOf(find(answer.body, name)) ?? "");
  return { path: address.pathname + address.search, lifeMs: at("TerminationTime") - at("CurrentTime") };
}

export async function pull(
  camera: SimulatedCamera,
  path: string,
  { timeout = "PT60S", limit = 10, signal }: { timeout?: string; limit?: number; signal?: AbortSignal } = {},
) {
  const content = `<tev:Timeout>${timeout}</tev:Timeout><tev:MessageLimit>${limit}</tev:MessageLimit>`;
  const answer = await ask(camera, "tev:PullMessages", { path, content, ...(signal ? { signal } : {}) });
  const messages = children(answer.body).filter((child) => localName(child) === "NotificationMessage");
  return {
    subcodes: answer.subcodes,
    messages: messages.map((message) => {
      const inner = find(message, "Message", "Message");
      const items = children(find(inner, "Data") ?? message);
      return {
        topic: textOf(find(message, "Topic")),
        operation: inner?.attributes.PropertyOperation,
        data: Object.fromEntries(items.map((item) => [item.attributes.Name, item.attributes.Value])),
      };
    }),
  };
}
