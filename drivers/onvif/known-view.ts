import type { Clock } from "../../agent/base/clock.ts";
import { ok, type Result } from "../../agent/base/result.ts";
import type { CameraFacts } from "../../agent/model/camera.ts";
import type { OnvifCameraConfig } from "../../agent/model/config.ts";
import type { Fault } from "../../agent/model/fault.ts";
import { Turns } from "../protocol/turns.ts";
import { DETAILS_FOR_MS, type OnvifDevice } from "./device.ts";
import { findView, type View } from "./discover.ts";

interface Known extends View {
  readonly mac?: string;
}

/** What one channel of a device shows, believed for an hour and not once something on the way failed. */
export class KnownView {
  readonly #device: OnvifDevice;
  readonly #config: Pick<OnvifCameraConfig, "profile" | "rtspPort">;
  readonly #clock: Clock;
  readonly #discoveries = new Turns();
  /** What was last discovered, believed or not. */
  #known: Known | undefined;
  #until = Number.NEGATIVE_INFINITY;

  constructor(device: OnvifDevice, config: Pick<OnvifCameraConfig, "profile" | "rtspPort">, clock: Clock) {
    this.#device = device;
    this.#config = config;
    this.#clock = clock;
  }

  get facts(): CameraFacts {
    const { mac, facts } = this.#known ?? {};
    return { ...(mac !== undefined && { mac }), ...facts };
  }

  /** Discovered anew when it is no longer believed; one discovery at a time. */
  get(signal: AbortSignal): Promise<Result<View, Fault>> {
    return this.#discoveries.take(signal, () => this.#discover(signal));
  }

  async #discover(signal: AbortSignal): Promise<Result<View, Fault>> {
    if (this.#known && this.#clock.monotonic() < this.#until) return ok(this.#known);
    const details = await this.#device.details.get(this, signal);
    if (!details.ok) return details;
    const { profile, rtspPort } = this.#config;
    const { caller, endpoint } = this.#device;
    const view = await findView(caller, details.value, { endpoint, profile, rtspPort }, signal);
    if (!view.ok) return view;
    const { mac } = details.value;
    this.#known = { ...view.value, ...(mac !== undefined && { mac }) };
    this.#until = this.#clock.monotonic() + DETAILS_FOR_MS;
    return view;
  }

  /** It is discovered anew when it is wanted next. */
  doubt(): void {
    this.#until = Number.NEGATIVE_INFINITY;
  }

  /** It was another camera's. */
  forget(): void {
    this.#known = undefined;
  }
}
