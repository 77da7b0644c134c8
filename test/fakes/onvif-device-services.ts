import type { Codec } from "./clip.ts";
import { faults, namespaces, type SoapAnswer, type SoapRequest } from "./onvif-device-soap.ts";
import { dateTimeXml } from "./onvif-device-time.ts";
import { attributesXml, escapeXml, find, textOf } from "./onvif-device-xml.ts";

/** What the device tells of itself, character by character. */
export interface DeviceFacts {
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  readonly serial: string;
  readonly hardware: string;
  readonly mac: string;
}

/** A media profile and the path of its stream. */
export interface Profile {
  readonly token: string;
  readonly name: string;
  readonly path: string;
  /** Number of the video source that it shows, from 1. */
  readonly channel: number;
}

/** Two profiles for each of `channels` video sources. */
export function profilesOf(channels: number): Profile[] {
  return Array.from({ length: 2 * channels }, (_, index) => {
    const channel = 1 + Math.floor(index / 2);
    const name = index % 2 === 0 ? "main" : "sub";
    const folder = channel === 1 ? "/live" : `/live/${channel}`;
    return { token: `Profile_${index + 1}`, name, path: `${folder}/${name}`, channel };
  });
}

export interface Services {
  readonly facts: DeviceFacts;
  readonly profiles: readonly Profile[];
  readonly video: {
    readonly codec: Codec;
    readonly width: number;
    readonly height: number;
    readonly rate: number;
  };
  readonly media2: boolean;
  /** From when until when it has recordings (Profile G), milliseconds; absent without the service. */
  readonly recordings?: { readonly from: number; readonly until: number } | undefined;
  /** Path of the device service. */
  readonly path: string;
  readonly now: () => number;
  /** `http://host:port` as the device believes it. */
  readonly httpBase: () => string;
  /** `rtsp://host:port`; undefined for a device without RTSP. */
  readonly rtspBase: () => string | undefined;
}

export const DEVICE_PATH = "/onvif/device_service";

const servicePaths = (device: string) => ({
  tds: device,
  trt: "/onvif/media_service",
  tr2: "/onvif/media2_service",
  tev: "/onvif/event_service",
  tse: "/onvif/search_service",
});

export const SNAPSHOT_PATH = "/onvif/snapshot.jpg";

/** Viet Nam, in POSIX's sign. */
const TIME_ZONE = "ICT-7";
const TIME_ZONE_MS = 7 * 3_600_000;

/** The device and media services (ONVIF Core 8, Media, Media2). Undefined for actions of other services. */
export function answerService(services: Services, request: SoapRequest): SoapAnswer | undefined {
  switch (request.action) {
    case "tds:GetSystemDateAndTime":
      return response("tds:GetSystemDateAndTime", systemDateAndTimeXml(services.now()));
    case "tds:GetDeviceInformation":
      return response("tds:GetDeviceInformation", deviceInformationXml(services.facts));
    case "tds:GetServices":
      return response("tds:GetServices", servicesXml(services));
    case "tds:GetCapabilities":
      return response("tds:GetCapabilities", capabilitiesXml(services));
    case "tds:GetNetworkInterfaces":
      return response("tds:GetNetworkInterfaces", networkInterfacesXml(services.facts));
    case "tse:GetRecordingSummary":
      return (
        services.recordings && response("tse:GetRecordingSummary", recordingSummaryXml(services.recordings))
      );
    case "trt:GetVideoSources":
      return response("trt:GetVideoSources", videoSourcesXml(services));
    case "trt:GetProfiles":
      return response(
        "trt:GetProfiles",
        services.profiles.map((profile) => profileXml(services, profile)).join(""),
      );
    case "tr2:GetProfiles":
      return response(
        "tr2:GetProfiles",
        services.profiles.map((profile) => profile2Xml(services, profile)).join(""),
      );
    case "trt:GetStreamUri":
    case "tr2:GetStreamUri":
    case "trt:GetSnapshotUri":
    case "tr2:GetSnapshotUri":
      return uriAnswer(services, request);
    default:
      return undefined;
  }
}

