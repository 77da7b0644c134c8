import { fail, ok, type Result } from "../../agent/base/result.ts";
import type {
  DiskReport,
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
import { OptionalQuestions } from "../protocol/optional-questions.ts";
import type { Ask } from "../protocol/question.ts";
import { type SharedQuestion, sharedLook, sharedStorage } from "../protocol/shared-question.ts";
import type { XmlElement } from "../protocol/xml.ts";
import { alertStream } from "./alert-stream.ts";
import { readProxyChannels, readVideoInputs } from "./channels.ts";
import { type DeviceInfo, readDeviceInfo } from "./device-info.ts";
import { readDisks, readSmart } from "./disks.ts";
import { IsapiLogin } from "./login.ts";
import { type DeviceTime, readDeviceTime } from "./time.ts";
import { isapi } from "./verdict.ts";

/** What one look at a device tells all its channels. */
export interface DeviceLook {
  readonly info: DeviceInfo;
  /** Absent: the device told no time that can be read. */
  readonly clock?: DeviceClock;
  /** Empty where the device tells of none. */
  readonly channels: readonly ChannelState[];
}

export interface DeviceClock {
  /** The device's time less the box's, milliseconds; undefined where it told no zone. */
  readonly offsetMs?: number;
  /** What stands on its wall less the box's UTC, milliseconds. */
  readonly wallOffsetMs: number;
  /** How far its zone is ahead of UTC, milliseconds. */
  readonly zoneMs?: number;
}

const INPUTS = ["System/Video/inputs/channels", readVideoInputs] as const;
const PROXIES = ["ContentMgmt/InputProxy/channels/status", readProxyChannels] as const;
const STORAGE = "ContentMgmt/Storage";

/** A camera or recorder: what its channels have in common, which may be sixteen cameras. Holds no connection of its own. */
export class HikvisionDevice {
  readonly http: HttpDevice;
  readonly ask: Ask<XmlElement>;
  /** Fails where the way to the device or its login does. */
  readonly look: SharedQuestion<DeviceLook>;
  /** Its disks, with what each says of its own health. */
  readonly storage: SharedQuestion<StorageReport>;
  readonly events: EventSource;
  readonly #context: DriverContext;
  readonly #optional: OptionalQuestions<XmlElement>;

  constructor(endpoint: Endpoint, login: Login | undefined, context: DriverContext) {
    this.#context = context;
    this.http = new HttpDevice(endpoint, login, context, new IsapiLogin(login));
    this.ask = isapi(this.http);
    this.#optional = new OptionalQuestions(this.ask, context.clock);
    this.look = sharedLook(context, (signal) => this.#look(signal));
    this.storage = sharedStorage(context, (signal) => this.#readStorage(signal));
    this.events = alertStream(this.http, this.look, context);
  }

  async #look(signal: AbortSignal): Promise<Result<DeviceLook, Fault>> {
    const answer = await this.ask({ target: "System/deviceInfo" }, signal);
    if (!answer.ok) return fail(answer.error.fault);
    const info = readDeviceInfo(answer.value);
    const isSame = info.facts.serial === this.look.last?.info.facts.serial;
    if (!isSame) this.#optional.forget();
    const clock = await this.#readClock(signal);
    if (!clock.ok) return clock;
    const known = isSame ? (this.look.last?.channels ?? []) : [];
    const channels = await this.#readChannels(info, known, signal);
    if (!channels.ok) return channels;
    return ok({ info, ...(clock.value && { clock: clock.value }), channels: channels.value });
  }

  async #readClock(signal: AbortSignal): Promise<Result<DeviceClock | undefined, Fault>> {
    const { clock } = this.#context;
    const sentAt = clock.wall();
    const told = await this.#optional.ask({ target: "System/time" }, signal);
    if (!told.ok) return told;
    const time = told.value.answer && readDeviceTime(told.value.answer);
    return ok(time && clockOf(time, sentAt, clock.wall()));
  }

  /**
   * A camera's own sensors do not change; what a recorder's channels are worth does. A camera is not asked for
   * channels that it takes over the network: it has none, and answers 403.
   */
  async #readChannels(
    { kind }: DeviceInfo,
    known: readonly ChannelState[],
    signal: AbortSignal,
  ): Promise<Result<readonly ChannelState[], Fault>> {
    const isCamera = kind === "camera";
    if (isCamera && known.length > 0) return ok(known);
    const found = new Map<number, ChannelState>();
    for (const [target, read] of isCamera ? [INPUTS] : [INPUTS, PROXIES]) {
      const told = await this.#optional.ask({ target }, signal);
      if (!told.ok) return told;
      const { answer, failed } = told.value;
      // Half of a list would have its other channels missing.
      if (failed) return ok(known);
      if (answer) for (const channel of read(answer)) found.set(channel.number, channel);
    }
    return ok([...found.values()]);
  }

  async #readStorage(signal: AbortSignal): Promise<Result<StorageReport, Fault>> {
    const answer = await this.ask({ target: STORAGE }, signal);
    if (!answer.ok) return fail(answer.error.fault);
    const disks: DiskReport[] = [];
    for (const { report, smartId } of readDisks(answer.value)) {
      if (smartId === undefined) {
        disks.push(report);
        continue;
      }
      const told = await this.#optional.ask({ target: `${STORAGE}/hdd/${smartId}/SMARTTest/status` }, signal);
      if (!told.ok) return told;
      const smart = told.value.answer && readSmart(told.value.answer);
      disks.push({ ...report, ...(smart && { smart }) });
    }
    return ok({ disks });
  }
}

function clockOf({ utcMs, wallMs, zoneMs }: DeviceTime, sentAt: number, answeredAt: number): DeviceClock {
  return {
    wallOffsetMs: offsetFrom(wallMs, sentAt, answeredAt),
    ...(utcMs !== undefined && { offsetMs: offsetFrom(utcMs, sentAt, answeredAt) }),
    ...(zoneMs !== undefined && { zoneMs }),
  };
}
