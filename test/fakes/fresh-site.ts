import { createServer } from "node:net";
import { openBroker } from "../../agent/cli/demo/broker.ts";
import type { Login } from "../../agent/model/camera.ts";
import { dhip, dhipDatagram } from "../../drivers/discover/dhip.ts";
import { sadp } from "../../drivers/discover/sadp.ts";
import { wsDiscovery } from "../../drivers/discover/ws-discovery.ts";
import { createCamera } from "./camera.ts";
import { createDahua } from "./dahua-device.ts";
import { createAnnouncer, probeMatches, sadpMatch } from "./discover-announcer.ts";
import { createIsapi, type IsapiDevice } from "./isapi-device.ts";

/** What a technician finds at a commune: sixteen cameras of four kinds, nothing of them configured. */
export interface FreshSite extends AsyncDisposable {
  /** What `discover --subnet` is given. */
  readonly subnet: string;
  /** What the site's configuration says but for cameras. */
  readonly config: (language: "en" | "vi") => string;
  /** What the technician makes of the table that `discover --csv` wrote: names, and the path of bare RTSP. */
  readonly edited: (table: string) => string;
  /** What the technician types to a question of `camera import`, in either language; undefined where none is asked. */
  readonly answerTo: (asked: string) => string | undefined;
}

const RECORDER_CHANNELS = 8;
const RTSP_PATH = "/live/ch0";
/** What people call what is at the last byte of an address. */
const NAMES: Readonly<Record<number, string>> = {
  10: "UBND xã",
  11: "Cổng UBND",
  12: "Chợ",
  13: "Nhà văn hóa",
  14: "Cầu Đông",
  15: "Sân vận động",
  16: "Bến xe",
  17: "Trạm y tế",
  18: "Ngã ba Đình",
};

/**
 * A Hikvision recorder with eight channels, four ONVIF cameras, two of Dahua and two with nothing but RTSP, each at an
 * address of its own in `net` ("127.1.16"), on ports as at a real site where this process may take them.
 */
export async function createFreshSite(net = "127.1.16"): Promise<FreshSite> {
  await using opened = new AsyncDisposableStack();
  const usual = await mayListen(`${net}.1`, 80);
  const ports = usual ? { http: 80, rtsp: 554 } : { http: 8080, rtsp: 8554 };
  // By the credential that `discover --csv` proposes.
  const logins = new Map<string, Login>([
    ["hikvision", { username: "admin", password: "Hik-xa-a-2026" }],
    ["onvif", { username: "khach", password: "Onvif:xa;a" }],
    ["dahua", { username: "admin", password: "mật khẩu Dahua" }],
    ["rtsp", { username: "admin", password: "rtsp-xa-a" }],
  ]);
  const of = (credential: string) => logins.get(credential) as Login;

  opened.use(await openBroker({ address: `${net}.1`, port: 1883 }));
  const recorder = opened.use(
    await createIsapi({
      device: "recorder-ds-7616ni-v4.30.097-dead-channel",
      address: `${net}.10`,
      port: ports.http,
      rtspPort: ports.rtsp,
      login: of("hikvision"),
    }),
  );
  withEightChannels(recorder);
  const sadpAnswer = sadpMatch({
    DeviceDescription: "DS-7608NI-Q2",
    MAC: "44-19-b6-00-16-10",
    IPv4Address: `${net}.10`,
    HttpPort: String(ports.http),
    AnalogChannelNum: "0",
    DigitalChannelNum: String(RECORDER_CHANNELS),
  });
  opened.use(await createAnnouncer(sadp, { address: `${net}.10`, answer: () => [sadpAnswer] }));
  for (const [host, name] of ["cong", "cho", "nvh", "cau"].map((one, n) => [11 + n, one] as const)) {
    const address = `${net}.${host}`;
    const login = of("onvif");
    opened.use(
      await createCamera({ address, login, onvif: { port: ports.http }, rtsp: { port: ports.rtsp } }),
    );
    const match = probeMatches({
      endpoint: `urn:uuid:${host}`,
      scopes: `onvif://www.onvif.org/name/${name} onvif://www.onvif.org/hardware/SIM-2000`,
      xaddrs: `http://${address}:${ports.http}/onvif/device_service`,
    });
    opened.use(await createAnnouncer(wsDiscovery, { address, answer: () => [match] }));
  }
  for (const host of [15, 16]) {
    const address = `${net}.${host}`;
    const login = of("dahua");
    opened.use(await createDahua({ address, port: ports.http, rtspPort: ports.rtsp, login }));
    const deviceInfo = {
      DeviceType: "IPC-HFW1230S",
      HttpPort: ports.http,
      VideoInputChannels: 1,
      RemoteVideoInputChannels: 0,
    };
    const told = dhipDatagram({
      mac: `b4:4c:3b:00:16:${host}`,
      method: "client.notifyDevInfo",
      params: { deviceInfo },
    });
    opened.use(await createAnnouncer(dhip, { address, answer: () => [told] }));
  }
  for (const host of [17, 18])
    opened.use(
      await createCamera({
        address: `${net}.${host}`,
        login: of("rtsp"),
        onvif: false,
        rtsp: { port: ports.rtsp, paths: [RTSP_PATH] },
      }),
    );

  const site = opened.move();
  return {
    subnet: `${net}.0/27`,
    config: (language) =>
      [
        "site: { id: xa-a, name: Xã A }",
        "unit: { id: huyen-a, name: Công an huyện A }",
        `broker: { url: "mqtt://${net}.1" }`,
        `language: ${language}`,
        "journal: { path: journal.db }",
        "statusFile: status.json",
        "",
      ].join("\n"),
    edited: (table) =>
      table
        .replaceAll(/^(cam-[\d-]+-(\d+);)[^;]*/gm, (_, id, host) => `${id}${NAMES[host]}`)
        .replaceAll(/(;rtsp;rtsp:[^;]*)\/;/g, `$1${RTSP_PATH};`),
    answerTo(asked) {
      const ofUser = /(?:User name for|Tên đăng nhập cho) (\S+) \[\S+\]:$/.exec(asked)?.[1];
      if (ofUser !== undefined) return of(ofUser).username;
      const ofPassword = /(?:Password of|Mật khẩu của) \S+ (?:for|cho) (\S+):$/.exec(asked)?.[1];
      return ofPassword === undefined ? undefined : of(ofPassword).password;
    },
    [Symbol.asyncDispose]: () => site.disposeAsync(),
  };
}

/** The recorder of the transcripts has sixteen channels, a dead one among them. */
function withEightChannels(recorder: IsapiDevice): void {
  const question = "ContentMgmt/InputProxy/channels/status";
  const kept = recorder
    .bytesOf(question)
    .replaceAll(/<InputProxyChannelStatus[ >][\s\S]*?<\/InputProxyChannelStatus>\s*/g, (one) =>
      Number(/<id>(\d+)/.exec(one)?.[1]) <= RECORDER_CHANNELS ? one : "",
    )
    .replaceAll("<online>false", "<online>true")
    .replaceAll("netUnreachable", "connect");
  recorder.answerWith(question, withoutLength(kept));
  const facts = "System/deviceInfo";
  recorder.answerWith(facts, withoutLength(recorder.bytesOf(facts).replaceAll("DS-7616NI", "DS-7608NI")));
}

/** The body then ends with the connection. */
function withoutLength(answer: string): string {
  return answer.replace(/content-length:[^\r\n]*\r\n/i, "");
}

function mayListen(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}
