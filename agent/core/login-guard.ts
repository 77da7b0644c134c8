import type { LoginService } from "../model/camera.ts";
import { type Evidence, type Fault, fault } from "../model/fault.ts";
import { evidenceTexts } from "../model/messages/evidence.ts";
import { compose } from "../model/messages/text.ts";
import { unitTexts } from "../model/messages/units.ts";

/**
 * The memory of logins at one endpoint. Cameras lock an account after about five failures for up to 30 minutes
 * (724/QĐ-BTTTT; Hikvision, Dahua), and a recorder's channels share one count: ONE refused login is not tried again
 * until it is changed or a long time has passed. But a 401 shortly after a success is no wrong password: Dahua
 * answers 401 when its connections are exhausted (rroller/dahua #603).
 *
 * Refusals are counted by service: a login that ONVIF takes may well be wrong for RTSP, and a success of the one
 * must neither hide nor forgive the refusals of the other.
 */

/** A success this recent speaks for the password. Milliseconds. */
const TRUSTED_FOR = 3_600_000;
/** Refusals in a row, of all services together, that a trusted login is forgiven. */
const FORGIVEN = 2;
/** Pause after a forgiven refusal; doubles. Milliseconds. */
const BUSY_PAUSE = 60_000;

/** How one service took the login. */
interface Standing {
  /** Monotonic time of the last success. */
  readonly acceptedAt?: number;
  /** Refusals since. */
  readonly refusals: number;
  /** Not to be tried before this monotonic time, and why. */
  readonly hold?: { readonly until: number; readonly fault: Fault; readonly refusal: LoginRefusal };
}

export type LoginMemory = Readonly<Partial<Record<LoginService, Standing>>>;

export const noMemory: LoginMemory = {};

export function loginAccepted(before: LoginMemory, service: LoginService, now: number): LoginMemory {
  return { ...before, [service]: { acceptedAt: now, refusals: 0 } };
}

export interface LoginRefusal {
  readonly service: LoginService;
  /** Id of the camera whose look it was. */
  readonly camera?: string | undefined;
  readonly evidence: Evidence;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/**
 * After one more refusal; `freeze` in milliseconds. The fault is what the refusal amounts to. `neighbours` are the
 * memories of the same login at other ports of the host: they may be the same device, so what it has forgiven there
 * is not forgiven once more here.
 */
export function loginRefused(
  before: LoginMemory,
  refusal: LoginRefusal,
  freeze: number,
  neighbours: readonly LoginMemory[] = [],
): { readonly memory: LoginMemory; readonly fault: Fault } {
  const { service, evidence, at } = refusal;
  const own = before[service];
  // It was under way when another was refused, as the channels of a recorder ask side by side: that is one refusal.
  if (own?.hold && at < own.hold.until)
    return { memory: before, fault: fault(own.hold.fault.cause, evidence) };
  const standings = Object.values(before);
  const forgivenNearby = neighbours.flatMap((memory) =>
    Object.values(memory).filter((standing) => trusted(standing, at)),
  );
  const refusals = [...standings, ...forgivenNearby].reduce((sum, standing) => sum + standing.refusals, 1);
  const forgiven = refusals <= FORGIVEN && standings.some((standing) => trusted(standing, at));
  const found = fault(forgiven ? "login-busy" : "login-rejected", evidence);
  const until = at + (forgiven ? Math.min(freeze, BUSY_PAUSE * 2 ** (refusals - 1)) : freeze);
  const standing = { ...own, refusals: (own?.refusals ?? 0) + 1, hold: { until, fault: found, refusal } };
  return { memory: { ...before, [service]: standing }, fault: found };
}

/** Who asks whether a login may be tried. */
export interface LoginAttempt {
  readonly service: LoginService;
  readonly camera?: string | undefined;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/**
 * Why the login must not be tried: the fault that it was refused with, saying when it may be tried, and who met the
 * refusal where that was another service or another camera's look. A refusal holds the other service too, unless that one is known to take the login.
 */
export function loginHeld(memory: LoginMemory, attempt: LoginAttempt): Fault | undefined {
  const { service, at } = attempt;
  const own = memory[service];
  if (own?.refusals === 0 && trusted(own, at)) return undefined;
  for (const hold of [own?.hold, ...Object.values(memory).map((standing) => standing.hold)]) {
    if (!hold || at >= hold.until) continue;
    const time = compose(unitTexts.minutes, { n: Math.ceil((hold.until - at) / 60_000) });
    const seen = metBy(hold.refusal, attempt);
    return fault(hold.fault.cause, compose(evidenceTexts.notTriedAgain, { seen, time }));
  }
  return undefined;
}

/** The evidence of a refusal, for one who may not have met it. */
function metBy({ service, camera, evidence: seen, at }: LoginRefusal, asking: LoginAttempt): Evidence {
  const own = camera === undefined || camera === asking.camera;
  if (own && service === asking.service) return seen;
  const time = compose(unitTexts.minutes, { n: Math.floor((asking.at - at) / 60_000) });
  const refused = { service: service.toUpperCase(), time, seen };
  return own
    ? compose(evidenceTexts.refusedByService, refused)
    : compose(evidenceTexts.refusedAtCamera, { ...refused, camera });
}

function trusted({ acceptedAt }: Standing, now: number): boolean {
  return acceptedAt !== undefined && now - acceptedAt <= TRUSTED_FOR;
}
