import { CHANNEL_LIMIT, type ChannelState } from "../protocol/channel-state.ts";
import { parseJson } from "../protocol/json.ts";
import { readTable } from "./table.ts";

/** What a recorder says of the cameras behind its channels. */

const WORD_CHARACTERS = 32;

/**
 * The answer to LogicDeviceManager/getCameraState, `{"states":[{"channel":0,"connectionState":"Connected"}]}`; undefined
 * where it is another. Channels for analogue cameras need not be in it.
 */
export function readCameraStates(text: string): ChannelState[] | undefined {
  const states = statesIn(text);
  if (!states) return undefined;
  return states.slice(0, CHANNEL_LIMIT).flatMap((state: unknown) => {
    if (typeof state !== "object" || state === null || !("channel" in state)) return [];
    const number = Number(state.channel) + 1;
    if (typeof state.channel !== "number" || !Number.isInteger(number) || number < 1) return [];
    const word = "connectionState" in state ? String(state.connectionState).slice(0, WORD_CHARACTERS) : "";
    return [stateOf(number, word)];
  });
}

function statesIn(text: string): readonly unknown[] | undefined {
  const answer = parseJson(text);
  if (typeof answer !== "object" || answer === null || !("states" in answer)) return undefined;
  return Array.isArray(answer.states) ? answer.states : undefined;
}

function stateOf(number: number, word: string): ChannelState {
  switch (word.toLowerCase()) {
    case "connected":
      return { number, online: true, word };
    case "empty":
      return { number, isEmpty: true, word };
    case "unconnect":
    case "unconnected":
    case "disconnected":
    case "connecting":
    case "offline":
      return { number, online: false, word };
    default:
      return word === "" ? { number } : { number, word };
  }
}

/**
 * configManager's RemoteDevice, of recorders that know no states: "table.RemoteDevice.uuid:System_CONFIG_NETCAMERA_INFO_0.
 * Enable=true" and what address the camera has. It is kept when a camera is taken off.
 */
export function readRemoteDevices(text: string): ChannelState[] {
  const found = new Map<number, { enabled: boolean; address: string }>();
  for (const [name, value] of readTable(text)) {
    const [, digits, field] = /NETCAMERA_INFO_(\d{1,3})\.(Enable|Address)$/.exec(name) ?? [];
    if (digits === undefined) continue;
    const device = found.get(Number(digits)) ?? { enabled: true, address: "" };
    if (field === "Enable") device.enabled = value.toLowerCase() !== "false";
    else device.address = value;
    found.set(Number(digits), device);
  }
  return [...found].map(([index, { enabled, address }]) =>
    enabled && address !== "" ? { number: index + 1 } : { number: index + 1, isEmpty: true },
  );
}

/** Channels from 0 that getEventIndexes lists: "channels[0]=2". */
export function readEventIndexes(text: string): ReadonlySet<number> {
  const indexes = [...readTable(text)].flatMap(([name, value]) =>
    /^channels\[\d+\]$/.test(name) && /^\d{1,4}$/.test(value) ? [Number(value)] : [],
  );
  return new Set(indexes);
}

/** Channels without a picture are those of cameras that are off, but where no camera was added. */
export function withLosses(
  devices: readonly ChannelState[],
  lost: ReadonlySet<number>,
): readonly ChannelState[] {
  const all = new Map(devices.map((device) => [device.number, device]));
  for (const index of lost) {
    const known = all.get(index + 1) ?? { number: index + 1 };
    all.set(known.number, known.isEmpty ? known : { ...known, online: false, word: "VideoLoss" });
  }
  return [...all.values()];
}
