import type { Clock } from "../base/clock.ts";
import { type LoginMemory, loginAccepted, loginHeld, loginRefused, noMemory } from "../core/login-guard.ts";
import type { HostGate, Login, LoginService } from "../model/camera.ts";
import type { HealthConfig } from "../model/config.ts";
import type { Fault } from "../model/fault.ts";

/**
 * One gate a host: its request slots and its memory of logins, shared by all cameras behind it. Ten parallel calls
 * wedge a Dahua's CGI while ping and RTSP stay fine (rroller/dahua #606).
 */
export class RequestGate implements HostGate {
  readonly #clock: Clock;
  readonly #health: () => HealthConfig;
  readonly #logins = new Map<string, LoginMemory>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #anyAccepted = false;

  constructor(clock: Clock, health: () => HealthConfig) {
    this.#clock = clock;
    this.#health = health;
  }

  async request<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      this.#running -= 1;
      if (this.#running < this.#slots()) this.#waiting.shift()?.();
    }
  }

  #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#running < this.#slots()) {
      this.#running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const admit = () => {
        signal.removeEventListener("abort", leave);
        this.#running += 1;
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(admit), 1);
        reject(signal.reason);
      };
      this.#waiting.push(admit);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  /** One until a login was accepted: sixteen channels of a recorder must not try a wrong password side by side. */
  #slots(): number {
    return this.#anyAccepted ? this.#health().hostRequests : 1;
  }

  refusal(login: Login | undefined, service: LoginService): Fault | undefined {
    return login && loginHeld(this.#memory(login), service, this.#clock.monotonic());
  }

  accepted(login: Login, service: LoginService): void {
    const memory = loginAccepted(this.#memory(login), service, this.#clock.monotonic());
    this.#logins.set(loginKey(login), memory);
    this.#anyAccepted = true;
    while (this.#running < this.#slots() && this.#waiting.length > 0) this.#waiting.shift()?.();
  }

  rejected(login: Login, evidence: string, service: LoginService): Fault {
    const refusal = { service, evidence, at: this.#clock.monotonic() };
    const { memory, fault } = loginRefused(this.#memory(login), refusal, this.#health().loginFreeze);
    this.#logins.set(loginKey(login), memory);
    return fault;
  }

  #memory(login: Login): LoginMemory {
    return this.#logins.get(loginKey(login)) ?? noMemory;
  }
}

/** A changed password is another login and is tried at once. */
function loginKey({ username, password }: Login): string {
  return JSON.stringify([username, password]);
}

/** The gates of all hosts, made at first use. */
export class HostGates {
  readonly #gates = new Map<string, RequestGate>();
  readonly #make: () => RequestGate;

  constructor(clock: Clock, health: () => HealthConfig) {
    this.#make = () => new RequestGate(clock, health);
  }

  of(host: string): RequestGate {
    const key = host.toLowerCase();
    const gate = this.#gates.get(key) ?? this.#make();
    this.#gates.set(key, gate);
    return gate;
  }
}
