import { stringify } from "yaml";
import type { Login } from "../../model/camera.ts";

/** The place that the demo plays in: names, configuration and thresholds short enough to be watched. */

export const SITE = { id: "an-binh", name: "Xã An Bình" } as const;
export const UNIT = { id: "demo", name: "Đơn vị giám sát An Bình" } as const;

/** Each on a loopback address of its own: requests and logins are budgeted per host. */
export const CAMERAS = [
  { id: "cong-cho", name: "Cổng chợ An Bình", address: "127.0.0.11" },
  { id: "nga-tu", name: "Ngã tư Lê Lợi", address: "127.0.0.12" },
  { id: "truong-hoc", name: "Trường Kim Đồng", address: "127.0.0.13" },
  { id: "cau-moi", name: "Cầu Mới, hướng Bắc", address: "127.0.0.14" },
] as const;

export const LOGIN: Login = { username: "giamsat", password: "Cam&An<Binh>9" };

export interface SceneFiles {
  readonly folder: string;
  readonly brokerPort: number;
  /** ONVIF ports of the cameras, in the order of CAMERAS; those without one are not configured. */
  readonly ports: readonly number[];
  readonly language: "vi" | "en";
}

export function configYaml({ folder, brokerPort, ports, language }: SceneFiles): string {
  return stringify({
    site: { ...SITE, commune: SITE.name },
    unit: UNIT,
    broker: {
      url: `mqtt://127.0.0.1:${brokerPort}`,
      protocol: "3.1.1",
      keepalive: "5s",
      connectTimeout: "5s",
      publishTimeout: "5s",
      reconnect: { min: "200ms", max: "600ms", stableAfter: "5s" },
    },
    journal: { path: `${folder}/journal.db` },
    statusFile: `${folder}/status.json`,
    language,
    health: {
      interval: "1500ms",
      retryInterval: "500ms",
      openAfterFailures: 2,
      openAfter: "3s",
      clearAfter: "1s",
      flappingChanges: 20,
      requestTimeout: "2s",
      streamTimeout: "1500ms",
      measureFor: "800ms",
    },
    cameras: CAMERAS.slice(0, ports.length).map(({ id, name, address }, index) => ({
      id,
      name,
      driver: "onvif",
      address: `${address}:${ports[index]}`,
      credential: "cameras",
    })),
  });
}

export function secretsYaml(): string {
  return stringify({ credentials: { cameras: LOGIN } });
}