function response(action: string, content: string): SoapAnswer {
  return { body: `<${action}Response>${content}</${action}Response>` };
}

function elements(prefix: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `<${prefix}:${name}>${escapeXml(value)}</${prefix}:${name}>`)
    .join("");
}

function systemDateAndTimeXml(now: number): string {
  return (
    `<tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>` +
    `<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>${TIME_ZONE}</tt:TZ></tt:TimeZone>` +
    `<tt:UTCDateTime>${dateTimeXml(now)}</tt:UTCDateTime>` +
    `<tt:LocalDateTime>${dateTimeXml(now, TIME_ZONE_MS)}</tt:LocalDateTime></tds:SystemDateAndTime>`
  );
}

function deviceInformationXml(facts: DeviceFacts): string {
  return elements("tds", {
    Manufacturer: facts.manufacturer,
    Model: facts.model,
    FirmwareVersion: facts.firmware,
    SerialNumber: facts.serial,
    HardwareId: facts.hardware,
  });
}

function servicesXml(services: Services): string {
  return Object.entries(servicePaths(services.path))
    .filter(([prefix]) => prefix !== "tr2" || services.media2)
    .filter(([prefix]) => prefix !== "tse" || services.recordings)
    .map(([prefix, path]) => {
      const namespace = namespaces[prefix as keyof typeof namespaces];
      return (
        `<tds:Service>${elements("tds", { Namespace: namespace, XAddr: services.httpBase() + path })}` +
        `<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>`
      );
    })
    .join("");
}

function capabilitiesXml(services: Services): string {
  const base = services.httpBase();
  const paths = servicePaths(services.path);
  return (
    `<tds:Capabilities>` +
    `<tt:Device><tt:XAddr>${base}${paths.tds}</tt:XAddr></tt:Device>` +
    `<tt:Events><tt:XAddr>${base}${paths.tev}</tt:XAddr>` +
    `<tt:WSSubscriptionPolicySupport>false</tt:WSSubscriptionPolicySupport>` +
    `<tt:WSPullPointSupport>true</tt:WSPullPointSupport>` +
    `<tt:WSPausableSubscriptionManagerInterfaceSupport>false</tt:WSPausableSubscriptionManagerInterfaceSupport></tt:Events>` +
    `<tt:Media><tt:XAddr>${base}${paths.trt}</tt:XAddr><tt:StreamingCapabilities>` +
    `<tt:RTPMulticast>false</tt:RTPMulticast><tt:RTP_TCP>true</tt:RTP_TCP><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP>` +
    `</tt:StreamingCapabilities></tt:Media>${services.recordings ? searchXml(base + paths.tse) : ""}</tds:Capabilities>`
  );
}

function searchXml(address: string): string {
  return `<tt:Extension><tt:Search><tt:XAddr>${address}</tt:XAddr><tt:MetadataSearch>false</tt:MetadataSearch></tt:Search></tt:Extension>`;
}

function recordingSummaryXml({ from, until }: { readonly from: number; readonly until: number }): string {
  return `<tse:Summary>${elements("tt", {
    DataFrom: new Date(from).toISOString(),
    DataUntil: new Date(until).toISOString(),
    NumberRecordings: "1",
  })}</tse:Summary>`;
}

function networkInterfacesXml(facts: DeviceFacts): string {
  return (
    `<tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled><tt:Info><tt:Name>eth0</tt:Name>` +
    `<tt:HwAddress>${escapeXml(facts.mac)}</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info></tds:NetworkInterfaces>`
  );
}

function resolutionXml({ video }: Services): string {
  return `<tt:Resolution><tt:Width>${video.width}</tt:Width><tt:Height>${video.height}</tt:Height></tt:Resolution>`;
}

