import { fail, ok, type Result } from "../../agent/base/result.ts";
import type {
  CameraFacts,
  DriverContext,
  EventSource,
  Login,
  StorageReport,
} from "../../agent/model/camera.ts";
import type { Fault } from "../../agent/model/fault.ts";
import type { ChannelState } from "../protocol/channel-state.ts";
import { offsetFrom } from "../protocol/device-clock.ts";
import type { Endpoint } from "../protocol/endpoint.ts";
import { HttpDevice } from "../protocol/http-device.ts";
import { isOfTheWay } from "../protocol/ladder.ts";
import { OptionalQuestions } from "../protocol/optional-questions.ts";
import type { Ask, Question } from "../protocol/question.ts";
import { type SharedQuestion, sharedLook, sharedStorage } from "../protocol/shared-question.ts";
import { Turns } from "../protocol/turns.ts";
import { readCameraStates, readEventIndexes, readRemoteDevices, withLosses } from "./channels.ts";
import { readDisks } from "./disks.ts";
import { eventStream } from "./event-stream.ts";
import { type Details, readDetails, serialIn } from "./facts.ts";
import { findRecorded, type Recorded } from "./media-find.ts";
import { valueIn } from "./table.ts";
import { offsetOf, readWall } from "./time.ts";
import { cgi, FIRST_QUESTION, LOST_PICTURES } from "./verdict.ts";

/** What one look at a device tells all its channels. */
export interface DeviceLook {
  readonly facts: CameraFacts;
  /** The device's clock less Hanoi's time, milliseconds; undefined where it told none that can be read. */
  readonly offsetMs?: number;
  /** How many channels it has; undefined where it does not tell. */
  readonly count?: number;
  /** Empty where it does not tell. */
  readonly channels: readonly ChannelState[];
}

/** What changes with the firmware alone. */
const DETAILS_FOR_MS = 3_600_000;

const CAMERA_STATES = {
  target: "api/LogicDeviceManager/getCameraState",
  body: JSON.stringify({ uniqueChannels: [-1] }),
};

/** A camera or recorder: what its channels have in common, which may be sixteen cameras. Holds no connection of its own. */
export class DahuaDevice {
  readonly http: HttpDevice;
  /** Fails where the way to the device or its login does. */
  readonly look: SharedQuestion<DeviceLook>;
  readonly storage: SharedQuestion<StorageReport>;
  readonly events: EventSource;
  readonly #context: DriverContext;
  readonly #ask: Ask<string>;
  readonly #optional: OptionalQuestions<string>;
  /** A device has few finders. */
  readonly #searches = new Turns();
  #details: Details | undefined;
  #detailsUntil = 0;
  #remoteDevices: readonly ChannelState[] = [];

  constructor(endpoint: Endpoint, login: Login | undefined, context: DriverContext) {
    this.#context = context;
    this.http = new HttpDevice(endpoint, login, context);
    this.#ask = cgi(this.http);
    this.#optional = new OptionalQuestions(this.#ask, context.clock);
    this.look = sharedLook(context, (signal) => this.#look(signal));
    this.storage = sharedStorage(context, (signal) => this.#readStorage(signal));
    this.events = eventStream(this.http, context);
  }

  /** What is recorded of a channel, on the device's wall. */
  recorded(channel: number, now: number, signal: AbortSignal): Promise<Result<Recorded | undefined, Fault>> {
    return this.#searches.take(signal, async () => {
      const found = await findRecorded(this.#ask, channel, now, this.#context, signal);
      return found.ok ? found : fail(found.error.fault);
    });
  }

  /** Who it is, by which the login is judged; its clock, which no login of Digest depends on; its channels. */
  async #look(signal: AbortSignal): Promise<Result<DeviceLook, Fault>> {
    const system = await this.#ask({ target: FIRST_QUESTION }, signal);
    if (!system.ok && isOfTheWay(system.error.fault)) return fail(system.error.fault);
    const details = await this.#known(system.ok ? system.value : "", signal);
    if (!details.ok) return details;
    const offset = await this.#readClock(signal);
    if (!offset.ok) return offset;
    const { facts, channels: count } = details.value;
    const channels = count === 1 ? ok([]) : await this.#readChannels(signal);
    if (!channels.ok) return channels;
    return ok({
      facts,
      ...(offset.value !== undefined && { offsetMs: offset.value }),
      ...(count !== undefined && { count }),
      channels: channels.value,
    });
  }

  /** Asked anew each hour, and where another device answers; at the next look where not all of it came. */
  async #known(system: string, signal: AbortSignal): Promise<Result<Details, Fault>> {
    const { clock } = this.#context;
    const serial = serialIn(system);
    const isSame = serial === undefined || serial === this.#details?.facts.serial;
    if (this.#details && isSame && clock.monotonic() < this.#detailsUntil) return ok(this.#details);
    this.#optional.forget();
    let isWhole = true;
    const details = await readDetails(system, async (target) => {
      const told = await this.#optional.ask({ target }, signal);
      if (told.ok && told.value.failed) isWhole = false;
      return told.ok ? ok(told.value.answer ?? "") : told;
    });
    if (!details.ok) return details;
    if (!isWhole) return ok((isSame && this.#details) || details.value);
    this.#details = details.value;
    this.#detailsUntil = clock.monotonic() + DETAILS_FOR_MS;
    this.#remoteDevices = [];
    return details;
  }

  async #readClock(signal: AbortSignal): Promise<Result<number | undefined, Fault>> {
    const { clock } = this.#context;
    const sentAt = clock.wall();
    const answer = await this.#askFor({ target: "global.cgi?action=getCurrentTime" }, signal);
    if (!answer.ok) return answer;
    const wall = readWall(valueIn(answer.value, "result"));
    return ok(wall === undefined ? undefined : offsetFrom(offsetOf(wall), sentAt, clock.wall()));
  }

  /**
   * Recorders that know no getCameraState say which channels have lost their picture, and which cameras were added to
   * them.
   */
  async #readChannels(signal: AbortSignal): Promise<Result<readonly ChannelState[], Fault>> {
    const states = await this.#askFor(CAMERA_STATES, signal);
    if (!states.ok) return states;
    const read = readCameraStates(states.value);
    if (read) return ok(read);
    const lost = await this.#askFor({ target: LOST_PICTURES }, signal);
    if (!lost.ok) return lost;
    if (this.#remoteDevices.length === 0) {
      const remote = await this.#askFor(
        { target: "configManager.cgi?action=getConfig&name=RemoteDevice" },
        signal,
      );
      if (!remote.ok) return remote;
      this.#remoteDevices = readRemoteDevices(remote.value);
    }
    return ok(withLosses(this.#remoteDevices, readEventIndexes(lost.value)));
  }

  /** Empty where the device has no such thing, or fails this time. */
  async #askFor(question: Question, signal: AbortSignal): Promise<Result<string, Fault>> {
    const told = await this.#optional.ask(question, signal);
    return told.ok ? ok(told.value.answer ?? "") : told;
  }

  async #readStorage(signal: AbortSignal): Promise<Result<StorageReport, Fault>> {
    const target = "storageDevice.cgi?action=getDeviceAllInfo";
    const answer = await this.#ask({ target }, signal);
    return answer.ok ? ok({ disks: readDisks(answer.value) }) : fail(answer.error.fault);
  }
}
