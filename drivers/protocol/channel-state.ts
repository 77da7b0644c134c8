import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";

/** A channel of a device, as the device lists it. */
export interface ChannelState {
  /** From 1, as addresses of streams and pictures count. */
  readonly number: number;
  /** Undefined where the device does not say. */
  readonly online?: boolean;
  /** No camera was ever added to it. */
  readonly isEmpty?: boolean;
  /** The device's own words for the state: "netUnreachable", "NO VIDEO", "Unconnect". */
  readonly word?: string;
}

/** Most channels of one device; the largest recorders have 256. */
export const CHANNEL_LIMIT = 512;

/** `has`: "1-4, 9". */
export function noSuchChannel(wanted: number, has: string): Fault {
  return fault("channel-missing", compose(evidenceTexts.noSuchChannel, { channel: wanted, channels: has }));
}

/** Why a channel that the device has cannot be looked at; undefined where nothing is known against it. */
export function judgeState({ number: channel, online, isEmpty, word }: ChannelState): Fault | undefined {
  if (isEmpty) return fault("channel-missing", compose(evidenceTexts.channelIsEmpty, { channel }));
  if (online !== false) return undefined;
  const seen = compose(evidenceTexts.channelIsOffline, { channel });
  const told = word === undefined ? seen : compose(evidenceTexts.detail, { seen, detail: word });
  return fault("channel-offline", told);
}
