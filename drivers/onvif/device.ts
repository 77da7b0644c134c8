import { fail, ok, type Result } from "../../agent/base/result.ts";
import type {
  CameraFacts,
  DriverContext,
  Emit,
  EventSource,
  Login,
  WatchEnd,
} from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import type { Endpoint } from "../protocol/endpoint.ts";
import { SharedQuestion, sharedLook } from "../protocol/shared-question.ts";
import { unreached } from "../protocol/watch-end.ts";
import { readDeviceInformation } from "./answers.ts";
import { OnvifCaller } from "./caller.ts";
import { channelNames } from "./channel.ts";
import { type Details, discover, type Profiles } from "./discover.ts";
import { watchNotifications } from "./notifications.ts";
import { watchPullPoint } from "./pull-point.ts";
import type { Channel } from "./subscription.ts";

/** How long what was discovered is believed, milliseconds; whoever fails on the way asks anew. */
export const DETAILS_FOR_MS = 3_600_000;

/** What a device says when it is looked at. */
export interface Look {
  /** The camera's time less the box's, milliseconds; undefined where it does not tell. */
  readonly offsetMs: number | undefined;
  /** What it tells of itself to who is logged in. */
  readonly device: Result<Partial<CameraFacts>, Fault>;
}

/** One ONVIF device, shared by the channels of a recorder: its login, its clock, its services and its events. */
export class OnvifDevice {
  readonly endpoint: Endpoint;
  readonly url: URL;
  readonly caller: OnvifCaller;
  readonly #context: DriverContext;
  /**
   * The time without login first, so that a wrong clock is never taken for a wrong password; then the login by asking
   * for the device's own facts, which also tells a device that was replaced.
   */
  readonly look: SharedQuestion<Look>;
  readonly details: SharedQuestion<Details>;
  readonly events: EventSource = { watch: (emit, signal) => this.#watch(emit, signal) };
  #profiles: Profiles | undefined;
  #serial: string | undefined;
  #tellsApart = false;

  constructor(endpoint: Endpoint, url: URL, login: Login | undefined, context: DriverContext) {
    this.endpoint = endpoint;
    this.url = url;
    this.#context = context;
    this.caller = new OnvifCaller(url, login, context);
    this.look = sharedLook(
      context,
      (signal) => this.#look(signal),
      ({ device }) => device.ok,
    );
    this.details = new SharedQuestion({
      clock: context.clock,
      ask: (signal) => this.#discover(signal),
      goodFor: () => DETAILS_FOR_MS,
    });
  }

  /** As the device last told them; undefined while it has not. */
  get profiles(): Profiles | undefined {
    return this.#profiles;
  }

  /** One of its channels is known by its profile: its events are not to be taken for another's. */
  tellApart(): void {
    this.#tellsApart = true;
  }

  async #look(signal: AbortSignal): Promise<Result<Look, Fault>> {
    const clock = await this.caller.readClock(signal);
    if (!clock.ok) return fail(clock.error.fault);
    const answer = await this.caller.call({ name: "GetDeviceInformation" }, { url: this.url }, { signal });
    // A camera without the call has accepted the login to say so.
    if (!answer.ok && !answer.error.unsupported)
      return ok({ offsetMs: clock.value, device: fail(answer.error.fault) });
    const device = answer.ok ? readDeviceInformation(answer.value) : {};
    if (device.serial !== this.#serial) {
      this.#serial = device.serial;
      this.#profiles = undefined;
      this.details.forget();
    }
    return ok({ offsetMs: clock.value, device: ok(device) });
  }

  async #discover(signal: AbortSignal): Promise<Result<Details, Fault>> {
    const found = await discover(this.caller, this.endpoint, this.url, signal);
    if (found.ok && found.value.media.ok) this.#profiles = found.value.media.value.profiles;
    return found;
  }

  async #watch(emit: Emit, signal: AbortSignal): Promise<WatchEnd> {
    const asker = {};
    const look = await this.look.get(asker, signal);
    if (!look.ok) return unreached(look.error);
    if (!look.value.device.ok) return unreached(look.value.device.error);
    const details = await this.details.get(asker, signal);
    if (!details.ok) return unreached(details.error);
    const { events, media } = details.value;
    if (!events) return { fault: fault("events-unsupported", evidenceTexts.noEventService), retry: "rarely" };
    // Channels that cannot be told from each other are better not heard than told each other's motion.
    if (!this.#profiles && this.#tellsApart && !media.ok) return unreached(media.error);
    const channel: Channel = {
      caller: this.caller,
      endpoint: this.endpoint,
      events,
      names: (source) => channelNames(this.#profiles ?? [])(source),
      clock: this.#context.clock,
      connectTimeout: this.#context.health().requestTimeout,
    };
    let end = await watchPullPoint(channel, emit, signal);
    if (end.fault.cause === "events-unsupported")
      end = (await watchNotifications(channel, emit, signal)) ?? end;
    // After a reboot or a change of settings the event service may be elsewhere.
    this.details.forget();
    return end;
  }
}
