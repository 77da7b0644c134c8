import { randomBytes } from "node:crypto";
import type { Behaviour } from "./behaviours-hooks.ts";

/** The device's clock is ahead by so many milliseconds; negative: behind. */
export function wrongClock(ms = 3_600_000): Behaviour {
  return { name: "wrongClock", clockOffsetMs: ms };
}

/** After `requests` requests, HTTP and RTSP together, all are 401: Dahua with its connections exhausted (rroller/dahua #603). */
export function unauthorizedAfter(requests = 10): Behaviour {
  let seen = 0;
  const challenge = () =>
    `Digest realm="simulated camera", nonce="${randomBytes(16).toString("hex")}", qop="auth"`;
  return {
    name: "unauthorizedAfter",
    onHttpRequest(request, response) {
      if (++seen <= requests) return undefined;
      request.resume();
      response.writeHead(401, { "WWW-Authenticate": challenge(), "Content-Length": 0 }).end();
      return "taken";
    },
    onRtspRequest() {
      if (++seen <= requests) return undefined;
      return { status: 401, headers: [["WWW-Authenticate", challenge()]] };
    },
  };
}

/** A device whose list of media profiles is empty. */
export function noProfiles(): Behaviour {
  return {
    name: "noProfiles",
    onSoapRequest: ({ action }) =>
      /:GetProfiles$/.test(action) ? { body: `<${action}Response/>` } : undefined,
  };
}
