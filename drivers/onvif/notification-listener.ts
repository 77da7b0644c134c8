import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { readSoap } from "../protocol/soap.ts";
import type { XmlElement } from "../protocol/xml.ts";

/** Largest notification that is taken, bytes; it is one event or a few. */
const LARGEST = 262_144;
/** Of one camera; each holds one notification at most, which waits for the disk. More are refused. */
const CONNECTIONS = 8;
/** Milliseconds that a camera may take to send one. */
const PATIENCE = 10_000;

export interface NotificationListener extends AsyncDisposable {
  /** Where the camera is to send to. Its path is a secret: who does not know it is not heard. */
  readonly url: string;
}

/**
 * Hears what a camera sends by itself (WS-BaseNotification), on one of this box's addresses, for as long as it is not
 * disposed of. `take` gets the Notify element; the camera is answered when it resolves, so that it may send again what
 * was not kept. Rejects with the system's error where there is no listening on that address.
 */
export async function listenForNotifications(
  address: string,
  take: (notify: XmlElement) => Promise<void>,
): Promise<NotificationListener> {
  const path = `/${randomUUID()}`;
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== "POST" || request.url !== path) return answer(response, 404);
    const body = await bodyOf(request);
    if (body === undefined) return answer(response, 413);
    const soap = readSoap(body);
    if (!soap.ok || soap.value.kind !== "answer") return answer(response, 400);
    await take(soap.value.body);
    answer(response, 200);
  };
  const server = createServer(
    { requestTimeout: PATIENCE, headersTimeout: PATIENCE, insecureHTTPParser: true, maxHeaderSize: 16_384 },
    (request, response) => void handle(request, response),
  );
  server.maxConnections = CONNECTIONS;
  server.keepAliveTimeout = PATIENCE;
  server.listen(0, address);
  await once(server, "listening");
  // A connection that could not be accepted (no descriptor left): the camera tries again.
  server.on("error", () => {});
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${isIPv6(address) ? `[${address}]` : address}:${port}${path}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { "Content-Length": 0, ...(status !== 200 && { Connection: "close" }) });
  response.end();
}

/** Undefined for one that is too large or was not sent to its end. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > LARGEST) return undefined;
      parts.push(part);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(parts).toString("utf8");
}
