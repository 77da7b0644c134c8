import { type Line, span } from "../core/terminal.ts";
import type { Login, ProbeReport } from "../model/camera.ts";
import type { CameraConfig } from "../model/config.ts";
import type { Cause } from "../model/fault.ts";
import { cameraTexts as texts } from "../model/messages/cli-camera.ts";
import { fill, type Language } from "../model/messages/text.ts";
import type { Look } from "./camera-look.ts";
import { addressOf } from "./camera-place.ts";
import { showVerdict } from "./show-probe.ts";

/** What came of showing a login to one camera of those that have it. */
export type TriedLogin =
  | { readonly kind: "accepted"; readonly camera: CameraConfig }
  | { readonly kind: "refused"; readonly camera: CameraConfig; readonly report: ProbeReport }
  /** None answered that could have said; each was asked. */
  | { readonly kind: "untried"; readonly cameras: readonly CameraConfig[] };

/** Devices asked until one says yes or no: a dead one costs its time-outs. */
const MOST_DEVICES = 4;

/** A refusal that says something about the login, and counts at the camera. */
const REFUSALS: ReadonlySet<Cause> = new Set<Cause>([
  "login-missing",
  "login-rejected",
  "login-forbidden",
  "login-scheme",
]);

/**
 * Shows the login to one camera: to the first that answers. One that is refused is shown to no other, as cameras lock
 * accounts and a recorder's channels share one count.
 */
export async function tryLogin(
  cameras: readonly CameraConfig[],
  login: Login,
  look: Look,
  signal: AbortSignal,
): Promise<TriedLogin> {
  const devices = new Map<string, CameraConfig>();
  for (const camera of cameras) {
    const device = hostOf(camera);
    if (!devices.has(device)) devices.set(device, camera);
  }
  const asked = [...devices.values()].slice(0, MOST_DEVICES);
  for (const camera of asked) {
    const report = await look(camera, login, signal);
    if (signal.aborted) break;
    const outcome = report.rungs.login;
    if (outcome?.ok) return { kind: "accepted", camera };
    if (outcome && REFUSALS.has(outcome.fault.cause)) return { kind: "refused", camera, report };
  }
  return { kind: "untried", cameras: asked };
}

function hostOf(camera: CameraConfig): string {
  const address = addressOf(camera);
  return new URL(address.includes("://") ? address : `http://${address}`).hostname;
}

export function showTried(tried: TriedLogin, credential: string, language: Language): Line[] {
  switch (tried.kind) {
    case "accepted":
      return [
        [
          span("✔ ", "green"),
          span(fill(texts.loginAccepted, language, { camera: tried.camera.id, credential })),
        ],
      ];
    case "refused":
      return [
        ...showVerdict(tried.report, language),
        [span(fill(texts.loginRefused, language, { camera: tried.camera.id, credential }))],
      ];
    case "untried": {
      const cameras = tried.cameras.map(({ id }) => id).join(", ");
      const words =
        cameras === ""
          ? fill(texts.loginUnused, language, { credential })
          : fill(texts.loginUntried, language, { credential, cameras });
      return [[span(words)]];
    }
  }
}
