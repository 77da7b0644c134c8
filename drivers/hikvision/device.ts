import { fail, ok, type Result } from "../../agent/base/result.ts";
import type {
  DiskReport,
  DriverContext,
  EventSource,
  Login,
  StorageReport,
} from "../../agent/model/camera.ts";
import { causes, type Fault } from "../../agent/model/fault.ts";
import { offsetFrom } from "../protocol/device-clock.ts";
import type { Endpoint } from "../protocol/endpoint.ts";
import { givenUp } from "../protocol/http-request.ts";
import { SharedAnswer } from "../protocol/shared-answer.ts";
import type { XmlElement } from "../protocol/xml.ts";
import { alertStream } from "./alert-stream.ts";
import { type Channel, readProxyChannels, readVideoInputs } from "./channels.ts";
import { IsapiClient } from "./client.ts";
import { type DeviceInfo, readDeviceInfo } from "./device-info.ts";
import { readDisks, readSmart } from "./disks.ts";
import { type DeviceTime, readDeviceTime } from "./time.ts";

/** What one look at a device tells all its channels. */
export interface DeviceLook {
  readonly info: DeviceInfo;
  /** Absent: the device told no time that can be read. */
  readonly clock?: DeviceClock;
  /** Empty where the device tells of none. */
  readonly channels: readonly Channel[];
}

export interface DeviceClock {
  /** The device's time less the box's, milliseconds; undefined where it told no zone. */
  readonly offsetMs?: number;
  /** What stands on its wall less the box's UTC, milliseconds. */
  readonly wallOffsetMs: number;
  /** How far its zone is ahead of UTC, milliseconds. */
  readonly zoneMs?: number;
}

/** How long what one channel's look learned is good for the others, milliseconds. */
const GOOD_FOR_MS = 10_000;
/** Disks change slowly, and are asked for one by one. */
const STORAGE_GOOD_FOR_MS = 60_000;
/** A firmware or a right may come. */
const ABSENT_FOR_MS = 3_600_000;

const INPUTS = ["System/Video/inputs/channels", readVideoInputs] as const;
const PROXIES = ["ContentMgmt/InputProxy/channels/status", readProxyChannels] as const;
const STORAGE = "ContentMgmt/Storage";

/** A camera or recorder: what its channels have in common, which may be sixteen cameras. Holds no connection of its own. */
export class HikvisionDevice {
  readonly client: IsapiClient;
  readonly events: EventSource;
  readonly #context: DriverContext;
  readonly #looks: SharedAnswer<Result<DeviceLook, Fault>>;
  readonly #storage: SharedAnswer<Result<StorageReport, Fault>>;
  /** Questions that this device has no answer to → monotonic time at which it is asked again. */
  readonly #absentUntil = new Map<string, number>();
  #last: DeviceLook | undefined;

  constructor(endpoint: Endpoint, login: Login | undefined, context: DriverContext) {
    const { clock } = context;
    this.#context = context;
    this.client = new IsapiClient(endpoint, login, context);
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
    this.events = alertStream({
      client: this.client,
      context,
      prepare: async (signal) => {
        const look = await this.look(this.events, signal);
        return look.ok ? undefined : look.error;
      },
    });
  }

  /** What the last look found that came so far; undefined before. */
  get last(): DeviceLook | undefined {
    return this.#last;
  }

  /** Fails where the way to the device or its login does. `asker` is given what it has not been given before. */
  async look(asker: object, signal: AbortSignal): Promise<Result<DeviceLook, Fault>> {
    return (await this.#looks.get(asker, signal)) ?? fail(givenUp);
  }

  /** Its disks, with what each says of its own health. */
  async storage(asker: object, signal: AbortSignal): Promise<Result<StorageReport, Fault>> {
    return (await this.#storage.get(asker, signal)) ?? fail(givenUp);
  }

  async #look(signal: AbortSignal): Promise<Result<DeviceLook, Fault>> {
    const answer = await this.client.ask({ path: "System/deviceInfo" }, signal);
    if (!answer.ok) return fail(answer.error.fault);
    const info = readDeviceInfo(answer.value);
    if (info.facts.serial !== this.#last?.info.facts.serial) this.#absentUntil.clear();
    const clock = await this.#readClock(signal);
    if (!clock.ok) return clock;
    const channels = await this.#readChannels(info, signal);
    if (!channels.ok) return channels;
    const look = { info, ...(clock.value && { clock: clock.value }), channels: channels.value };
    this.#last = look;
    return ok(look);
  }

  async #readClock(signal: AbortSignal): Promise<Result<DeviceClock | undefined, Fault>> {
    const { clock } = this.#context;
    const sentAt = clock.wall();
    const answer = await this.#askFor("System/time", signal);
    if (!answer.ok) return answer;
    const time = typeof answer.value === "string" ? undefined : readDeviceTime(answer.value);
    return ok(time && clockOf(time, sentAt, clock.wall()));
  }

  /**
   * A camera's own sensors do not change; what a recorder's channels are worth does. A camera is not asked for
   * channels that it takes over the network: it has none, and answers 403.
   */
  async #readChannels(info: DeviceInfo, signal: AbortSignal): Promise<Result<readonly Channel[], Fault>> {
    const known = info.facts.serial === this.#last?.info.facts.serial ? (this.#last?.channels ?? []) : [];
    const isCamera = info.kind === "camera";
    if (isCamera && known.length > 0) return ok(known);
    const found = new Map<number, Channel>();
    for (const [path, read] of isCamera ? [INPUTS] : [INPUTS, PROXIES]) {
      const answer = await this.#askFor(path, signal);
      if (!answer.ok) return answer;
      // Half of a list would have its other channels missing.
      if (answer.value === "failed") return ok(known);
      if (answer.value !== "absent")
        for (const channel of read(answer.value)) found.set(channel.number, channel);
    }
    return ok([...found.values()]);
  }

  /** What a device need not have; a fault only where the way to it is cut. */
  async #askFor(path: string, signal: AbortSignal): Promise<Result<XmlElement | "absent" | "failed", Fault>> {
    const now = this.#context.clock.monotonic();
    if (now < (this.#absentUntil.get(path) ?? 0)) return ok("absent");
    const answer = await this.client.ask({ path }, signal);
    if (answer.ok) return answer;
    const { fault: seen, unsupported } = answer.error;
    if (isOfTheWay(seen)) return fail(seen);
    if (!unsupported && seen.cause !== "login-forbidden") return ok("failed");
    this.#absentUntil.set(path, now + ABSENT_FOR_MS);
    return ok("absent");
  }

  async #readStorage(signal: AbortSignal): Promise<Result<StorageReport, Fault>> {
    const answer = await this.client.ask({ path: STORAGE }, signal);
    if (!answer.ok) return fail(answer.error.fault);
    const disks: DiskReport[] = [];
    for (const { report, smartId } of readDisks(answer.value)) {
      if (smartId === undefined) {
        disks.push(report);
        continue;
      }
      const told = await this.#askFor(`${STORAGE}/hdd/${smartId}/SMARTTest/status`, signal);
      if (!told.ok) return told;
      const smart = typeof told.value === "string" ? undefined : readSmart(told.value);
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

/**
 * Whether the fault is of host, port or login, so that no further question helps. An answer that makes no sense, or
 * that this user is not given, is one question's matter.
 */
function isOfTheWay({ cause }: Fault): boolean {
  if (cause === "login-forbidden" || cause === "answer-garbled" || cause === "answer-too-large") return false;
  const { rung } = causes[cause];
  return rung === "host" || rung === "port" || rung === "login";
}
