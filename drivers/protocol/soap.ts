import { hash } from "node:crypto";
import { fail, ok, type Result } from "../../agent/base/result.ts";
import type { Login } from "../../agent/model/camera.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, type Message } from "../../agent/model/messages/text.ts";
import { childAt, escapeXml, parseXml, textAt, type XmlElement } from "./xml.ts";

/** SOAP 1.2 envelopes, WS-Security UsernameToken and the reading of answers and faults. */

const SOAP = "http://www.w3.org/2003/05/soap-envelope";
const ADDRESSING = "http://www.w3.org/2005/08/addressing";
const WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss";

/** An envelope around `body` (XML) with `header` (XML, prefixes s: and a: declared). */
export function envelope(header: string, body: string): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?>` +
    `<s:Envelope xmlns:s="${SOAP}" xmlns:a="${ADDRESSING}"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

/**
 * WS-Security UsernameToken with a password digest: Base64(SHA-1(nonce + created + password)), all in UTF-8
 * (OASIS UsernameToken Profile 1.0, 3.1). `createdMs` is a time of the device's clock, in milliseconds.
 */
export function usernameToken(login: Login, createdMs: number, nonce: Uint8Array): string {
  const created = new Date(createdMs).toISOString();
  const digest = hash(
    "sha1",
    Buffer.concat([nonce, Buffer.from(created, "utf8"), Buffer.from(login.password, "utf8")]),
    "base64",
  );
  return (
    `<Security s:mustUnderstand="1" xmlns="${WSS}-wssecurity-secext-1.0.xsd"><UsernameToken>` +
    `<Username>${escapeXml(login.username)}</Username>` +
    `<Password Type="${WSS}-username-token-profile-1.0#PasswordDigest">${digest}</Password>` +
    `<Nonce EncodingType="${WSS}-soap-message-security-1.0#Base64Binary">${Buffer.from(nonce).toString("base64")}</Nonce>` +
    `<Created xmlns="${WSS}-wssecurity-utility-1.0.xsd">${created}</Created>` +
    `</UsernameToken></Security>`
  );
}

export interface Addressing {
  readonly action: string;
  readonly to: string;
  /** "urn:uuid:…" */
  readonly messageId: string;
  /** Reference parameters of the endpoint, echoed as headers (WS-Addressing SOAP Binding, 3.3). */
  readonly parameters: readonly XmlElement[];
}

/** WS-Addressing headers; Foscam answers 401 to PullMessages without them (agsh/onvif #158). */
export function addressing({ action, to, messageId, parameters }: Addressing): string {
  return (
    `<a:Action>${escapeXml(action)}</a:Action><a:MessageID>${escapeXml(messageId)}</a:MessageID>` +
    `<a:To>${escapeXml(to)}</a:To>${parameters.map((parameter) => echo(parameter, true)).join("")}`
  );
}

function echo({ name, namespace, attributes, text, children }: XmlElement, outermost: boolean): string {
  const own = [...attributes]
    .filter(([attribute]) => attribute !== "IsReferenceParameter")
    .map(([attribute, value]) => ` ${attribute}="${escapeXml(value)}"`)
    .join("");
  const mark = outermost ? ` a:IsReferenceParameter="true"` : "";
  const content = escapeXml(text) + children.map((child) => echo(child, false)).join("");
  return `<${name} xmlns="${escapeXml(namespace)}"${own}${mark}>${content}</${name}>`;
}

export interface SoapFault {
  /** Local names of code and subcodes, outermost first: ["Sender", "NotAuthorized"]. */
  readonly codes: readonly string[];
  readonly reason: string;
}

export type SoapAnswer =
  | { readonly kind: "answer"; readonly body: XmlElement }
  | { readonly kind: "fault"; readonly fault: SoapFault };

/** Reads an answer down to the one element in its Body; SOAP 1.1 faults too. The error says what is wrong. */
export function readSoap(text: string): Result<SoapAnswer, Message> {
  const parsed = parseXml(text);
  if (!parsed.ok) return parsed;
  if (parsed.value.name !== "Envelope") return fail(evidenceTexts.noEnvelope);
  const content = childAt(parsed.value, "Body")?.children[0];
  if (!content) return fail(evidenceTexts.emptyBody);
  return ok(
    content.name === "Fault"
      ? { kind: "fault", fault: readFault(content) }
      : { kind: "answer", body: content },
  );
}

function readFault(fault: XmlElement): SoapFault {
  const codes: string[] = [];
  for (let code = childAt(fault, "Code"); code; code = childAt(code, "Subcode"))
    codes.push(localPart(textAt(code, "Value") ?? ""));
  const old = textAt(fault, "faultcode");
  if (old) codes.push(localPart(old));
  return {
    codes: codes.filter(Boolean).map((code) => code.slice(0, 64)),
    reason: (textAt(fault, "Reason", "Text") ?? textAt(fault, "faultstring") ?? "").slice(0, 200),
  };
}

function localPart(name: string): string {
  return name.slice(name.lastIndexOf(":") + 1);
}

/**
 * Whether the login was refused: ter:NotAuthorized (ONVIF Core 5.12), wsse:FailedAuthentication, or only in words
 * ("Sender not Authorized", Dahua; "Authority failure", TVT).
 */
export function refusesLogin({ codes, reason }: SoapFault): boolean {
  return (
    codes.some((code) => /^(?:NotAuthori[sz]ed|FailedAuthentication|InvalidSecurity)$/i.test(code)) ||
    /not authori[sz]ed|unauthori[sz]ed|authority failure|authentication failed/i.test(reason)
  );
}

/** Whether the device has no such call, as against refusing it this time. */
export function refusesAction({ codes }: SoapFault): boolean {
  return codes.some((code) =>
    /^(?:ActionNotSupported|OptionalActionNotImplemented|NotImplemented)$/.test(code),
  );
}

export function describeFault({ codes, reason }: SoapFault): Message {
  const seen =
    codes.length > 0
      ? compose(evidenceTexts.soapFault, { codes: codes.join("/") })
      : evidenceTexts.soapFaultBare;
  return reason ? compose(evidenceTexts.detail, { seen, detail: reason }) : seen;
}
