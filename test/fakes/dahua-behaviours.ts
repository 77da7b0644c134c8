import type { DahuaBehaviour } from "./dahua-device.ts";

/**
 * All its connections are taken: it answers 401 to everyone, as to a wrong password (rroller/dahua #603). Its challenge
 * is one like any other.
 */
export function exhausted(): DahuaBehaviour {
  return {
    name: "exhausted",
    onCgiRequest: () =>
      'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="Login to 7J0A1B2PAG3C4D5", qop="auth", nonce="1", opaque="0"\r\nCONTENT-LENGTH: 0\r\n\r\n',
  };
}

/** More than two requests side by side wedge the CGI for good, while RTSP stays fine (rroller/dahua #606). */
export function wedgesBeyond(requests = 2): DahuaBehaviour {
  let isWedged = false;
  return {
    name: "wedgesBeyond",
    onCgiRequest({ running }) {
      isWedged ||= running > requests;
      return isWedged ? "silence" : undefined;
    },
  };
}

/** The event stream stays open and says nothing more, not even that it lives. */
export function muteStream(): DahuaBehaviour {
  return { name: "muteStream", onPart: () => "" };
}

/** Lines of the event stream end without CR. */
export function lineFeeds(): DahuaBehaviour {
  return { name: "lineFeeds", onPart: (part) => part.replaceAll("\r\n", "\n") };
}

/** Each event comes with a picture behind it. */
export function picturesBetween(picture: Buffer): DahuaBehaviour {
  const head = `--myboundary\r\nContent-Type: image/jpeg\r\nContent-Length:${picture.byteLength}\r\n\r\n`;
  return {
    name: "picturesBetween",
    onPart: (part) => `${part}${head}${picture.toString("latin1")}\r\n\r\n`,
  };
}

/** Answers requests of this name by `answer`, after its login. */
export function answers(name: string, answer: string): DahuaBehaviour {
  return {
    name: `answers ${name}`,
    onCgiRequest: (request) =>
      request.name === name && request.authorization !== undefined ? answer : undefined,
  };
}

/** The bytes of an answer. */
export function httpAnswer(status: number, body: string, headers = ""): string {
  return `HTTP/1.1 ${status} X\r\n${headers}CONTENT-LENGTH: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
