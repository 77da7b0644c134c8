import type { BehaviourArgument, BehaviourName } from "./behaviours.ts";
import type { CameraOptions, CameraStats, Made } from "./camera-contract.ts";

/** What crosses to the fleet's process and back. Plain data only, as node's IPC is JSON. */

/** Options that survive JSON. */
export type FleetCameraOptions = Omit<CameraOptions, "address" | "behaviours" | "clock">;

export interface FleetCamera {
  /** "cam-001" and on. */
  readonly id: string;
  /** Its own on this host's loopback: "127.1.0.1" and on. */
  readonly address: string;
  readonly onvifPort: number;
  readonly rtspPort: number;
  /** Without login. */
  readonly streamUri: string;
}

export type MadeCounts = Omit<Made, "times">;

/** Each call with its answer. */
export interface FleetCalls {
  start: { ask: { count: number; camera: FleetCameraOptions }; answer: FleetCamera[] };
  motion: { ask: { id: string; active: boolean }; answer: number };
  behave: { ask: { id: string; name: BehaviourName; argument?: BehaviourArgument }; answer: null };
  calm: { ask: { id: string; name: BehaviourName }; answer: null };
  made: { ask: null; answer: Record<string, MadeCounts> };
  stats: { ask: null; answer: Record<string, CameraStats> };
}

export type FleetCallName = keyof FleetCalls;

export interface FleetRequest<N extends FleetCallName = FleetCallName> {
  readonly number: number;
  readonly call: N;
  readonly ask: FleetCalls[N]["ask"];
}

export type FleetReply =
  | { readonly number: number; readonly answer: FleetCalls[FleetCallName]["answer"] }
  | { readonly number: number; readonly error: string };
