import type { Fault } from "../../agent/model/fault.ts";
import { CHANNEL_LIMIT, type ChannelState, judgeState, noSuchChannel } from "../protocol/channel-state.ts";
import { childrenNamed, textAt, type XmlElement } from "../protocol/xml.ts";

const WORD_LIMIT = 64;

/** ContentMgmt/InputProxy/channels/status: the cameras that a recorder takes over the network. */
export function readProxyChannels(answer: XmlElement): ChannelState[] {
  return read(answer, "InputProxyChannelStatus", (element) => ({
    online: readBoolean(textAt(element, "online")),
    word: textAt(element, "chanDetectResult"),
  }));
}

/**
 * System/Video/inputs/channels: a camera's own sensors, or the sockets of a recorder for analogue cameras, which tells
 * by the resolution "NO VIDEO" that nothing is plugged in (iDS-7204HUHI-M1, V4.75).
 */
export function readVideoInputs(answer: XmlElement): ChannelState[] {
  return read(answer, "VideoInputChannel", (element) => {
    const word = textAt(element, "resDesc");
    return { online: word && /^no video$/i.test(word) ? false : undefined, word };
  });
}

function read(
  answer: XmlElement,
  name: string,
  state: (element: XmlElement) => { online: boolean | undefined; word: string | undefined },
): ChannelState[] {
  return childrenNamed(answer, name)
    .slice(0, CHANNEL_LIMIT)
    .flatMap((element) => {
      const number = Number(textAt(element, "id") ?? Number.NaN);
      if (!Number.isInteger(number) || number < 1) return [];
      const { online, word } = state(element);
      return [
        {
          number,
          ...(online !== undefined && { online }),
          ...(word && { word: word.slice(0, WORD_LIMIT) }),
        },
      ];
    });
}

function readBoolean(text: string | undefined): boolean | undefined {
  return text === "true" ? true : text === "false" ? false : undefined;
}

/** Why channel `wanted` cannot be looked at; undefined where nothing is known against it. */
export function judgeChannel(channels: readonly ChannelState[], wanted: number): Fault | undefined {
  if (channels.length === 0) return undefined;
  const channel = channels.find(({ number }) => number === wanted);
  return channel ? judgeState(channel) : noSuchChannel(wanted, ranges(channels.map(({ number }) => number)));
}

/** "1-4, 9". */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && number <= last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}

/** Recorders of the I series count their network channels from 33 in events, whatever they are in addresses. */
const EVENT_OFFSET = 32;

/**
 * Whether an event of the channel that the device calls `named` is of channel `wanted`. Where a device has one channel
 * every event is its own, whatever number it writes.
 */
export function isOfChannel(named: string, wanted: number, channels: readonly ChannelState[]): boolean {
  if (channels.length === 1) return channels[0]?.number === wanted;
  const number = Number(named);
  if (!Number.isInteger(number)) return false;
  const isListed = channels.some((channel) => channel.number === number);
  const counted = !isListed && number > EVENT_OFFSET ? number - EVENT_OFFSET : number;
  return counted === wanted;
}
