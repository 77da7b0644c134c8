import { randomUUID } from "node:crypto";
import { childAt, childrenNamed, escapeXml, parseXml, textAt, type XmlElement } from "../protocol/xml.ts";
import type { Announcement, OnvifDoor } from "./found-device.ts";
import { macOf } from "./mac-makes.ts";
import { makeOfTexts } from "./make-banners.ts";
import { plainText } from "./plain-text.ts";
import type { Question } from "./question.ts";

/** WS-Discovery of April 2005, as ONVIF has it (Core, 7; Test specification: Probe for NetworkVideoTransmitter). */

const SOAP = "http://www.w3.org/2003/05/soap-envelope";
const ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing";
const DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery";
const NETWORK = "http://www.onvif.org/ver10/network/wsdl";

/** Devices in one answer; each answers for itself, a discovery proxy for several. */
const MATCHES = 64;
const SCOPES = 64;
const ADDRESSES = 16;

export const wsDiscovery: Question = {
  by: "ws-discovery",
  group: "239.255.255.250",
  port: 3702,
  answersGoToGroup: false,
  message: () => Buffer.from(probeMessage(`uuid:${randomUUID()}`)),
  read: (bytes, from) => readProbeMatches(bytes.toString("utf8"), from),
};

function probeMessage(messageId: string): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?>` +
    `<s:Envelope xmlns:s="${SOAP}" xmlns:a="${ADDRESSING}"><s:Header>` +
    `<a:Action s:mustUnderstand="1">${DISCOVERY}/Probe</a:Action>` +
    `<a:MessageID>${escapeXml(messageId)}</a:MessageID>` +
    `<a:ReplyTo><a:Address>${ADDRESSING}/role/anonymous</a:Address></a:ReplyTo>` +
    `<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>` +
    `<s:Body><Probe xmlns="${DISCOVERY}"><d:Types xmlns:d="${DISCOVERY}" xmlns:dp0="${NETWORK}">` +
    `dp0:NetworkVideoTransmitter</d:Types></Probe></s:Body></s:Envelope>`
  );
}

/**
 * Devices of a ProbeMatches from the address `from`; none where the text is something else or says that it is a
 * printer. Not told apart by their endpoint reference alone: many of Xiongmai's brands leave the factory with one and
 * the same.
 */
export function readProbeMatches(text: string, from: string): Announcement[] {
  const parsed = parseXml(text);
  if (!parsed.ok || parsed.value.name !== "Envelope") return [];
  const matches = childAt(parsed.value, "Body", "ProbeMatches");
  return childrenNamed(matches, "ProbeMatch")
    .slice(0, MATCHES)
    .filter(isOnvif)
    .map((match): Announcement => {
      const doors = (textAt(match, "XAddrs") ?? "").split(/\s+/, ADDRESSES).flatMap(doorOf);
      const own = doors.find(({ host }) => host === from) ?? doors[0];
      const scopes = readScopes(textAt(match, "Scopes") ?? "");
      const { name, hardware, manufacturer } = scopes;
      const make = makeOfTexts([manufacturer, name, hardware]) ?? manufacturer;
      const mac = macOf(scopes.mac ?? "");
      return {
        by: "ws-discovery",
        address: from,
        ...(make !== undefined && { make }),
        ...(hardware !== undefined && { model: hardware }),
        ...(name !== undefined && { name }),
        ...(mac !== undefined && { mac }),
        ...(own && { onvif: own.door }),
      };
    });
}

/** Printers and Windows answer WS-Discovery too, some of them to questions that are not for them. */
function isOnvif(match: XmlElement): boolean {
  const types = textAt(match, "Types") ?? "";
  return /NetworkVideo/i.test(types) || /onvif:\/\//i.test(textAt(match, "Scopes") ?? "");
}

function doorOf(text: string): { readonly host: string; readonly door: OnvifDoor }[] {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return [];
  const { hostname, protocol, port, pathname } = new URL(text);
  const tls = protocol === "https:";
  const path = pathname.length <= 256 ? pathname : "/";
  return [{ host: hostname, door: { port: Number(port || (tls ? 443 : 80)), tls, path } }];
}

interface Scopes {
  readonly name?: string;
  readonly hardware?: string;
  readonly manufacturer?: string;
  readonly mac?: string;
}

/** "onvif://www.onvif.org/name/C%E1%BB%95ng" and its like; the first of each kind counts. */
function readScopes(text: string): Scopes {
  const scopes: Record<string, string> = {};
  for (const scope of text.split(/\s+/, SCOPES)) {
    const [, kind = "", value = ""] =
      /^onvif:\/\/www\.onvif\.org\/(name|hardware|manufacturer|mac)\/(.{1,400})$/i.exec(scope) ?? [];
    const plain = plainText(unescaped(value));
    if (plain !== undefined) scopes[kind.toLowerCase()] ??= plain;
  }
  return scopes;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
