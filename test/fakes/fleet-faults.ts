import { garbage } from "./behaviours-answers.ts";
import { halfOpen, oneByteASecond, refuses, resets } from "./behaviours-connection.ts";
import { unauthorizedAfter, wrongClock } from "./behaviours-device.ts";
import { rebootsSubscriptions } from "./behaviours-events.ts";
import { cutsStreamAfter, describesButSendsNoRtp, losesPackets, noKeyframe } from "./behaviours-stream.ts";
import type { DahuaBehaviour } from "./dahua-device.ts";

/** What befalls a device of whatever make for a while: the behaviours that it shows, made anew for each of its servers. */
const faults = {
  silent: () => [{ ...halfOpen(), onPart: () => "" }],
  refused: () => [refuses()],
  reset: () => [resets()],
  rebooting: () => [rebootsSubscriptions(), refuses()],
  garbage: () => [garbage("bytes")],
  senseless: () => [garbage("body")],
  slow: () => [oneByteASecond()],
  cut: () => [cutsStreamAfter(20)],
  "no-rtp": () => [describesButSendsNoRtp()],
  "no-keyframe": () => [noKeyframe()],
  lossy: () => [losesPackets(0.2)],
  "wrong-clock": () => [wrongClock()],
  "events-mute": () => [{ name: "events-mute", onPull: () => "unanswered", onPart: () => "" }],
  exhausted: () => [unauthorizedAfter(0), exhaustedCgi()],
  "wrong-password": (refused) => [passwordChanged(refused)],
} satisfies Record<string, (refused: () => void) => DahuaBehaviour[]>;

export type FleetFault = keyof typeof faults;

export const fleetFaults = Object.keys(faults) as readonly FleetFault[];

/** `refused` is called for each login that was given and is refused because the password was changed. */
export function behavioursOf(fault: FleetFault, refused: () => void): DahuaBehaviour[] {
  return faults[fault](refused);
}

const challenge = () => `Digest realm="Login to 7J0A1B2PAG3C4D5", qop="auth", nonce="${Date.now()}"`;
const unauthorized = () =>
  `HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: ${challenge()}\r\nCONNECTION: close\r\nCONTENT-LENGTH: 0\r\n\r\n`;

/** Of Dahua's CGI what unauthorizedAfter(0) is of the others. */
function exhaustedCgi(): DahuaBehaviour {
  return { name: "exhausted-cgi", onCgiRequest: unauthorized };
}

/** Whoever shows a login is refused, who shows none is told as ever how to; RTSP sessions that stand are not asked again. */
function passwordChanged(refused: () => void): DahuaBehaviour {
  return {
    name: "wrong-password",
    onHttpRequest(request, response) {
      if (request.headers.authorization === undefined) return undefined;
      refused();
      request.resume();
      response.writeHead(401, { "WWW-Authenticate": challenge(), "Content-Length": 0 }).end();
      return "taken";
    },
    onCgiRequest({ authorization }) {
      if (authorization === undefined) return undefined;
      refused();
      return unauthorized();
    },
    onRtspRequest({ method, headers }) {
      if (!headers.has("authorization") || !["DESCRIBE", "SETUP"].includes(method)) return undefined;
      refused();
      return { status: 401, headers: [["WWW-Authenticate", challenge()]] };
    },
  };
}
