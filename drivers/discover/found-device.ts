import type { CameraConfig } from "../../agent/model/config.ts";

export type DriverName = CameraConfig["driver"];

/** How a device says by itself, to a question that went to all, that it is there. */
export type Announcer = "ws-discovery" | "sadp" | "dhip";

/** Where a protocol over HTTP is spoken. */
export interface HttpDoor {
  readonly port: number;
  readonly tls: boolean;
}

export interface OnvifDoor extends HttpDoor {
  /** Of the device service. */
  readonly path: string;
}

/** What a device says in answer to a question that went to all. Texts are its own, at most 128 characters each. */
export interface Announcement {
  readonly by: Announcer;
  /** Address that the answer came from. */
  readonly address: string;
  readonly make?: string;
  readonly model?: string;
  readonly name?: string;
  readonly serial?: string;
  readonly mac?: string;
  /** How many pictures it has: 1 of a camera. */
  readonly channels?: number;
  readonly http?: HttpDoor;
  readonly onvif?: OnvifDoor;
}

/** One thing that was learned by asking a port. */
export type Observation =
  | {
      readonly kind: "http";
      readonly door: HttpDoor;
      readonly status: number;
      readonly server?: string;
      readonly realm?: string;
      readonly title?: string;
      /** Where the page leads on to. */
      readonly leadsTo?: string;
    }
  | {
      readonly kind: "rtsp";
      readonly port: number;
      readonly status: number;
      readonly server?: string;
      readonly realm?: string;
    }
  | { readonly kind: "onvif"; readonly door: OnvifDoor }
  /** Hikvision's interface is there: it tells, or asks for a login. */
  | { readonly kind: "isapi"; readonly door: HttpDoor }
  /** Dahua's interface is there. */
  | { readonly kind: "cgi"; readonly door: HttpDoor };

/** A device of the network and what can be said of it without a login. */
export interface FoundDevice {
  /** IPv4, or as it was asked for. */
  readonly address: string;
  readonly mac?: string;
  readonly make?: string;
  readonly model?: string;
  readonly name?: string;
  readonly serial?: string;
  /** How many pictures it says it has: 1 of a camera, 16 of a recorder, also where no camera is connected. */
  readonly channels?: number;
  /** TCP ports that take connections, ascending. */
  readonly ports: readonly number[];
  /** Drivers that fit, the one that can do most first; empty where none does. */
  readonly drivers: readonly DriverName[];
  readonly http?: HttpDoor;
  readonly onvif?: OnvifDoor;
  /** Port of RTSP. */
  readonly rtsp?: number;
  /** Whether it is a camera or recorder, and not a router or printer that happens to answer. */
  readonly isCamera: boolean;
  /** How it announced itself; empty where it only answered when asked. */
  readonly announcedBy: readonly Announcer[];
}
