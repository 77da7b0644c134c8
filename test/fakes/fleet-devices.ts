import type { Behaviour } from "./behaviours-hooks.ts";
import { createCamera } from "./camera.ts";
import { answers, httpAnswer } from "./dahua-behaviours.ts";
import { createDahua, type DahuaBehaviour } from "./dahua-device.ts";
import { behavioursOf, type FleetFault } from "./fleet-faults.ts";
import type { FleetDevice, FleetDriver } from "./fleet-messages.ts";
import { createIsapi } from "./isapi-device.ts";

/** A device of a mixed fleet, in the fleet's process. */
export interface RunningDevice {
  readonly told: FleetDevice;
  afflict(fault: FleetFault): Promise<void>;
  /** Gives how many logins it refused since because its password had been changed. */
  relieve(fault: FleetFault): Promise<number>;
  /** Channel → when its stream was begun to be played, microseconds since the epoch, since this was asked last. */
  takePlays(): Record<number, number[]>;
}

/** What can be made to misbehave; a Dahua is two of them, its CGI and its streams. */
interface Server {
  behave(behaviour: DahuaBehaviour): Promise<void>;
  calm(name: string): Promise<void>;
}

interface Started {
  readonly servers: readonly Server[];
  readonly httpPort: number;
  readonly rtspPort: number;
  /** Whether the device's own event streams say nothing at all. */
  readonly hush?: (isHushed: boolean) => void;
}

interface Made {
  readonly address: string;
  readonly channels: number;
  /** First of its behaviours, which only looks. */
  readonly watch: Behaviour;
}

const makers: Record<FleetDriver, (made: Made, number: number) => Promise<Started>> = {
  async onvif({ address, channels, watch }, number) {
    const serial = `00123456789012${String(number).padStart(5, "0")}`;
    const camera = await createCamera({
      address,
      onvif: { channels, authentication: "digest", facts: { serial } },
      behaviours: [watch],
    });
    return { servers: [camera], httpPort: camera.onvifPort, rtspPort: camera.rtspPort };
  },
  async hikvision({ address, channels, watch }) {
    const device = await createIsapi({
      device: channels === 1 ? HIKVISION_CAMERA : HIKVISION_RECORDER,
      address,
      heartbeatMs: 10_000,
      behaviours: [watch],
    });
    if (channels > 1) device.answerWith("ContentMgmt/InputProxy/channels/status", proxies(channels));
    const { httpPort, rtspPort } = device;
    return { servers: [device], httpPort, rtspPort, hush: (isHushed) => device.alerts.hush(isHushed) };
  },
  async dahua({ address, channels, watch }) {
    const device = await createDahua({
      address,
      channels,
      heartbeatMs: 5_000,
      ...(channels > 1 && { transcripts: ["nvr4108-4.001"], behaviours: recorderOf(channels) }),
    });
    await device.stream.behave(watch);
    return { servers: [device, device.stream], httpPort: device.httpPort, rtspPort: device.rtspPort };
  },
  async rtsp({ address, watch }) {
    const camera = await createCamera({ address, onvif: false, behaviours: [watch] });
    return { servers: [camera], httpPort: 0, rtspPort: camera.rtspPort };
  },
};

const HIKVISION_CAMERA = "camera-ds-2cd2146g2-v5.7.18";
const HIKVISION_RECORDER = "recorder-ds-7616ni-v4.30.097-dead-channel";

/** A device by itself on its loopback address, whose cameras are all there and well. */
export async function startDevice(
  driver: FleetDriver,
  channels: number,
  number: number,
): Promise<RunningDevice> {
  const address = `127.1.${number >> 8}.${number & 0xff}`;
  let plays: Record<number, number[]> = {};
  const watch: Behaviour = {
    name: "watched",
    onRtspRequest({ method, uri }) {
      if (method !== "PLAY") return undefined;
      const channel = channelIn(uri);
      plays[channel] = [...(plays[channel] ?? []), (performance.timeOrigin + performance.now()) * 1_000];
      return undefined;
    },
  };
  const started = await makers[driver]({ address, channels, watch }, number);
  const { httpPort, rtspPort } = started;
  // By server: each has behaviours of its own, as some count.
  const afflictions = new Map<FleetFault, { readonly names: string[][]; refused: number }>();
  return {
    told: {
      id: `${driver}-${String(number).padStart(3, "0")}`,
      driver,
      address,
      httpPort,
      rtspPort,
      channels,
    },
    async afflict(fault) {
      if (fault === "events-mute") started.hush?.(true);
      const affliction = { names: [] as string[][], refused: 0 };
      afflictions.set(fault, affliction);
      for (const server of started.servers) {
        const behaviours = behavioursOf(fault, () => void affliction.refused++);
        for (const behaviour of behaviours) await server.behave(behaviour);
        affliction.names.push(behaviours.map(({ name }) => name));
      }
    },
    async relieve(fault) {
      if (fault === "events-mute") started.hush?.(false);
      const { names, refused } = afflictions.get(fault) ?? { names: [], refused: 0 };
      afflictions.delete(fault);
      for (const [index, server] of started.servers.entries())
        for (const name of names[index] ?? []) await server.calm(name);
      return refused;
    },
    takePlays() {
      const taken = plays;
      plays = {};
      return taken;
    },
  };
}

/** Of the address of a stream, of whatever make: "/Streaming/Channels/1602", "channel=3&subtype=0", "/live/2/main". */
function channelIn(uri: string): number {
  const [, hikvision, dahua, onvif] =
    /\/Streaming\/Channels\/(\d+)0\d|channel=(\d+)|\/live\/(\d+)\//.exec(uri) ?? [];
  return Number(hikvision ?? dahua ?? onvif ?? 1);
}

function proxies(channels: number): string {
  const statuses = numbers(channels).map(
    (id) =>
      `<InputProxyChannelStatus><id>${id}</id><online>true</online><chanDetectResult>connect</chanDetectResult></InputProxyChannelStatus>`,
  );
  const body = `<?xml version="1.0" encoding="UTF-8"?><InputProxyChannelStatusList version="1.0">${statuses.join("")}</InputProxyChannelStatusList>`;
  return httpAnswer(200, body, "Connection: close\r\nContent-Type: application/xml\r\n");
}

function recorderOf(channels: number): DahuaBehaviour[] {
  const states = numbers(channels).map((id) => ({ channel: id - 1, connectionState: "Connected" }));
  return [
    answers("devVideoInput.cgi.getCollect", httpAnswer(200, `result=${channels}\r\n`)),
    answers("api.LogicDeviceManager.getCameraState", httpAnswer(200, JSON.stringify({ states }))),
  ];
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
