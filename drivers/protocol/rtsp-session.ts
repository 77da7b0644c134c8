import type { Clock } from "../../agent/base/clock.ts";
import { fail, ok, type Result } from "../../agent/base/result.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import type { RtspClient } from "./rtsp-client.ts";
import { header, interleavedChannel, type RtspResponse, sessionOf, statusLine } from "./rtsp-message.ts";
import { baseUrl, formatRtspUrl, parseRtspUrl, type RtspUrl, resolveControl } from "./rtsp-url.ts";
import { chooseVideo, parseSdp, type VideoTrack } from "./sdp.ts";

/** What DESCRIBE told of a stream. */
export interface DescribedStream {
  readonly track: VideoTrack;
  /** Address of the video track, for SETUP. */
  readonly trackUri: string;
  /** Address of the whole, for PLAY and TEARDOWN. */
  readonly uri: string;
}

/** What SETUP answered. */
export interface SetupAnswer {
  /** Missing where the server names no session; PLAY then goes without. */
  readonly id: string | undefined;
  readonly timeoutSeconds: number;
  /** Interleaved channel of the video's RTP. */
  readonly channel: number;
}

const TEARDOWN_MS = 1_000;
const agent = { "User-Agent": "camera-agent" };

/** What a refusal means; undefined for success. */
function refusalOf(response: RtspResponse, method: string): Fault | undefined {
  const { status } = response;
  if (status >= 200 && status < 300) return undefined;
  const evidence = statusLine(response, method);
  if (status === 403) return fault("login-forbidden", evidence);
  if (status === 404 || status === 410) return fault("stream-missing", evidence);
  // Not Enough Bandwidth (RFC 2326 11.3.7) and Service Unavailable: what cameras say when all sessions are taken.
  if (status === 453 || status === 503) return fault("sessions-exhausted", evidence);
  return fault("stream-refused", evidence);
}

/** DESCRIBE; gives the video track, or the address on the same host that the camera refers to. */
export async function describe(
  client: RtspClient,
  url: RtspUrl,
  signal: AbortSignal,
): Promise<Result<DescribedStream | { readonly redirect: RtspUrl }, Fault>> {
  const sent = await client.request(
    "DESCRIBE",
    formatRtspUrl(url),
    { Accept: "application/sdp", ...agent },
    signal,
  );
  if (!sent.ok) return sent;
  const response = sent.value;
  if (response.status >= 301 && response.status <= 303) return readRedirect(response, url);
  const refused = refusalOf(response, "DESCRIBE");
  return refused ? fail(refused) : readDescription(response, url);
}

function readRedirect(response: RtspResponse, from: RtspUrl): Result<{ readonly redirect: RtspUrl }, Fault> {
  const redirect = parseRtspUrl(header(response.headers, "location") ?? "");
  if (redirect && redirect.host.toLowerCase() === from.host.toLowerCase()) return ok({ redirect });
  const seen = statusLine(response, "DESCRIBE");
  const where = redirect
    ? compose(evidenceTexts.redirectElsewhere, { seen, host: redirect.host })
    : compose(evidenceTexts.redirectNowhere, { seen });
  return fail(fault("stream-refused", where));
}

/** Content-Type is not looked at: it is missing in libavformat's answers, and SDP shows by itself. */
export function readDescription(response: RtspResponse, url: RtspUrl): Result<DescribedStream, Fault> {
  const sdp = parseSdp(response.body);
  if (!sdp) {
    const seen = statusLine(response, "DESCRIBE");
    return fail(fault("stream-refused", compose(evidenceTexts.notDescribed, { seen })));
  }
  const track = chooseVideo(sdp);
  if (typeof track === "string")
    return fail(fault("stream-not-video", compose(evidenceTexts.offersMedia, { media: track })));
  const { headers } = response;
  const base = baseUrl(url, header(headers, "content-base"), header(headers, "content-location"));
  return ok({
    track,
    trackUri: formatRtspUrl(resolveControl(base, track.control)),
    uri: formatRtspUrl(resolveControl(base, sdp.control)),
  });
}

