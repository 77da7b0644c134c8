import type { Clock } from "../base/clock.ts";
import { type LoginMemory, loginAccepted, loginHeld, loginRefused, noMemory } from "../core/login-guard.ts";
import type { HostGate, Login, LoginService } from "../model/camera.ts";
import type { HealthConfig } from "../model/config.ts";
import type { Evidence, Fault } from "../model/fault.ts";
import { RequestSlots } from "./request-slots.ts";

/**
 * One gate a device: its request slots and its memory of logins, shared by all cameras behind it. Ten parallel calls
 * wedge a Dahua's CGI while ping and RTSP stay fine (rroller/dahua #606).
 */
export class RequestGate implements HostGate {
  readonly #clock: Clock;
  readonly #health: () => HealthConfig;
  readonly #logins = new Map<string, LoginMemory>();
  readonly #neighbours: () => Iterable<RequestGate>;
  readonly #shared = new Map<string, object>();
  readonly #slots = new RequestSlots(() => this.#slotCount());
  #anyAccepted = false;

  /** `neighbours` are the gates of other ports of the same host. */
  constructor(clock: Clock, health: () => HealthConfig, neighbours: () => Iterable<RequestGate> = () => []) {
    this.#clock = clock;
    this.#health = health;
    this.#neighbours = neighbours;
  }

  /** The gate as one camera uses it: a refusal is remembered with its id. */
  of(camera: string): HostGate {
    return {
      request: (signal, work) => this.request(signal, work),
      refusal: (login, service) => this.refusal(login, service, camera),
      accepted: (login, service) => this.accepted(login, service),
      rejected: (login, evidence, service) => this.rejected(login, evidence, service, camera),
      shared: (key, login, make) => this.shared(key, login, make),
    };
  }

  async request<T>(signal: AbortSignal, work: (leave: () => void) => Promise<T>): Promise<T> {
    return this.#slots.run(signal, (leave) =>
      work(() => {
        if (this.#anyAccepted) leave();
      }),
    );
  }

  /** One until a login was accepted, or none was wanted: sixteen channels of a recorder must not try a wrong password side by side. */
  #slotCount(): number {
    return this.#anyAccepted ? this.#health().hostRequests : 1;
  }

  refusal(login: Login | undefined, service: LoginService, camera?: string): Fault | undefined {
    return login && loginHeld(this.#memory(login), { service, camera, at: this.#clock.monotonic() });
  }

  accepted(login: Login | undefined, service: LoginService): void {
    if (login) {
      const memory = loginAccepted(this.#memory(login), service, this.#clock.monotonic());
      this.#logins.set(loginKey(login), memory);
    }
    this.#anyAccepted = true;
    this.#slots.admit();
  }

  rejected(login: Login, evidence: Evidence, service: LoginService, camera?: string): Fault {
    const refusal = { service, camera, evidence, at: this.#clock.monotonic() };
    const nearby = [...this.#neighbours()].filter((gate) => gate !== this).map((gate) => gate.#memory(login));
    const { loginFreeze } = this.#health();
    const { memory, fault } = loginRefused(this.#memory(login), refusal, loginFreeze, nearby);
    this.#logins.set(loginKey(login), memory);
    return fault;
  }

  shared<T extends object>(key: string, login: Login | undefined, make: () => T): T {
    const place = JSON.stringify([key, login && loginKey(login)]);
    // Whoever gives the key gives what is made under it.
    const shared = (this.#shared.get(place) as T | undefined) ?? make();
    this.#shared.set(place, shared);
    return shared;
  }

  #memory(login: Login): LoginMemory {
    return this.#logins.get(loginKey(login)) ?? noMemory;
  }
}

/** A changed password is another login and is tried at once. */
function loginKey({ username, password }: Login): string {
  return JSON.stringify([username, password]);
}

/** Where a camera is reached, and its id. */
type Placed = { readonly id: string; readonly driver: string } & (
  | { readonly address: string }
  | { readonly stream: string }
);

/**
 * The gates of all devices, made at first use: one for each configured address, by host and port. The channels of a
 * recorder share both; cameras behind one address by port forwarding share the host alone.
 */
export class HostGates {
  readonly #hosts = new Map<string, Map<string, RequestGate>>();
  readonly #clock: Clock;
  readonly #health: () => HealthConfig;

  constructor(clock: Clock, health: () => HealthConfig) {
    this.#clock = clock;
    this.#health = health;
  }

  of(camera: Placed): HostGate {
    const { host, port } = placeOf(camera);
    const ports = this.#hosts.get(host) ?? new Map<string, RequestGate>();
    this.#hosts.set(host, ports);
    const gate = ports.get(port) ?? new RequestGate(this.#clock, this.#health, () => ports.values());
    ports.set(port, gate);
    return gate.of(camera.id);
  }
}

const STANDARD_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443", "rtsp:": "554" };

function placeOf(camera: Placed): { readonly host: string; readonly port: string } {
  const { protocol, hostname, port } = new URL(
    "address" in camera ? withScheme(camera.address) : camera.stream,
  );
  return { host: hostname.toLowerCase(), port: port || (STANDARD_PORTS[protocol] ?? "") };
}

function withScheme(address: string): string {
  return address.includes("://") ? address : `http://${address}`;
}
