import { readFile } from "node:fs/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { fail, ok, type Result } from "../base/result.ts";
import type { BrokerConfig } from "../model/config.ts";
import { compose, type Message } from "../model/messages/text.ts";
import { uplinkTexts } from "../model/messages/uplink.ts";
import { FrameWatch } from "./mqtt-frames.ts";
import { EndError, errorWords } from "./mqtt-words.ts";

/** Loaded where it is asked for: Node's TLS is 3 MB. */
const tls = () => process.getBuiltinModule("node:tls");

export type Files = Pick<ConnectionOptions, "ca" | "cert" | "key">;

/** Reads the PEM files anew for every connection, so that a renewed certificate needs no restart. */
export async function readTlsFiles(broker: BrokerConfig): Promise<Result<Files, Message>> {
  const files: Files = {};
  for (const [name, path] of [
    ["ca", broker.ca],
    ["cert", broker.certificate],
    ["key", broker.key],
  ] as const) {
    if (path === undefined) continue;
    try {
      files[name] = await readFile(path);
    } catch (error) {
      return fail(errorWords(error as Error));
    }
  }
  return ok(files);
}

export interface Dialled {
  readonly socket: Socket;
  /** Whether the connection, with TLS where asked for, was ever there. */
  established(): boolean;
}

/**
 * Connects to the broker. `limit`: largest packet that may come in, bytes; a larger one ends the connection. The
 * socket is destroyed with an error that says so.
 */
export function dial(broker: BrokerConfig, files: Files, limit: number): Dialled {
  const url = new URL(broker.url);
  const secure = url.protocol === "mqtts:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port) || (secure ? 8883 : 1883);
  // Packets are written whole; waiting for more (Nagle) would add a round trip to every event.
  const address = { host, port, noDelay: true };
  const socket = secure
    ? tls().connect({
        ...address,
        ...files,
        ...(isIP(host) ? {} : { servername: host }),
        minVersion: "TLSv1.2",
      })
    : connectTcp(address);
  let established = false;
  socket.once(secure ? "secureConnect" : "connect", () => {
    established = true;
  });
  const frames = new FrameWatch(limit);
  socket.on("data", (chunk: Buffer) => {
    if (frames.oversize(chunk))
      socket.destroy(new EndError(compose(uplinkTexts.packetTooLarge, { bytes: limit })));
  });
  return { socket, established: () => established };
}
