import type { Behaviour } from "./behaviours-hooks.ts";

/** DESCRIBE, SETUP and PLAY are answered well and nothing follows: an encoder that hangs. */
export function describesButSendsNoRtp(): Behaviour {
  return { name: "describesButSendsNoRtp", onRtpPacket: () => "omit" };
}

/** A stream of differences only; sequence numbers have no gap. */
export function noKeyframe(): Behaviour {
  return { name: "noKeyframe", onRtpPacket: (packet) => (packet.keyframe ? "omit" : undefined) };
}

/** Leaves this share of the packets out, evenly spread: 0.25 is every fourth. Sequence numbers show it. */
export function losesPackets(rate = 0.1): Behaviour {
  let owed = 0;
  return {
    name: "losesPackets",
    onRtpPacket() {
      owed += rate;
      if (owed < 1) return undefined;
      owed -= 1;
      return "lose";
    },
  };
}

/** Ends the connection of each session after this many RTP packets. */
export function cutsStreamAfter(packets = 20): Behaviour {
  return {
    name: "cutsStreamAfter",
    onRtpPacket: (packet) => (packet.index >= packets ? "cut" : undefined),
  };
}
