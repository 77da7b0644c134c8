import { type Endpoint, endpointOf, httpUrl, rtspAddress } from "../protocol/endpoint.ts";

/**
 * Addresses that cameras give of themselves. Behind port forwarding or after a move they name a wrong host or port
 * (agsh/onvif #231: no host at all): path and query are the camera's, host and port the technician's. So is whether to
 * speak TLS: a camera behind https that names http would have the login sent in the clear.
 */

/** Path and query of an address, however broken its host; undefined where there is none to speak of. */
function targetOf(address: string | undefined): string | undefined {
  const target = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?(\/[^#\s]*)/i.exec((address ?? "").trim())?.[1];
  return target === "/" ? undefined : target;
}

/** Where to reach a service or subscription that the camera says is at `address`. */
export function serviceUrl(address: string | undefined, endpoint: Endpoint, otherwise: URL): URL {
  const target = targetOf(address);
  return target === undefined ? otherwise : httpUrl(endpoint, target);
}

/** The stream's address without login, at the configured host; undefined where the camera gave none. */
export function streamAddress(
  uri: string,
  hostname: string,
  rtspPort: number | undefined,
): string | undefined {
  const match = /^rtsps?:\/\/(?:[^/?#]*@)?([^/?#@]*)([^#\s]*)/i.exec(uri.trim());
  if (!match) return undefined;
  return rtspAddress(hostname, rtspPort ?? portOf(match[1] ?? ""), match[2] || "/");
}

/**
 * Where to fetch a snapshot. A camera that knows itself by the configured host is not behind a translation, and its
 * port is right too, also where it is not ONVIF's (Reolink: ONVIF on 8000, pictures on 80), unless it would lead out
 * of TLS.
 */
export function snapshotUrl(uri: string, endpoint: Endpoint): URL | undefined {
  const target = targetOf(uri);
  if (target === undefined) return undefined;
  const named = /^https?:/i.test(uri) && URL.canParse(uri) ? endpointOf(new URL(uri).origin) : undefined;
  if (named?.hostname !== endpoint.hostname) return httpUrl(endpoint, target);
  const leadsOutOfTls = endpoint.protocol === "https:" && named.protocol === "http:";
  return httpUrl(leadsOutOfTls ? endpoint : named, target);
}

/**
 * For people and the wire: XM and its many brands write the login into the path
 * ("/user=admin_password=tlJwpbo6_channel=1_stream=0.sdp"), others into the query.
 */
export function withoutSecrets(address: string): string {
  return address.replaceAll(/((?:password|passwd|pass|pwd|loginpas)=)[^&_?/#]*/gi, "$1***");
}

function portOf(authority: string): number | undefined {
  const port = Number(/:(\d{1,5})$/.exec(authority)?.[1]);
  return port >= 1 && port <= 65_535 ? port : undefined;
}
