import type { CameraFacts } from "../../agent/model/camera.ts";
import { textAt, type XmlElement } from "../protocol/xml.ts";

/** What System/deviceInfo tells. */
export interface DeviceInfo {
  readonly facts: Pick<CameraFacts, "manufacturer" | "model" | "firmware" | "serial" | "mac">;
  /** A recorder has channels that are other cameras. */
  readonly kind: "recorder" | "camera" | "unknown";
}

/** Longest fact that is believed, characters. */
const FACT_LIMIT = 128;

export function readDeviceInfo(answer: XmlElement): DeviceInfo {
  const fact = (name: string) => textAt(answer, name)?.slice(0, FACT_LIMIT);
  const released = fact("firmwareReleasedDate");
  const version = fact("firmwareVersion");
  const facts = {
    manufacturer: fact("manufacturer"),
    model: fact("model"),
    firmware: version && released ? `${version} ${released}` : version,
    serial: fact("serialNumber"),
    mac: fact("macAddress")?.toLowerCase(),
  };
  return {
    facts: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
    kind: kindOf(fact("deviceType") ?? ""),
  };
}

/** deviceType is "IPCamera", "IPDome", "NVR", "DVR", "hybrid DVR"; OEMs write anything. */
function kindOf(type: string): DeviceInfo["kind"] {
  if (/[DNHX]VR/i.test(type)) return "recorder";
  return /^ip/i.test(type) ? "camera" : "unknown";
}
