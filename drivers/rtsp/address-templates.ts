/**
 * Where makes have their streams. What a camera itself says (ONVIF, ISAPI, CGI) goes before this table: firmwares
 * differ, and a household camera's RTSP is often off until its app switches it on.
 */
export interface AddressTemplate {
  readonly make: string;
  /**
   * Path and query: `{channel}`, `{stream}`, and `{username}` and `{password}` where the login stands in the address,
   * as the configuration's `stream` has them.
   */
  readonly path: string;
  /** What stands for `{stream}`. */
  readonly streams: Readonly<Record<StreamKind, string>>;
  /** What stands for `{channel}` of the first channel, with as many digits; absent where there is but one channel. */
  readonly firstChannel?: string;
  /** Where it is not 554. */
  readonly port?: number;
  readonly source: string;
}

export type StreamKind = "main" | "sub";

const dahua = {
  path: "/cam/realmonitor?channel={channel}&subtype={stream}",
  streams: { main: "0", sub: "1" },
  firstChannel: "1",
} as const;
const hikvision = {
  path: "/Streaming/Channels/{channel}{stream}",
  streams: { main: "01", sub: "02" },
  firstChannel: "1",
} as const;

/** The likelier of two of one make comes first. */
export const addressTemplates: readonly AddressTemplate[] = [
  {
    make: "Axis",
    path: "/axis-media/media.amp?camera={channel}{stream}",
    streams: { main: "", sub: "&resolution=640x360" },
    firstChannel: "1",
    source: "developer.axis.com, RTSP endpoints; wiki.2n.com, universal Axis camera settings",
  },
  { make: "Dahua", ...dahua, source: "Dahua's CGI; CamioCam/rtsp cameras/paths.csv" },
  {
    make: "Ezviz",
    ...hikvision,
    source: "RenierM26/ha-ezviz #45",
  },
  {
    make: "Ezviz",
    path: "/H.264",
    streams: { main: "", sub: "" },
    source: "RenierM26/ha-ezviz #45, BaQs/pyEzviz #104",
  },
  {
    make: "Foscam",
    path: "/video{stream}",
    streams: { main: "Main", sub: "Sub" },
    port: 88,
    source: "CamioCam/rtsp #117; 554 in newer firmwares (AlexxIT/WebRTC #46)",
  },
  {
    make: "Foscam",
    path: "/video{stream}",
    streams: { main: "Main", sub: "Sub" },
    source: "AlexxIT/WebRTC #46",
  },
  {
    make: "Hanwha",
    path: "/profile{stream}/media.smp",
    streams: { main: "2", sub: "3" },
    source: "support.hanwhavision.eu, RTSP URLs; which profile is the sub-stream is the installer's choice",
  },
  {
    make: "Hanwha",
    path: "/{channel}/profile{stream}/media.smp",
    streams: { main: "2", sub: "3" },
    firstChannel: "0",
    source: "support.hanwhavision.eu, RTSP URLs of cameras with several sensors",
  },
  {
    make: "Hanwha",
    path: "/LiveChannel/{channel}/media.smp{stream}",
    streams: { main: "", sub: "/profile=3" },
    firstChannel: "0",
    source: "support.hanwhavision.eu, RTSP URLs of recorders; their port is the last device port",
  },
  {
    make: "Hikvision",
    ...hikvision,
    source: "supportusa.hikvision.com 17000129022; ISAPI: channel × 100 + stream",
  },
  {
    make: "Hikvision",
    path: "/h264/ch{channel}/{stream}/av_stream",
    streams: { main: "main", sub: "sub" },
    firstChannel: "1",
    source: "firmwares before 2012 (programmerteach.com, RTSP configure rules)",
  },
  {
    make: "Huawei",
    path: "/LiveMedia/ch{channel}/Media{stream}",
    streams: { main: "1", sub: "2" },
    firstChannel: "1",
    source: "cnblogs.com 16584425",
  },
  {
    make: "Imou",
    ...dahua,
    source: "roflcoopter/viseron #811, motioneye #2049; switched on in the app",
  },
  { make: "KBVision", ...dahua, source: "an OEM of Dahua" },
  {
    make: "Milesight",
    path: "/{stream}",
    streams: { main: "main", sub: "sub" },
    source: "support.milesight.com 69000859092",
  },
  {
    make: "Reolink",
    path: "/h264Preview_{channel}_{stream}",
    streams: { main: "main", sub: "sub" },
    firstChannel: "01",
    source: "CamioCam/rtsp #162, #166; also where the stream is H.265",
  },
  {
    make: "TP-Link Tapo",
    path: "/stream{stream}",
    streams: { main: "1", sub: "2" },
    source: "actutana.com, Tapo C200; the login is the camera account that is made in the app",
  },
  {
    make: "Tiandy",
    path: "/{channel}/{stream}",
    streams: { main: "1", sub: "2" },
    firstChannel: "1",
    source: "csdn.net 140719721",
  },
  {
    make: "Uniview",
    path: "/media/video{stream}",
    streams: { main: "1", sub: "2" },
    source: "mofulls.pixnet.net 351191279, cameras",
  },
  {
    make: "Uniview",
    path: "/unicast/c{channel}/s{stream}/live",
    streams: { main: "0", sub: "1" },
    firstChannel: "1",
    source: "CamioCam/rtsp #133, recorders",
  },
  {
    make: "Vivotek",
    path: "/live1s{stream}.sdp",
    streams: { main: "1", sub: "2" },
    source: "CamioCam/rtsp #233, firmwares from 0x13 on",
  },
  {
    make: "Vivotek",
    path: "/live{stream}.sdp",
    streams: { main: "", sub: "2" },
    source: "CamioCam/rtsp #72",
  },
  {
    make: "Xiongmai",
    path: "/user={username}&password={password}&channel={channel}&stream={stream}.sdp",
    streams: { main: "0", sub: "1" },
    firstChannel: "1",
    source: "ZoneMinder #3058; XMEye and its many brands",
  },
  {
    make: "Xiongmai",
    path: "/user={username}_password={password}_channel={channel}_stream={stream}.sdp?real_stream",
    streams: { main: "0", sub: "1" },
    firstChannel: "1",
    source: "ZoneMinder #3058; older firmwares",
  },
];

/** The templates of a make, however it is written; none of a make that is not known. */
export function templatesOf(make: string): readonly AddressTemplate[] {
  const wanted = plain(make);
  return addressTemplates.filter(
    (template) =>
      wanted !== "" && (plain(template.make).includes(wanted) || wanted.includes(plain(template.make))),
  );
}

const plain = (make: string) => make.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/**
 * The address of a channel's stream, placeholders of the login left in. Undefined where the template has no such
 * channel.
 *
 * @param host Host, and :port where RTSP is not on the make's own.
 * @param channel Counted from 1.
 */
export function addressOf(
  template: AddressTemplate,
  host: string,
  channel: number,
  stream: StreamKind,
): string | undefined {
  const { path, streams, firstChannel, port } = template;
  if (firstChannel === undefined && channel !== 1) return undefined;
  const number = String(Number(firstChannel ?? 1) + channel - 1).padStart(firstChannel?.length ?? 1, "0");
  const hasPort = /:\d+$/.test(host);
  const place = port === undefined || hasPort ? host : `${host}:${port}`;
  return `rtsp://${place}${path.replace("{channel}", number).replace("{stream}", streams[stream])}`;
}
