import type { HostGate, Login } from "../../agent/model/camera.ts";
import { type Evidence, type Fault, fault } from "../../agent/model/fault.ts";

/** A host gate that lets everything through at once, and remembers what it was told. */
export class OpenGate implements HostGate {
  requests = 0;
  /** Requests under way at the moment, and the most at once. */
  running = 0;
  mostRunning = 0;
  readonly acceptances: (Login | undefined)[] = [];
  readonly rejections: { readonly login: Login; readonly evidence: Evidence }[] = [];
  /** What `refusal` answers; a rejection sets it. */
  held: Fault | undefined;
  readonly #shared = new Map<string, object>();

  async request<T>(signal: AbortSignal, work: (leave: () => void) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    this.requests += 1;
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    let isIn = true;
    const leave = () => {
      if (isIn) this.running -= 1;
      isIn = false;
    };
    try {
      return await work(leave);
    } finally {
      leave();
    }
  }

  refusal(login: Login | undefined): Fault | undefined {
    return login && this.held;
  }

  accepted(login: Login | undefined): void {
    this.acceptances.push(login);
  }

  shared<T extends object>(key: string, login: Login | undefined, make: () => T): T {
    const place = JSON.stringify([key, login]);
    const shared = (this.#shared.get(place) as T | undefined) ?? make();
    this.#shared.set(place, shared);
    return shared;
  }

  rejected(login: Login, evidence: Evidence): Fault {
    this.rejections.push({ login, evidence });
    this.held = fault("login-rejected", evidence);
    return this.held;
  }
}
