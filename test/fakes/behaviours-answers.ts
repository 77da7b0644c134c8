import { pipeline, Readable } from "node:stream";
import type { Behaviour } from "./behaviours-hooks.ts";

/**
 * Answers every request with `bytes` bytes, made as the client takes them and never held. `chunked`: HTTP without a
 * Content-Length to be warned by; RTSP always has one, as its framing asks.
 */
export function answerOf(bytes = 300_000_000, length: "chunked" | "declared" = "chunked"): Behaviour {
  return {
    name: "answerOf",
    onHttpRequest(request, response) {
      request.resume();
      response.writeHead(200, {
        "Content-Type": "application/soap+xml; charset=utf-8",
        ...(length === "declared" ? { "Content-Length": bytes } : {}),
      });
      pipeline(Readable.from(endlessXml(bytes)), response, clientLeft);
      return "taken";
    },
    onRtspRequest(request, stream) {
      const cseq = request.headers.get("cseq") ?? "0";
      stream.write(
        `RTSP/1.0 200 OK\r\nCSeq: ${cseq}\r\nContent-Type: application/sdp\r\nContent-Length: ${bytes}\r\n\r\n`,
      );
      const answer = Readable.from(endlessXml(bytes));
      stream.once("close", () => answer.destroy());
      answer.pipe(stream, { end: false });
      return "taken";
    },
  };
}

const LARGEST_PIECE = 65_536;

/** Begins as a SOAP answer does, so that a reader which stops at a wrong start reads on. */
function* endlessXml(bytes: number): Generator<Buffer> {
  const start =
    '<?xml version="1.0"?><env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Body><padding>';
  yield Buffer.from(start.slice(0, bytes));
  const piece = Buffer.alloc(LARGEST_PIECE, "x");
  for (let left = bytes - start.length; left > 0; left -= LARGEST_PIECE) yield piece.subarray(0, left);
}

/** A client that hangs up in the middle is what these behaviours want of it. */
function clientLeft(): void {}

/** `bytes`: answers whatever arrives with bytes that are no protocol. `body`: a right head and a senseless body. */
export function garbage(where: "bytes" | "body" = "bytes"): Behaviour {
  const noise = noiseOf(4_096);
  if (where === "bytes") {
    return {
      name: "garbage",
      onSwitchedOn: (camera) => camera.dropConnections(),
      onSwitchedOff: (camera) => camera.dropConnections(),
      onConnection(socket) {
        socket.on("data", () => socket.write(noise));
        return "taken";
      },
    };
  }
  return {
    name: "garbage",
    onHttpRequest(request, response) {
      request.resume();
      response.writeHead(200, { "Content-Type": "application/soap+xml", "Content-Length": noise.length });
      response.end(noise);
      return "taken";
    },
    onRtspRequest: (request, stream) => {
      const cseq = request.headers.get("cseq") ?? "0";
      stream.write(`RTSP/1.0 200 OK\r\nCSeq: ${cseq}\r\nContent-Length: ${noise.length}\r\n\r\n`);
      stream.write(noise);
      return "taken";
    },
  };
}

/** The same bytes in every run (xorshift32), so that a test that fails fails again. */
function noiseOf(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 0x2545f491;
  for (let at = 0; at < length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  return bytes;
}
