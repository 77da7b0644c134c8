/** Where a device answers HTTP. */
export interface Endpoint {
  readonly protocol: "http:" | "https:";
  /** As it stands in a URL: an IPv6 address has its brackets. */
  readonly hostname: string;
  readonly port: number;
}

const USUAL_PORTS = { "http:": 80, "https:": 443 } as const;

/** "192.168.1.20:8000", "https://[fd00::20]" and the like, as the configuration has checked it. */
export function endpointOf(address: string): Endpoint {
  const url = new URL(address.includes("://") ? address : `http://${address}`);
  const protocol = url.protocol === "https:" ? "https:" : "http:";
  return { protocol, hostname: url.hostname, port: Number(url.port || USUAL_PORTS[protocol]) };
}

/** The address of a stream, without login. */
export function rtspAddress(hostname: string, port: number | undefined, target: string): string {
  return `rtsp://${hostname}${port === undefined || port === 554 ? "" : `:${port}`}${target}`;
}

export function httpUrl({ protocol, hostname, port }: Endpoint, target: string): URL {
  // Not new URL(target, base): "/\\evil.example" would lead the login there.
  return new URL(`${protocol}//${hostname}:${port}${target}`);
}