/** SETUP of the video track over the RTSP connection itself (RFC 2326 10.12). */
export async function setup(
  client: RtspClient,
  { trackUri }: DescribedStream,
  signal: AbortSignal,
): Promise<Result<SetupAnswer, Fault>> {
  const sent = await client.request(
    "SETUP",
    trackUri,
    { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1", ...agent },
    signal,
  );
  if (!sent.ok) return sent;
  const refused = refusalOf(sent.value, "SETUP");
  if (refused) return fail(refused);
  return readSetup(sent.value);
}

export function readSetup(response: RtspResponse): Result<SetupAnswer, Fault> {
  const channel = interleavedChannel(response.headers);
  if (channel === "udp") {
    const transport = header(response.headers, "transport") ?? "";
    return fail(fault("stream-refused", compose(evidenceTexts.setupTransport, { transport })));
  }
  const session = sessionOf(response.headers);
  return ok({
    id: session?.id,
    timeoutSeconds: session?.timeoutSeconds ?? 60,
    channel: channel === "default" ? 0 : channel,
  });
}

/** A session that SETUP opened: played, kept alive, torn down. */
export class RtspSession {
  readonly #client: RtspClient;
  readonly #clock: Clock;
  readonly #uri: string;
  readonly #answer: SetupAnswer;
  readonly #keepAliveMethod: "GET_PARAMETER" | "OPTIONS";

  /** `uri`: of the whole presentation. `greeting`: the answer to OPTIONS. */
  constructor(client: RtspClient, clock: Clock, uri: string, answer: SetupAnswer, greeting: RtspResponse) {
    this.#client = client;
    this.#clock = clock;
    this.#uri = uri;
    this.#answer = answer;
    this.#keepAliveMethod = publicMethods(greeting).has("GET_PARAMETER") ? "GET_PARAMETER" : "OPTIONS";
  }

  get channel(): number {
    return this.#answer.channel;
  }

  /**
   * Undefined once the stream plays. Parrot's server wants a Range (gortsplib's client), some servers send nothing
   * after "npt=0-" (bluenviron/gortsplib #574); this form is ffmpeg's and VLC's, which every camera is tried with.
   * Rejects with the signal's reason when `signal` aborts.
   */
  async play(signal: AbortSignal): Promise<Fault | undefined> {
    const sent = await this.#request("PLAY", { Range: "npt=0.000-" }, signal);
    return sent.ok ? refusalOf(sent.value, "PLAY") : sent.error;
  }

  /** Tells the server at half of its time-out that the client lives, until disposed. Its answers do not matter. */
  keepAlive(): Disposable {
    const period = Math.max(1_000, this.#answer.timeoutSeconds * 500);
    const tell = () => {
      void this.#request(this.#keepAliveMethod, {});
      cancel = this.#clock.after(period, tell);
    };
    let cancel = this.#clock.after(period, tell);
    return { [Symbol.dispose]: () => cancel() };
  }

  /** Frees the session at the server; waits for its answer for a second at most. Never rejects. */
  async teardown(): Promise<void> {
    const waited = Promise.withResolvers<void>();
    const cancel = this.#clock.after(TEARDOWN_MS, waited.resolve);
    await Promise.race([this.#request("TEARDOWN", {}), waited.promise]);
    cancel();
  }

  #request(method: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal) {
    return this.#client.request(
      method,
      this.#uri,
      { Session: this.#answer.id, ...headers, ...agent },
      signal,
    );
  }
}

/** Methods that the server says it has; empty where it does not say. */
function publicMethods(response: RtspResponse): Set<string> {
  const listed = response.headers.get("public")?.join(",") ?? "";
  return new Set(
    listed
      .toUpperCase()
      .split(/[\s,]+/, 64)
      .filter(Boolean),
  );
}
