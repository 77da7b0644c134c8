import { fail, type Result } from "../../agent/base/result.ts";
import type { DriverContext, RungOutcome, StreamMeasurement } from "../../agent/model/camera.ts";
import { causes, type Fault } from "../../agent/model/fault.ts";
import { asStreamFault, StreamListener } from "./rtsp-measure.ts";
import { discreet, type OpenStream, openStream, type StreamRequest } from "./rtsp-visit.ts";

const streamRungs = ["host", "port", "login", "describe", "stream"] as const;
type StreamRung = (typeof streamRungs)[number];

/** Rungs 1 to 5 of the ladder, up to the first that fails; those after it were not reached. */
export interface StreamProbe {
  readonly rungs: Readonly<Partial<Record<StreamRung, RungOutcome>>>;
  readonly stream?: StreamMeasurement;
}

/** How long opening a stream may take before others at the host have their turn, milliseconds. */
const OPENING = 2_000;

/**
 * Plays a stream in one of the host's request slots until a whole keyframe arrived and `measureFor` is over, and
 * says how far up the ladder it came. It is well only when RTP packets and a complete keyframe arrived: many a dead
 * camera still describes its stream. The session is torn down on every way out, because cameras have 4 to 10 of
 * them. One that is slow, or sends nothing, leaves its slot to the other channels of its recorder, whose looks would
 * otherwise come late. Never throws for anything a camera does; when `signal` aborts nothing is said of the camera.
 */
export async function probeStream(request: StreamRequest): Promise<StreamProbe> {
  const { context, signal } = request;
  try {
    const measured = await context.host.request(signal, (leave) => look(request, leave));
    return measured.ok
      ? { rungs: wellBelow(undefined), stream: measured.value }
      : climbedTo(discreet(measured.error, request.inAddress));
  } catch (error) {
    if (signal.aborted) return { rungs: {} };
    throw error;
  }
}

async function look(request: StreamRequest, leave: () => void): Promise<Result<StreamMeasurement, Fault>> {
  const { clock, health } = request.context;
  const stopWaiting = clock.after(OPENING + health().measureFor, leave);
  try {
    const opened = await openStream(request);
    if (!opened.ok) return opened;
    try {
      return await playAndMeasure(opened.value, request.context, request.signal);
    } finally {
      await opened.value.close();
    }
  } finally {
    stopWaiting();
  }
}

async function playAndMeasure(
  { connection, session, track }: OpenStream,
  { clock, health }: DriverContext,
  signal: AbortSignal,
): Promise<Result<StreamMeasurement, Fault>> {
  const { measureFor, streamTimeout } = health();
  const listener = new StreamListener(connection, {
    clock,
    track,
    channel: session.channel,
    measureFor,
    keyframeWithin: streamTimeout,
  });
  const refused = await session.play(signal);
  if (refused) return fail(asStreamFault(refused));
  using _alive = session.keepAlive();
  return await listener.measure(signal);
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
