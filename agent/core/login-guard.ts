import { type Fault, fault } from "../model/fault.ts";

/**
 * The memory of logins on one host. Cameras lock an account after about five failures for up to 30 minutes
 * (724/QĐ-BTTTT; Hikvision, Dahua), and a recorder's channels share one count: ONE refused login is not tried again
 * until it is changed or a long time has passed. But a 401 shortly after a success is no wrong password: Dahua
 * answers 401 when its connections are exhausted (rroller/dahua #603).
 */

/** A success this recent speaks for the password. Milliseconds. */
const TRUSTED_FOR = 3_600_000;
/** Refusals in a row that a trusted login is forgiven. */
const FORGIVEN = 2;
/** Pause after a forgiven refusal; doubles. Milliseconds. */
const BUSY_PAUSE = 60_000;

export interface LoginMemory {
  /** Monotonic time of the last success. */
  readonly acceptedAt?: number;
  readonly refusals: number;
  /** Not to be tried before this monotonic time, and why. */
  readonly hold?: { readonly until: number; readonly fault: Fault };
}

export const noMemory: LoginMemory = { refusals: 0 };

export function loginAccepted(now: number): LoginMemory {
  return { acceptedAt: now, refusals: 0 };
}

/** After one refusal at `now`; `freeze` in milliseconds. The fault is what the refusal amounts to. */
export function loginRefused(
  before: LoginMemory,
  evidence: string,
  now: number,
  freeze: number,
): { readonly memory: LoginMemory; readonly fault: Fault } {
  const refusals = before.refusals + 1;
  const trusted = before.acceptedAt !== undefined && now - before.acceptedAt <= TRUSTED_FOR;
  const forgiven = trusted && refusals <= FORGIVEN;
  const found = fault(forgiven ? "login-busy" : "login-rejected", evidence);
  const until = now + (forgiven ? Math.min(freeze, BUSY_PAUSE * 2 ** (refusals - 1)) : freeze);
  return { memory: { ...before, refusals, hold: { until, fault: found } }, fault: found };
}

/** Why the login must not be tried at `now`: the fault that it was refused with, saying when it may be tried. */
export function loginHeld({ hold }: LoginMemory, now: number): Fault | undefined {
  if (!hold || now >= hold.until) return undefined;
  const minutes = Math.ceil((hold.until - now) / 60_000);
  return fault(hold.fault.cause, `${hold.fault.evidence}; not tried again for ${minutes} min`);
}
