import { randomBytes } from "node:crypto";
import type { RtspAnswer, RtspRequest } from "./rtsp-server-message.ts";
import type { RtspSession } from "./rtsp-server-session.ts";

const methods = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, TEARDOWN";

/** What the camera grants a connection. */
export interface RtspHost {
  /** The SDP of the stream at this path; undefined when there is none. */
  describe(path: string): string | undefined;
  readonly sessionTimeoutSeconds: number;
  /** A session that will play on `channel`, or undefined when the camera has no more. */
  openSession(channel: number): RtspSession | undefined;
  endSession(session: RtspSession): void;
}

/** The RTSP state of one connection: at most one session, one track, TCP interleaved. Decides answers; writes nothing. */
export class RtspConversation {
  readonly #host: RtspHost;
  #current: { readonly id: string; readonly session: RtspSession; readonly track: string } | undefined;

  constructor(host: RtspHost) {
    this.#host = host;
  }

  answer(request: RtspRequest): RtspAnswer {
    switch (request.method) {
      case "OPTIONS":
        return { status: 200, headers: [["Public", methods]] };
      case "DESCRIBE":
        return this.#describe(request);
      case "SETUP":
        return this.#setup(request);
      case "PLAY":
      case "PAUSE":
      case "GET_PARAMETER":
      case "TEARDOWN":
        return this.#inSession(request);
      default:
        return { status: 501, headers: [["Public", methods]] };
    }
  }

  touch(): void {
    this.#current?.session.touch();
  }

  end(): void {
    if (this.#current) this.#host.endSession(this.#current.session);
    this.#current = undefined;
  }

  #describe(request: RtspRequest): RtspAnswer {
    const sdp = this.#host.describe(pathOf(request.uri));
    if (sdp === undefined) return { status: 404 };
    return {
      status: 200,
      headers: [
        ["Content-Base", `${request.uri.replace(/\/$/, "")}/`],
        ["Content-Type", "application/sdp"],
      ],
      body: sdp,
    };
  }

  #setup(request: RtspRequest): RtspAnswer {
    const [, path = ""] = /^(.*)\/trackID=1$/.exec(pathOf(request.uri)) ?? [];
    if (this.#host.describe(path) === undefined) return { status: 404 };
    const offers = request.headers.get("transport")?.split(",") ?? [];
    const offer = offers.find((transport) => /^\s*RTP\/AVP\/TCP\b/i.test(transport));
    const channel = Number(/;\s*interleaved=(\d+)/.exec(offer ?? "")?.[1] ?? 0);
    if (offer === undefined || channel > 254) return { status: 461 };
    if (this.#current) return { status: 455 };
    const session = this.#host.openSession(channel);
    if (!session) return { status: 453 };
    const id = randomBytes(8).toString("hex");
    this.#current = { id, session, track: request.uri };
    return {
      status: 200,
      headers: [
        ["Transport", `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`],
        ["Session", `${id};timeout=${this.#host.sessionTimeoutSeconds}`],
      ],
    };
  }

  #inSession(request: RtspRequest): RtspAnswer {
    const named = request.headers.get("session")?.split(";")[0]?.trim();
    // GET_PARAMETER without a session is a ping (RFC 2326 10.8).
    if (request.method === "GET_PARAMETER" && named === undefined) return { status: 200 };
    if (!this.#current || named !== this.#current.id) return { status: 454 };
    const { id, session, track } = this.#current;
    const headers: [string, string][] = [["Session", id]];
    if (request.method === "PLAY") {
      const { sequence, timestamp } = session.play();
      headers.push(["Range", "npt=0.000-"]);
      headers.push(["RTP-Info", `url=${track};seq=${sequence};rtptime=${timestamp}`]);
    } else if (request.method === "PAUSE") session.pause();
    else if (request.method === "TEARDOWN") this.end();
    return { status: 200, headers };
  }
}

/** Path and query of an rtsp:// address, without a trailing slash. */
function pathOf(uri: string): string {
  const [, path = ""] = /^rtsp:\/\/[^/]*(\/.*)?$/i.exec(uri) ?? [];
  return path.replace(/\/$/, "");
}
