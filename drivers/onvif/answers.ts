import type { RecordingReport } from "../../agent/model/camera.ts";
import { childAt, childrenNamed, textAt, type XmlElement } from "../protocol/xml.ts";

/** Pure readers of ONVIF answers (the element inside the SOAP body). Text stays text: "1.10" is not 1.1. */

/** Longest fact that is believed, characters. */
const FACT_LIMIT = 128;

export interface DeviceInformation {
  readonly manufacturer?: string;
  readonly model?: string;
  readonly firmware?: string;
  readonly serial?: string;
}

export function readDeviceInformation(answer: XmlElement): DeviceInformation {
  return present({
    manufacturer: fact(answer, "Manufacturer"),
    model: fact(answer, "Model"),
    firmware: fact(answer, "FirmwareVersion"),
    serial: fact(answer, "SerialNumber"),
  });
}

function fact(answer: XmlElement, name: string): string | undefined {
  return textAt(answer, name)?.slice(0, FACT_LIMIT);
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The record without its undefined values. */
export function present<T extends Record<string, unknown>>(record: T): Present<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** Addresses of the services as the camera gives them, by the part of the agent's interest. */
export interface Services {
  readonly media?: string;
  readonly media2?: string;
  readonly events?: string;
  /** Recording search (Profile G). */
  readonly search?: string;
}

const NAMESPACES = {
  media: "www.onvif.org/ver10/media/wsdl",
  media2: "www.onvif.org/ver20/media/wsdl",
  events: "www.onvif.org/ver10/events/wsdl",
  search: "www.onvif.org/ver10/search/wsdl",
} as const;

/** GetServicesResponse. */
export function readServices(answer: XmlElement): Services {
  const services = childrenNamed(answer, "Service");
  const address = (namespace: string) =>
    textAt(
      services.find(
        (service) => textAt(service, "Namespace")?.replace(/^https?:\/\/|\/$/g, "") === namespace,
      ),
      "XAddr",
    );
  return present({
    media: address(NAMESPACES.media),
    media2: address(NAMESPACES.media2),
    events: address(NAMESPACES.events),
    search: address(NAMESPACES.search),
  });
}

/** GetCapabilitiesResponse, for cameras that know no GetServices (before Core 2.0). */
export function readCapabilities(answer: XmlElement): Services {
  const capabilities = childAt(answer, "Capabilities");
  return present({
    media: textAt(capabilities, "Media", "XAddr"),
    events: textAt(capabilities, "Events", "XAddr"),
    search: textAt(capabilities, "Extension", "Search", "XAddr"),
  });
}

/** MAC of the first interface that is on, as "aa:bb:cc:dd:ee:ff"; GetNetworkInterfacesResponse. */
export function readMac(answer: XmlElement): string | undefined {
  const interfaces = childrenNamed(answer, "NetworkInterfaces");
  const enabled = interfaces.filter((each) => textAt(each, "Enabled") !== "false");
  const addresses = [...enabled, ...interfaces].map((each) => textAt(each, "Info", "HwAddress") ?? "");
  const digits = addresses
    .map((text) => text.replaceAll(/[^0-9a-f]/gi, ""))
    .find((text) => text.length === 12);
  return digits?.toLowerCase().replaceAll(/(..)(?=.)/g, "$1:");
}

export interface Profile {
  readonly token: string;
  readonly name: string;
  readonly video: boolean;
  /** By which events may name its video source: the source's own token and those of its configurations. */
  readonly tokens: {
    readonly source?: string;
    readonly configuration?: string;
    readonly analytics?: string;
    readonly encoder?: string;
  };
}

/** GetProfilesResponse of Media and of Media2. */
export function readProfiles(answer: XmlElement): Profile[] {
  return childrenNamed(answer, "Profiles").flatMap((profile) => {
    const token = profile.attributes.get("token");
    if (!token) return [];
    const two = childAt(profile, "Configurations");
    const part = (name: string) =>
      two ? childAt(two, name) : childAt(profile, `Video${name.replace("Video", "")}Configuration`);
    const [source, analytics, encoder] = [part("VideoSource"), part("Analytics"), part("VideoEncoder")];
    return [
      {
        token,
        name: (textAt(profile, "Name") ?? "").slice(0, FACT_LIMIT),
        video: encoder !== undefined,
        tokens: present({
          source: textAt(source, "SourceToken"),
          configuration: source?.attributes.get("token"),
          analytics: analytics?.attributes.get("token"),
          encoder: encoder?.attributes.get("token"),
        }),
      },
    ];
  });
}

/** GetStreamUriResponse and GetSnapshotUriResponse of Media (MediaUri/Uri) and Media2 (Uri). */
export function readUri(answer: XmlElement): string | undefined {
  return textAt(answer, "MediaUri", "Uri") ?? textAt(answer, "Uri");
}

export interface SubscriptionReference {
  /** As the camera gives it: may be undefined, without host, or garbage (agsh/onvif #231, go2rtc #2302). */
  readonly address: string | undefined;
  readonly parameters: readonly XmlElement[];
}

/** CreatePullPointSubscriptionResponse. */
export function readSubscription(answer: XmlElement): SubscriptionReference {
  const reference = childAt(answer, "SubscriptionReference");
  return {
    address: textAt(reference, "Address"),
    parameters: childAt(reference, "ReferenceParameters")?.children.slice(0, 8) ?? [],
  };
}

/**
 * Milliseconds that a subscription still lives: TerminationTime less CurrentTime of the same answer, both by the
 * camera's clock. Undefined where they are missing, unreadable, or not ahead (Vista answers "terminates now").
 */
export function readLife(answer: XmlElement): number | undefined {
  const life = readTime(textAt(answer, "TerminationTime")) - readTime(textAt(answer, "CurrentTime"));
  return life > 0 ? life : undefined;
}

/**
 * GetRecordingSummaryResponse (ONVIF Recording Search 5.4): from when until when the device has anything, of all its
 * channels together. A device without a recording gives zeros, or the beginning of its own time.
 */
export function readRecordingSummary(answer: XmlElement): RecordingReport {
  const summary = childAt(answer, "Summary");
  if (Number(textAt(summary, "NumberRecordings") ?? 1) === 0) return {};
  const at = (name: string) => {
    const time = readTime(textAt(summary, name));
    return time > EARLIEST_RECORDING ? new Date(time).toISOString() : undefined;
  };
  return present({ earliest: at("DataFrom"), latest: at("DataUntil") });
}

/** Before it no camera recorded: what is told as earlier is a clock that was not set. */
const EARLIEST_RECORDING = Date.UTC(2000, 0, 2);

/** xs:dateTime in milliseconds, NaN when unreadable; without a zone it is taken for UTC. */
export function readTime(text: string | undefined): number {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)) return Number.NaN;
  return Date.parse(/(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`);
}
