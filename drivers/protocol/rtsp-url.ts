/**
 * RTSP addresses as text. WHATWG's URL is not used on what cameras write: it re-encodes and drops parts that a
 * camera wants back as it wrote them.
 */

export interface RtspUrl {
  /** As written, IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query, beginning with "/"; empty where there is none. Printable ASCII only. */
  readonly target: string;
}

const DEFAULT_PORT = 554;
const LENGTH_LIMIT = 2_048;

/** Undefined where the text is no rtsp:// address. A user name or password in it is dropped. */
export function parseRtspUrl(text: string): RtspUrl | undefined {
  const match =
    /^rtsp:\/\/(?:[^@/?#]*@)?(\[[0-9a-f:.]+\]|[^:/?#\s]+)(?::(\d{0,5}))?([/?][^#]*)?(?:#.*)?$/i.exec(
      text.slice(0, LENGTH_LIMIT).trim(),
    );
  if (!match) return undefined;
  const port = Number(match[2] || DEFAULT_PORT);
  if (port < 1 || port > 65_535) return undefined;
  const target = match[3] ?? "";
  return {
    host: match[1] ?? "",
    port,
    target: printable(target.startsWith("?") ? `/${target}` : target),
  };
}

export function formatRtspUrl({ host, port, target }: RtspUrl): string {
  return `rtsp://${host}:${port}${target}`;
}

/**
 * The address that a control attribute stands for (RFC 2326 C.1.1), on the host and port of `base` whatever host the
 * camera writes: behind port forwarding it writes one that cannot be reached. A relative control is appended to the
 * base after a "/", as live555 and ffmpeg do: RFC 3986 would cut off Dahua's query
 * ("…/realmonitor?channel=1&subtype=1/" with "trackID=0") and H264DVR's last part ("…/camera" with "trackID=3").
 */
export function resolveControl(base: RtspUrl, control: string | undefined): RtspUrl {
  const text = control?.trim() ?? "";
  if (text === "" || text === "*") return base;
  const absolute = parseRtspUrl(text);
  if (absolute) return { ...base, target: absolute.target };
  if (text.startsWith("/")) return { ...base, target: printable(text) };
  const relative = printable(text.slice(0, LENGTH_LIMIT));
  return { ...base, target: `${base.target}${base.target.endsWith("/") ? "" : "/"}${relative}` };
}

/**
 * The base that controls are relative to: Content-Base, else Content-Location, else the request's address (RFC 2326
 * C.1.1), on the request's host and port. Anjvision writes its Content-Base without the scheme.
 */
export function baseUrl(
  request: RtspUrl,
  contentBase: string | undefined,
  contentLocation: string | undefined,
): RtspUrl {
  for (const text of [contentBase, contentLocation]) {
    const url = text === undefined ? undefined : (parseRtspUrl(text) ?? parseRtspUrl(`rtsp://${text}`));
    if (url) return { ...request, target: url.target };
  }
  return request;
}

function printable(text: string): string {
  return text.toWellFormed().replaceAll(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character));
}
