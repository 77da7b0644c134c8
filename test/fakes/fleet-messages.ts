import type { BehaviourArgument, BehaviourName } from "./behaviours.ts";
import type { CameraOptions, CameraStats, Made } from "./camera-contract.ts";
import type { FleetFault } from "./fleet-faults.ts";

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

export type FleetDriver = "onvif" | "hikvision" | "dahua" | "rtsp";

/** A camera or recorder of a mixed fleet, on an address of its own. */
export interface FleetDevice {
  /** "hikvision-017". */
  readonly id: string;
  readonly driver: FleetDriver;
  readonly address: string;
  /** 0 where it has RTSP alone. */
  readonly httpPort: number;
  readonly rtspPort: number;
  /** 1 of a camera. */
  readonly channels: number;
}

/** Device → channel → when its stream was begun to be played, microseconds since the epoch. */
export type FleetPlays = Readonly<Record<string, Readonly<Record<number, readonly number[]>>>>;

export type MadeCounts = Omit<Made, "times">;

/** Each call with its answer. */
export interface FleetCalls {
  start: { ask: { count: number; camera: FleetCameraOptions }; answer: FleetCamera[] };
  motion: { ask: { id: string; active: boolean }; answer: number };
  behave: { ask: { id: string; name: BehaviourName; argument?: BehaviourArgument }; answer: null };
  calm: { ask: { id: string; name: BehaviourName }; answer: null };
  startDevices: { ask: readonly { driver: FleetDriver; channels: number }[]; answer: FleetDevice[] };
  afflict: { ask: { id: string; fault: FleetFault }; answer: null };
  /** Gives how many logins were shown to it and refused because of the fault. */
  relieve: { ask: { id: string; fault: FleetFault }; answer: number };
  /** Since it was asked last. */
  plays: { ask: null; answer: FleetPlays };
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
