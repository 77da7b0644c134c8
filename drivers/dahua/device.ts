import { fail, ok, type Result } from "../../agent/base/result.ts";
import type {
  CameraFacts,
  DriverContext,
  EventSource,
  Login,
  StorageReport,
} from "../../agent/model/camera.ts";
import { causes, type Fault } from "../../agent/model/fault.ts";
import { offsetFrom } from "../protocol/device-clock.ts";
import type { Endpoint } from "../protocol/endpoint.ts";
import { watchEventStream } from "../protocol/event-stream.ts";
import { givenUp } from "../protocol/http-request.ts";
import type { Part } from "../protocol/multipart.ts";
import { SharedAnswer } from "../protocol/shared-answer.ts";
import { type ChannelState, readCameraStates, readEventIndexes, readRemoteDevices } from "./channels.ts";
import { CgiClient, FIRST_QUESTION, type Question, type Refusal } from "./client.ts";
import { readDisks } from "./disks.ts";
import { codes, isHeartbeat, isWhole, readEvent, signalOf } from "./event.ts";
import { type Details, readDetails, serialIn } from "./facts.ts";
import { findRecorded, type Recorded } from "./media-find.ts";
import { valueIn } from "./table.ts";
import { offsetOf, readWall } from "./time.ts";

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

/** How long what one channel's look learned is good for the others, milliseconds. */
const GOOD_FOR_MS = 10_000;
/** Disks change slowly. */
const STORAGE_GOOD_FOR_MS = 60_000;
/** What changes with the firmware alone. */
const DETAILS_FOR_MS = 3_600_000;

const EVENTS = `eventManager.cgi?action=attach&codes=[${codes.join(",")}]&heartbeat=5`;
/** Largest event; those of smart codes list whole objects. */
const EVENT_BYTES = 65_536;

const CAMERA_STATES = {
  target: "api/LogicDeviceManager/getCameraState",
  body: JSON.stringify({ uniqueChannels: [-1] }),
};

/** A camera or recorder: what its channels have in common, which may be sixteen cameras. Holds no connection of its own. */
export class DahuaDevice {
  readonly client: CgiClient;
  readonly events: EventSource;
  readonly #context: DriverContext;
  readonly #looks: SharedAnswer<Result<DeviceLook, Fault>>;
  readonly #storage: SharedAnswer<Result<StorageReport, Fault>>;
  /** Questions that this device has no answer to. */
  readonly #unsupported = new Set<string>();
  #details: Details | undefined;
  #detailsUntil = 0;
  #remoteDevices: readonly ChannelState[] = [];
  #last: DeviceLook | undefined;
  #finding: Promise<void> = Promise.resolve();

