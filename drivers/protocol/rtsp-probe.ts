import type {
  DriverContext,
  HostGate,
  Login,
  RungOutcome,
  StreamMeasurement,
} from "../../agent/model/camera.ts";
import { causes, type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, inBoth } from "../../agent/model/messages/text.ts";
import type { InAddress } from "./login-in-address.ts";
import { RtspClient } from "./rtsp-client.ts";
import { RtspConnection } from "./rtsp-connection.ts";
import { asStreamFault, StreamListener } from "./rtsp-measure.ts";
import { type DescribedStream, describe, RtspSession, setup } from "./rtsp-session.ts";
import { formatRtspUrl, parseRtspUrl, type RtspUrl } from "./rtsp-url.ts";

export interface StreamProbeRequest {
  /** rtsp:// address; a login inside it is not used. */
  readonly url: string;
  readonly login: Login | undefined;
  /** Present where the login stands in the path of `url`. */
  readonly inAddress?: InAddress | undefined;
  readonly context: DriverContext;
  readonly signal: AbortSignal;
}

const streamRungs = ["host", "port", "login", "describe", "stream"] as const;
type StreamRung = (typeof streamRungs)[number];

/** Rungs 1 to 5 of the ladder, up to the first that fails; those after it were not reached. */
export interface StreamProbe {
  readonly rungs: Readonly<Partial<Record<StreamRung, RungOutcome>>>;
  readonly stream?: StreamMeasurement;
}

const REDIRECT_LIMIT = 2;

/**
 * Plays a stream in one of the host's request slots until a whole keyframe arrived and `measureFor` is over, and
 * says how far up the ladder it came. It is well only when RTP packets and a complete keyframe arrived: many a dead
 * camera still describes its stream. The session is torn down on every way out, because cameras have 4 to 10 of
 * them. Never throws for anything a camera does; when `signal` aborts nothing is said of the camera.
 */
export async function probeStream(request: StreamProbeRequest): Promise<StreamProbe> {
  const { url, inAddress, context, signal } = request;
  const target = parseRtspUrl(url);
  if (!target) return climbedTo(fault("stream-missing", evidenceTexts.notRtspAddress));
  try {
    const visit = await context.host.request(signal, () => follow(target, request));
    return "fault" in visit
      ? climbedTo(discreet(visit.fault, inAddress))
      : { rungs: wellBelow(undefined), stream: visit.stream };
  } catch (error) {
    if (signal.aborted) return { rungs: {} };
    throw error;
  }
}

type Failed = { readonly fault: Fault };
type Measured = { readonly stream: StreamMeasurement };
type Redirected = { readonly redirect: RtspUrl };

function discreet(seen: Fault, inAddress: InAddress | undefined): Fault {
  return inAddress ? fault(seen.cause, inBoth(seen.evidence, inAddress.hide)) : seen;
}

async function follow(target: RtspUrl, request: StreamProbeRequest): Promise<Measured | Failed> {
  let url = target;
  for (let redirects = 0; redirects <= REDIRECT_LIMIT; redirects++) {
    const visit = await visitStream(url, request);
    if (!("redirect" in visit)) return visit;
    url = visit.redirect;
  }
  return {
    fault: fault(
      "stream-refused",
      compose(evidenceTexts.redirectsTooMany, { n: REDIRECT_LIMIT, url: formatRtspUrl(url) }),
    ),
  };
}

async function visitStream(
  url: RtspUrl,
  { login, inAddress, context, signal }: StreamProbeRequest,
): Promise<Measured | Redirected | Failed> {
  const { clock, host } = context;
  const timeoutMs = context.health().requestTimeout;
  const opened = await RtspConnection.open(url, clock, timeoutMs, signal);
  if (!opened.ok) return { fault: opened.error };
  const connection = opened.value;
  try {
    const held = inAddress && withheld(login, host);
    if (held) return { fault: held };
    // Without the login: some cameras answer 401 even to OPTIONS, and it is not worth a try of the password.
    const whole = formatRtspUrl(inAddress ? { ...url, target: "/" } : url);
    const greeted = await connection.request("OPTIONS", whole, {}, timeoutMs, signal);
    if (!greeted.ok) return { fault: greeted.error };
    const client = new RtspClient({ connection, login, inAddress, host, timeoutMs });
    const described = await describe(client, url, signal);
    if (!described.ok) return { fault: described.error };
    if ("redirect" in described.value) return described.value;
    const answer = await setup(client, described.value, signal);
    if (!answer.ok) return { fault: asStreamFault(answer.error) };
    const session = new RtspSession(client, clock, described.value.uri, answer.value, greeted.value);
    try {
      return await playAndMeasure(connection, session, described.value, context, signal);
    } finally {
      await session.teardown();
    }
  } finally {
    connection.close();
  }
}

/** Why an address that carries the login must not be asked for. */
function withheld(login: Login | undefined, host: Pick<HostGate, "refusal">): Fault | undefined {
  if (login) return host.refusal(login, "rtsp");
  return fault("login-missing", evidenceTexts.noPlaceFilled);
}

async function playAndMeasure(
  connection: RtspConnection,
  session: RtspSession,
  { track }: DescribedStream,
  { clock, health }: DriverContext,
  signal: AbortSignal,
): Promise<Measured | Failed> {
  const { measureFor, streamTimeout } = health();
  const listener = new StreamListener(connection, {
    clock,
    track,
    channel: session.channel,
    measureFor,
    keyframeWithin: streamTimeout,
  });
  const refused = await session.play(signal);
  if (refused) return { fault: asStreamFault(refused) };
  using _alive = session.keepAlive();
  const measured = await listener.measure(signal);
  return measured.ok ? { stream: measured.value } : { fault: measured.error };
}

function climbedTo(failure: Fault): StreamProbe {
  const rung = streamRungs.find((name) => name === causes[failure.cause].rung);
  if (!rung) throw new Error(`${failure.cause} is no cause of a stream`);
  return { rungs: { ...wellBelow(rung), [rung]: { ok: false, fault: failure } } };
}

function wellBelow(rung: StreamRung | undefined): Partial<Record<StreamRung, RungOutcome>> {
  const reached = rung === undefined ? streamRungs : streamRungs.slice(0, streamRungs.indexOf(rung));
  return Object.fromEntries(reached.map((name) => [name, { ok: true }]));
}
