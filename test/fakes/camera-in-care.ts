import type { z } from "zod";
import type { Clock } from "../../agent/base/clock.ts";
import { Progress } from "../../agent/core/progress.ts";
import type { CameraSession, HostGate, Login } from "../../agent/model/camera.ts";
import { configSchema } from "../../agent/model/config.ts";
import { type EventDraft, eventData } from "../../agent/model/event.ts";
import { type CameraStatus, cameraSchema } from "../../agent/model/wire.ts";
import { runCamera } from "../../agent/run/camera.ts";
import { CameraRecord, type CameraSurroundings } from "../../agent/run/camera-record.ts";
import { EventHub } from "../../agent/run/event-hub.ts";
import { RequestGate } from "../../agent/run/host-gate.ts";
import { openCamera } from "../../drivers/registry.ts";

type ConfigText = z.input<typeof configSchema>;

export interface CareOptions extends Pick<ConfigText, "health" | "motion"> {
  readonly clock: Clock;
  readonly camera:
    | { readonly driver: "onvif"; readonly address: string }
    | { readonly driver: "rtsp"; readonly stream: string };
  readonly login: Login;
  /** The agent's own for this camera alone, unless told otherwise. */
  readonly gate?: HostGate;
  /** Told of every retained state and every event, valid by the contract. */
  readonly onShown?: (status: CameraStatus) => void;
  readonly onEvent?: (draft: EventDraft) => void;
}

/** One camera as the agent's own floors have it, before anything is done with it: driver and record. */
export interface OpenedInCare {
  readonly session: CameraSession;
  readonly record: CameraRecord;
  readonly around: CameraSurroundings;
}

export async function openInCare(options: CareOptions): Promise<OpenedInCare> {
  const { clock, camera, login, onShown, onEvent, health: healthText, motion } = options;
  const config = configSchema.parse({
    site: { id: "site", name: "Site" },
    unit: { id: "unit", name: "Unit" },
    broker: { url: "mqtt://broker" },
    cameras: [{ id: "gate", name: "Gate", ...camera }],
    health: healthText,
    motion,
  });
  const [target] = config.cameras;
  if (!target) throw new Error("no camera");
  const around: CameraSurroundings = {
    clock,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    runName: "run",
    settings: () => config,
    boxClockUnsure: () => false,
    recorder: {
      async record(draft) {
        eventData[draft.kind].parse(draft.data);
        onEvent?.(draft);
      },
    },
    show: (status) => onShown?.(cameraSchema.parse(status)),
  };
  const health = () => config.health;
  const host = options.gate ?? new RequestGate(clock, health);
  const session = await openCamera({ config: target, login }, { clock, host, health });
  return { session, record: new CameraRecord(target, around), around };
}

/** What the unit sees of one camera that the agent looks after until it is disposed, as at a stop of the agent. */
export interface CameraInCare extends AsyncDisposable {
  readonly shown: readonly CameraStatus[];
  readonly events: readonly EventDraft[];
  /** The camera's state now, also where it is not worth showing. */
  status(): CameraStatus;
}

export async function careFor(options: Omit<CareOptions, "onShown" | "onEvent">): Promise<CameraInCare> {
  const shown: CameraStatus[] = [];
  const events: EventDraft[] = [];
  const { session, record, around } = await openInCare({
    ...options,
    onShown: (status) => void shown.push(status),
    onEvent: (draft) => void events.push(draft),
  });
  const stop = new AbortController();
  const hub = new EventHub({ ...around, random: Math.random });
  const run = { ...around, progress: new Progress(), firstAfter: 0, place: 0, hub };
  const done = runCamera("gate", session, record, run, stop.signal);
  return {
    shown,
    events,
    status: () => record.status(),
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("no longer looked after"));
      await done;
    },
  };
}