  constructor(endpoint: Endpoint, login: Login | undefined, context: DriverContext) {
    const { clock } = context;
    this.#context = context;
    this.client = new CgiClient(endpoint, login, context);
    this.#looks = new SharedAnswer({
      clock,
      ask: (signal) => this.#look(signal),
      goodFor: ({ ok: isGood }) => (isGood ? GOOD_FOR_MS : 0),
    });
    this.#storage = new SharedAnswer({
      clock,
      ask: (signal) => this.#readStorage(signal),
      goodFor: ({ ok: isGood }) => (isGood ? STORAGE_GOOD_FOR_MS : 0),
    });
    this.events = {
      watch: (emit, signal) =>
        watchEventStream(
          {
            url: this.client.url(EVENTS),
            login: this.client.login,
            context,
            partBytes: EVENT_BYTES,
            isWhole,
            begin: () => hear,
          },
          emit,
          signal,
        ),
    };
  }

  /** What the last look found that came so far; undefined before. */
  get last(): DeviceLook | undefined {
    return this.#last;
  }

  /** Fails where the way to the device or its login does. `asker` is given what it has not been given before. */
  async look(asker: object, signal: AbortSignal): Promise<Result<DeviceLook, Fault>> {
    return (await this.#looks.get(asker, signal)) ?? fail(givenUp);
  }

  async storage(asker: object, signal: AbortSignal): Promise<Result<StorageReport, Fault>> {
    return (await this.#storage.get(asker, signal)) ?? fail(givenUp);
  }

  /** What is recorded of a channel, on the device's wall; one search at a time, as a device has few finders. */
  async recorded(
    channel: number,
    now: number,
    signal: AbortSignal,
  ): Promise<Result<Recorded | undefined, Refusal>> {
    const before = this.#finding;
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    this.#finding = done;
    const { promise: left, resolve: leave } = Promise.withResolvers<void>();
    const abort = () => leave();
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    await Promise.race([before, left]);
    try {
      if (signal.aborted) return fail({ fault: givenUp });
      return await findRecorded(this.client, channel, now, this.#context, signal);
    } finally {
      signal.removeEventListener("abort", abort);
      void before.then(finish);
    }
  }

  /** Who it is, by which the login is judged; its clock, which no login of Digest depends on; its channels. */
  async #look(signal: AbortSignal): Promise<Result<DeviceLook, Fault>> {
    const system = await this.client.ask({ target: FIRST_QUESTION }, signal);
    if (!system.ok && isOfTheWay(system.error)) return fail(system.error.fault);
    const details = await this.#known(system.ok ? system.value : "", signal);
    if (!details.ok) return details;
    const clock = await this.#readClock(signal);
    if (!clock.ok) return clock;
    const { facts, channels: count } = details.value;
    const channels = count === 1 ? ok([]) : await this.#readChannels(signal);
    if (!channels.ok) return channels;
    const look = {
      facts,
      ...(clock.value !== undefined && { offsetMs: clock.value }),
      ...(count !== undefined && { count }),
      channels: channels.value,
    };
    this.#last = look;
    return ok(look);
  }

  /** Asked anew each hour, and where another device answers. */
  async #known(system: string, signal: AbortSignal): Promise<Result<Details, Fault>> {
    const { clock } = this.#context;
    const serial = serialIn(system);
    const isSame = serial === undefined || serial === this.#details?.facts.serial;
    if (this.#details && isSame && clock.monotonic() < this.#detailsUntil) return ok(this.#details);
    this.#unsupported.clear();
    const details = await readDetails(system, (target) => this.#askFor({ target }, signal));
    if (!details.ok) return details;
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
    const wall = readWall(valueIn(answer.value ?? "", "result"));
    return ok(wall === undefined ? undefined : offsetFrom(offsetOf(wall), sentAt, clock.wall()));
  }

  /**
   * Recorders that know no getCameraState say which channels have lost their picture, and which cameras were added to
   * them.
   */
  async #readChannels(signal: AbortSignal): Promise<Result<readonly ChannelState[], Fault>> {
    const states = await this.#askFor(CAMERA_STATES, signal);
    if (!states.ok) return states;
    const read = readCameraStates(states.value ?? "");
    if (read) return ok(read);
    const lost = await this.#askFor(
      { target: "eventManager.cgi?action=getEventIndexes&code=VideoLoss" },
      signal,
    );
    if (!lost.ok) return lost;
    if (this.#remoteDevices.length === 0) {
      const remote = await this.#askFor(
        { target: "configManager.cgi?action=getConfig&name=RemoteDevice" },
        signal,
      );
      if (!remote.ok) return remote;
      this.#remoteDevices = readRemoteDevices(remote.value ?? "");
    }
    return ok(withLosses(this.#remoteDevices, readEventIndexes(lost.value ?? "")));
  }

  /** What a device need not have: undefined where it has not; a fault only where the way to it is cut. */
  async #askFor(question: Question, signal: AbortSignal): Promise<Result<string | undefined, Fault>> {
    if (this.#unsupported.has(question.target)) return ok(undefined);
    const answer = await this.client.ask(question, signal);
    if (answer.ok) return answer;
    if (isOfTheWay(answer.error)) return fail(answer.error.fault);
    // "Error: No Events" is an answer for now.
    const isForGood = answer.error.unsupported && !question.target.includes("getEventIndexes");
    if (isForGood || answer.error.fault.cause === "login-forbidden") this.#unsupported.add(question.target);
    return ok(undefined);
  }

  async #readStorage(signal: AbortSignal): Promise<Result<StorageReport, Fault>> {
    const target = "storageDevice.cgi?action=getDeviceAllInfo";
    const answer = await this.client.ask({ target }, signal);
    return answer.ok ? ok({ disks: readDisks(answer.value) }) : fail(answer.error.fault);
  }
}

function withLosses(devices: readonly ChannelState[], lost: ReadonlySet<number>): readonly ChannelState[] {
  const all = new Map(devices.map((device) => [device.number, device]));
  for (const index of lost) {
    const known = all.get(index + 1) ?? { number: index + 1 };
    all.set(known.number, known.isEmpty ? known : { ...known, online: false, word: "VideoLoss" });
  }
  return [...all.values()];
}

function hear({ body }: Part) {
  const text = body.toString("utf8");
  if (isHeartbeat(text)) return { isHeartbeat: true };
  const event = readEvent(text);
  return { isHeartbeat: false, signal: event && signalOf(event) };
}

/** Whether the fault is of host, port or login, or shows that there is no such device: no further question helps. */
function isOfTheWay({ fault: { cause } }: Refusal): boolean {
  const { rung } = causes[cause];
  return cause !== "login-forbidden" && (rung === "host" || rung === "port" || rung === "login");
}