function videoSourcesXml(services: Services): string {
  return [...new Set(services.profiles.map(({ channel }) => channel))]
    .map(
      (channel) =>
        `<trt:VideoSources token="VideoSource_${channel}"><tt:Framerate>${services.video.rate}</tt:Framerate>` +
        `${resolutionXml(services)}</trt:VideoSources>`,
    )
    .join("");
}

function videoSourceConfigurationContent({ video }: Services, { channel }: Profile): string {
  const bounds = attributesXml({ x: "0", y: "0", width: String(video.width), height: String(video.height) });
  return (
    `<tt:Name>VideoSourceConfig</tt:Name><tt:UseCount>2</tt:UseCount>` +
    `<tt:SourceToken>VideoSource_${channel}</tt:SourceToken><tt:Bounds${bounds}/>`
  );
}

function encoderContent(services: Services): string {
  return (
    `<tt:Name>VideoEncoder</tt:Name><tt:UseCount>1</tt:UseCount>` +
    `<tt:Encoding>${services.video.codec.toUpperCase()}</tt:Encoding>${resolutionXml(services)}` +
    `<tt:Quality>3</tt:Quality><tt:RateControl><tt:FrameRateLimit>${services.video.rate}</tt:FrameRateLimit>` +
    `<tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>512</tt:BitrateLimit></tt:RateControl>` +
    `<tt:SessionTimeout>PT60S</tt:SessionTimeout>`
  );
}

function profileXml(services: Services, profile: Profile): string {
  return (
    `<trt:Profiles${attributesXml({ token: profile.token, fixed: "true" })}><tt:Name>${escapeXml(profile.name)}</tt:Name>` +
    `<tt:VideoSourceConfiguration token="VideoSourceConfig_${profile.channel}">` +
    `${videoSourceConfigurationContent(services, profile)}</tt:VideoSourceConfiguration>` +
    `<tt:VideoAnalyticsConfiguration token="VideoAnalytics_${profile.channel}"/><tt:VideoEncoderConfiguration${attributesXml({ token: `Encoder_${profile.token}` })}>` +
    `${encoderContent(services)}</tt:VideoEncoderConfiguration></trt:Profiles>`
  );
}

function profile2Xml(services: Services, profile: Profile): string {
  return (
    `<tr2:Profiles${attributesXml({ token: profile.token, fixed: "true" })}><tr2:Name>${escapeXml(profile.name)}</tr2:Name>` +
    `<tr2:Configurations><tr2:VideoSource token="VideoSourceConfig_${profile.channel}">` +
    `${videoSourceConfigurationContent(services, profile)}</tr2:VideoSource>` +
    `<tr2:Analytics token="VideoAnalytics_${profile.channel}"/><tr2:VideoEncoder${attributesXml({ token: `Encoder_${profile.token}` })}>` +
    `${encoderContent(services)}</tr2:VideoEncoder></tr2:Configurations></tr2:Profiles>`
  );
}

function uriAnswer(services: Services, request: SoapRequest): SoapAnswer {
  const token = textOf(find(request.body, "ProfileToken"));
  const profile = services.profiles.find((candidate) => candidate.token === token);
  if (!profile) return { fault: faults.invalidArgument("ter:NoProfile", "The profile does not exist") };
  const rtsp = services.rtspBase();
  const isStream = request.action.endsWith(":GetStreamUri");
  if (isStream && rtsp === undefined) return { fault: faults.actionNotSupported("GetStreamUri") };
  const uri = isStream
    ? `${rtsp}${profile.path}`
    : `${services.httpBase()}${SNAPSHOT_PATH}?profile=${profile.token}`;
  if (request.action.startsWith("tr2:")) return response(request.action, elements("tr2", { Uri: uri }));
  const lifetime =
    "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>" +
    "<tt:Timeout>PT0S</tt:Timeout>";
  return response(request.action, `<trt:MediaUri>${elements("tt", { Uri: uri })}${lifetime}</trt:MediaUri>`);
}
