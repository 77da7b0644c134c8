import { fail, ok, type Result } from "../../agent/base/result.ts";
import type { DriverContext, HostGate, Login } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, inBoth } from "../../agent/model/messages/text.ts";
import type { InAddress } from "./login-in-address.ts";
import { RtspClient } from "./rtsp-client.ts";
import { RtspConnection } from "./rtsp-connection.ts";
import { asStreamFault } from "./rtsp-measure.ts";
import { describe, RtspSession, setup } from "./rtsp-session.ts";
import { formatRtspUrl, parseRtspUrl, type RtspUrl } from "./rtsp-url.ts";
import type { VideoTrack } from "./sdp.ts";

export interface StreamRequest {
  /** rtsp:// address; a login inside it is not used. */
  readonly url: string;
  readonly login: Login | undefined;
  /** Present where the login stands in the path of `url`. */
  readonly inAddress?: InAddress | undefined;
  readonly context: DriverContext;
  readonly signal: AbortSignal;
}

/** A stream that is set up and not yet played. */
export interface OpenStream {
  readonly connection: RtspConnection;
  readonly session: RtspSession;
  readonly track: VideoTrack;
  /** Frees the session at the camera, which has 4 to 10 of them, and closes the connection. Never rejects. */
  close(): Promise<void>;
}

const REDIRECT_LIMIT = 2;

/**
 * Connects, describes and sets up, following redirects on the same host. The caller owns what it is given, and holds
 * one of the host's request slots meanwhile. Rejects with the signal's reason when `signal` aborts; nothing is open
 * then.
 */
export async function openStream(request: StreamRequest): Promise<Result<OpenStream, Fault>> {
  const target = parseRtspUrl(request.url);
  if (!target) return fail(fault("stream-missing", evidenceTexts.notRtspAddress));
  return follow(target, request);
}

/** A fault as it may be told: a camera's own words may quote the login that stood in the address. */
export function discreet(seen: Fault, inAddress: InAddress | undefined): Fault {
  return inAddress ? fault(seen.cause, inBoth(seen.evidence, inAddress.hide)) : seen;
}

async function follow(target: RtspUrl, request: StreamRequest): Promise<Result<OpenStream, Fault>> {
  let url = target;
  for (let redirects = 0; redirects <= REDIRECT_LIMIT; redirects++) {
    const visited = await visit(url, request);
    if (!visited.ok) return visited;
    if (!("redirect" in visited.value)) return ok(visited.value);
    url = visited.value.redirect;
  }
  const where = { n: REDIRECT_LIMIT, url: formatRtspUrl(url) };
  return fail(fault("stream-refused", compose(evidenceTexts.redirectsTooMany, where)));
}

type Visited = Result<OpenStream | { readonly redirect: RtspUrl }, Fault>;

async function visit(url: RtspUrl, request: StreamRequest): Promise<Visited> {
  const { context, signal } = request;
  const opened = await RtspConnection.open(url, context.clock, context.health().requestTimeout, signal);
  if (!opened.ok) return opened;
  const connection = opened.value;
  let kept = false;
  try {
    const visited = await setUp(connection, url, request);
    kept = visited.ok && "session" in visited.value;
    return visited;
  } finally {
    if (!kept) connection.close();
  }
}

async function setUp(
  connection: RtspConnection,
  url: RtspUrl,
  { login, inAddress, context, signal }: StreamRequest,
): Promise<Visited> {
  const { clock, host } = context;
  const timeoutMs = context.health().requestTimeout;
  const held = inAddress && withheld(login, host);
  if (held) return fail(held);
  // Without the login: some cameras answer 401 even to OPTIONS, and it is not worth a try of the password.
  const whole = formatRtspUrl(inAddress ? { ...url, target: "/" } : url);
  const greeted = await connection.request("OPTIONS", whole, {}, timeoutMs, signal);
  if (!greeted.ok) return greeted;
  const client = new RtspClient({ connection, login, inAddress, host, timeoutMs });
  const described = await describe(client, url, signal);
  if (!described.ok) return described;
  if ("redirect" in described.value) return ok({ redirect: described.value.redirect });
  const answer = await setup(client, described.value, signal);
  if (!answer.ok) return fail(asStreamFault(answer.error));
  const session = new RtspSession(client, clock, described.value.uri, answer.value, greeted.value);
  const close = async () => {
    await session.teardown();
    connection.close();
  };
  return ok({ connection, session, track: described.value.track, close });
}

/** Why an address that carries the login must not be asked for. */
function withheld(login: Login | undefined, host: Pick<HostGate, "refusal">): Fault | undefined {
  if (login) return host.refusal(login, "rtsp");
  return fault("login-missing", evidenceTexts.noPlaceFilled);
}
