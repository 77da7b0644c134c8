import { isIP } from "node:net";
import type { CameraConfig, Config } from "./config.ts";
import type { Finding } from "./config-problem.ts";
import { configTexts } from "./messages/config.ts";
import { compose } from "./messages/text.ts";

/** What a valid configuration probably does not mean. */
export function warningsOf(config: Config): Finding[] {
  return [...sameCameras(config.cameras), ...brokerWarnings(config), ...noCameras(config.cameras)];
}

function sameCameras(cameras: readonly CameraConfig[]): Finding[] {
  const firstAt = new Map<string, { readonly index: number; readonly id: string }>();
  return cameras.flatMap((camera, index): Finding[] => {
    const place = placeOf(camera);
    const first = firstAt.get(place);
    if (!first) {
      firstAt.set(place, { index, id: camera.id });
      return [];
    }
    const key = camera.driver === "rtsp" ? "stream" : "address";
    return [
      {
        severity: "warning",
        kind: "same-camera",
        path: ["cameras", index, key],
        at: "value",
        text: compose(configTexts.sameCamera, { other: first.id }),
        other: ["cameras", first.index, key],
      },
    ];
  });
}

/** Two cameras with the same place are one and the same; channels of a recorder differ by number or profile. */
function placeOf(camera: CameraConfig): string {
  switch (camera.driver) {
    case "onvif":
      return JSON.stringify(["onvif", camera.address.toLowerCase(), camera.path, camera.profile]);
    case "rtsp":
      return JSON.stringify(["rtsp", camera.stream]);
    default:
      return JSON.stringify([camera.driver, camera.address.toLowerCase(), camera.channel]);
  }
}

function brokerWarnings({ broker }: Config): Finding[] {
  const { protocol, hostname } = new URL(broker.url);
  if (protocol === "mqtts:") return [];
  const unused = (["ca", "certificate", "key"] as const)
    .filter((key) => broker[key] !== undefined)
    .map(
      (key): Finding => ({
        severity: "warning",
        kind: "no-effect",
        path: ["broker", key],
        at: "key",
        text: configTexts.tlsUnused,
      }),
    );
  if (broker.credential === undefined || isLoopback(hostname)) return unused;
  return [
    ...unused,
    {
      severity: "warning",
      kind: "clear-text",
      path: ["broker", "url"],
      at: "value",
      text: configTexts.passwordInClear,
    },
  ];
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || (isIP(host) === 4 && host.startsWith("127."));
}

function noCameras(cameras: readonly CameraConfig[]): Finding[] {
  return cameras.length > 0
    ? []
    : [
        {
          severity: "warning",
          kind: "no-cameras",
          path: ["cameras"],
          at: "key",
          text: configTexts.noCameras,
        },
      ];
}
