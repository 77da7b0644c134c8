import {
  children,
  escapeXml,
  find,
  localName,
  namespaceOf,
  readXml,
  textOf,
  type XmlElement,
} from "./onvif-device-xml.ts";

export const namespaces = {
  env: "http://www.w3.org/2003/05/soap-envelope",
  wsa: "http://www.w3.org/2005/08/addressing",
  wsnt: "http://docs.oasis-open.org/wsn/b-2",
  "wsrf-rw": "http://docs.oasis-open.org/wsrf/rw-2",
  wstop: "http://docs.oasis-open.org/wsn/t-1",
  ter: "http://www.onvif.org/ver10/error",
  tt: "http://www.onvif.org/ver10/schema",
  tds: "http://www.onvif.org/ver10/device/wsdl",
  trt: "http://www.onvif.org/ver10/media/wsdl",
  tr2: "http://www.onvif.org/ver20/media/wsdl",
  tev: "http://www.onvif.org/ver10/events/wsdl",
  tse: "http://www.onvif.org/ver10/search/wsdl",
  tns1: "http://www.onvif.org/ver10/topics",
} as const;

/** What a client asks for. `action` is the request element with its usual prefix: "tds:GetDeviceInformation". */
export interface SoapRequest {
  readonly action: string;
  readonly body: XmlElement;
  /** The WS-Security header, where there is one. */
  readonly security: XmlElement | undefined;
  /** Path and query that it was posted to. */
  readonly path: string;
  /** Number of the subscription that it is about, from the path or the reference parameters. */
  readonly subscription: number | undefined;
}

/** SOAP 1.2 fault with ONVIF's subcodes (ONVIF Core 5.8.2), outermost first. */
export interface SoapFault {
  readonly status: 400 | 401 | 500;
  readonly code: "Sender" | "Receiver";
  readonly subcodes: readonly string[];
  readonly reason: string;
  /** XML inside env:Detail. */
  readonly detail?: string;
}

export type SoapAnswer = { readonly body: string } | { readonly fault: SoapFault };

export function readSoapRequest(text: string, path: string): SoapRequest | undefined {
  const envelope = readXml(text);
  if (!envelope || localName(envelope) !== "Envelope" || namespaceOf(envelope) !== namespaces.env)
    return undefined;
  const content = find(envelope, "Body");
  const body = content && children(content)[0];
  if (!body) return undefined;
  const subscription =
    /[?&]subscription=(\d+)/.exec(path)?.[1] ?? textOf(find(envelope, "Header", "SubscriptionId"));
  return {
    action: `${prefixOf(namespaceOf(body))}:${localName(body)}`,
    body,
    security: find(envelope, "Header", "Security"),
    path,
    subscription: subscription === undefined ? undefined : Number(subscription),
  };
}

function prefixOf(namespace: string | undefined): string {
  return Object.entries(namespaces).find(([, name]) => name === namespace)?.[0] ?? "unknown";
}

const declarations = Object.entries(namespaces)
  .map(([prefix, name]) => ` xmlns:${prefix}="${name}"`)
  .join("");

export function envelopeXml(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope${declarations}><env:Body>${body}</env:Body></env:Envelope>`;
}

export function faultXml(fault: SoapFault): string {
  const subcode = fault.subcodes.reduceRight(
    (inner, value) => `<env:Subcode><env:Value>${value}</env:Value>${inner}</env:Subcode>`,
    "",
  );
  const detail = fault.detail === undefined ? "" : `<env:Detail>${fault.detail}</env:Detail>`;
  return (
    `<env:Fault><env:Code><env:Value>env:${fault.code}</env:Value>${subcode}</env:Code>` +
    `<env:Reason><env:Text xml:lang="en">${escapeXml(fault.reason)}</env:Text></env:Reason>${detail}</env:Fault>`
  );
}

export const faults = {
  notAuthorized: (status: 400 | 401 | 500): SoapFault => ({
    status,
    code: "Sender",
    subcodes: ["ter:NotAuthorized"],
    reason: "Sender not authorized",
  }),
  actionNotSupported: (action: string): SoapFault => ({
    status: 500,
    code: "Receiver",
    subcodes: ["ter:ActionNotSupported"],
    reason: `${action} is not supported`,
  }),
  notWellFormed: {
    status: 400,
    code: "Sender",
    subcodes: ["ter:WellFormed"],
    reason: "Well-formed error",
  },
  invalidArgument: (subcode: string, reason: string): SoapFault => ({
    status: 400,
    code: "Sender",
    subcodes: ["ter:InvalidArgVal", subcode],
    reason,
  }),
  resourceUnknown: {
    status: 500,
    code: "Sender",
    subcodes: ["wsrf-rw:ResourceUnknownFault"],
    reason: "Unknown subscription",
    detail: "<wsrf-rw:ResourceUnknownFault/>",
  },
  tooManySubscriptions: {
    status: 500,
    code: "Receiver",
    subcodes: ["wsnt:SubscribeCreationFailedFault"],
    reason: "Maximum number of subscriptions reached",
    detail: "<wsnt:SubscribeCreationFailedFault/>",
  },
} as const satisfies Record<string, SoapFault | ((...of: never) => SoapFault)>;
