import { once } from "node:events";
import { createServer, type Socket } from "node:net";

export interface ScriptedRequest {
  readonly method: string;
  readonly uri: string;
  readonly cseq: string;
  /** Whole head, for what else a test asks of it. */
  readonly text: string;
}

/** Bytes to send; "silent" answers nothing, "close" ends the connection. */
export type ScriptedAnswer = string | Buffer | "silent" | "close";

export interface ScriptedCamera extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ScriptedRequest[];
  readonly connections: number;
}

/** A server on loopback that answers each RTSP request with exactly the bytes that a test writes. */
export async function scriptedCamera(
  answer: (request: ScriptedRequest) => ScriptedAnswer,
): Promise<ScriptedCamera> {
  const requests: ScriptedRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = "";
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      for (let end = text.indexOf("\r\n\r\n"); end !== -1; end = text.indexOf("\r\n\r\n")) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        const [method = "", uri = ""] = head.split(" ");
        const request = { method, uri, cseq: /CSeq: (\d+)/.exec(head)?.[1] ?? "", text: head };
        requests.push(request);
        if (method.startsWith("RTSP/")) continue;
        const reply = answer(request);
        if (reply === "close") socket.end();
        else if (reply !== "silent") socket.write(reply);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  return {
    url: `rtsp://127.0.0.1:${address.port}/live`,
    port: address.port,
    requests,
    get connections() {
      return sockets.size;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** An answer with CRLF line ends; `lines` before the empty line, `body` with its length after it. */
export function reply(status: string, lines: readonly string[], body?: string): string {
  const length = body === undefined ? [] : [`Content-Length: ${body.length}`];
  return `${[`RTSP/1.0 ${status}`, ...lines, ...length].join("\r\n")}\r\n\r\n${body ?? ""}`;
}
