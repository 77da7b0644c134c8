import { type Clock, systemClock } from "../base/clock.ts";
import { fail, type Result } from "../base/result.ts";
import { deadline } from "../base/scope.ts";
import type { CameraSession, ProbeReport, RecordingReport, StorageReport } from "../model/camera.ts";
import { causes, type Fault, fault } from "../model/fault.ts";
import { evidenceTexts } from "../model/messages/evidence.ts";
import { compose } from "../model/messages/text.ts";
import { limitWords } from "../model/messages/units.ts";

/** What a device says of its disks and of what is recorded on them; absent is what its make does not tell. */
export interface Recorded {
  readonly storage?: Result<StorageReport, Fault>;
  readonly recordings?: Result<RecordingReport, Fault>;
  readonly playback?: Playback;
}

/** How the newest recording is looked at. */
interface Playback {
  /** RFC 3339 UTC. */
  readonly from: string;
  readonly to: string;
  /** RTSP address, without login. */
  readonly uri: string;
}

/** A recorder spins its disks up and reads calendars; a technician waits for no more. */
const MOST_MS = 10_000;
const PLAYBACK_MS = 600_000;
/** From the beginning of yesterday's date, in whatever zone, until now at most. */
const TWO_DAYS_MS = 172_800_000;

/**
 * Asks a camera that was just looked at, where it took the login: nothing that is asked here changes the verdict. Ten
 * seconds at most, whatever the device does.
 */
export async function recordedOf(
  session: CameraSession,
  report: ProbeReport,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<Recorded> {
  if (!report.rungs.login?.ok) return {};
  using time = deadline(clock, MOST_MS, signal);
  const [storage, recordings] = await Promise.all([
    session.storage && bounded(session.storage(time.signal), "storage", time.signal),
    session.recordings && bounded(session.recordings(time.signal), "recordings", time.signal),
  ]);
  const playback = recordings?.ok ? playbackOf(session, recordings.value, clock.wall()) : undefined;
  return { ...(storage && { storage }), ...(recordings && { recordings }), ...(playback && { playback }) };
}

/** The answer, or that there was none in time, also of a session that does not hear its signal. */
async function bounded<T>(
  answer: Promise<Result<T, Fault>>,
  request: string,
  signal: AbortSignal,
): Promise<Result<T, Fault>> {
  const late = () =>
    fail(fault("answer-late", compose(evidenceTexts.noWholeAnswer, { request, time: limitWords(MOST_MS) })));
  const aborted = new Promise<Result<T, Fault>>((resolve) => {
    if (signal.aborted) resolve(late());
    signal.addEventListener("abort", () => resolve(late()), { once: true });
  });
  try {
    return await Promise.race([answer, aborted]);
  } catch (error) {
    if (signal.aborted) return late();
    throw error;
  }
}

function playbackOf(
  session: CameraSession,
  { earliest, latest, days }: RecordingReport,
  now: number,
): Playback | undefined {
  if (!session.playback || (earliest === undefined && latest === undefined && !days?.length))
    return undefined;
  // Told to the day alone, what ended on an earlier one ended nobody knows when.
  const newestDay = days?.at(-1);
  if (latest === undefined && newestDay !== undefined && Date.parse(newestDay) < now - TWO_DAYS_MS)
    return undefined;
  const to = new Date(latest === undefined ? now : Date.parse(latest));
  const from = new Date(to.getTime() - PLAYBACK_MS);
  return { from: from.toISOString(), to: to.toISOString(), uri: session.playback(from, to) };
}

/** For programs: `{"storage":{"disks":[…]}}`, or `{"storage":{"error":{"cause":…}}}`. */
export function recordedJson({ storage, recordings, playback }: Recorded) {
  const shown = <T>(told: Result<T, Fault>) =>
    told.ok ? told.value : { error: { ...told.error, code: causes[told.error.cause].code } };
  return {
    ...(storage && { storage: shown(storage) }),
    ...(recordings && { recordings: shown(recordings) }),
    ...(playback && { playback }),
  };
}
