import fc from "fast-check";
import { expect, test } from "vitest";
import {
  header,
  interleavedChannel,
  parseHead,
  requestBytes,
  sequenceOf,
  sessionOf,
  statusLine,
} from "../../drivers/protocol/rtsp-message.ts";
import { formatRtspUrl, parseRtspUrl, resolveControl } from "../../drivers/protocol/rtsp-url.ts";

const head = (...lines: string[]) => {
  const message = parseHead(["RTSP/1.0 200 OK", ...lines].join("\r\n"));
  if (message?.kind !== "response") throw new Error("no response");
  return message;
};

test("CSeq is read whatever its case and white space, and is missing rather than wrong", () => {
  expect(sequenceOf(head("CSeq: 1 ").headers)).toBe(1);
  expect(sequenceOf(head("Cseq:  3").headers)).toBe(3);
  expect(sequenceOf(head("CSEQ:4\t").headers)).toBe(4);
  expect(sequenceOf(head().headers)).toBeUndefined();
  expect(sequenceOf(head("CSeq: x").headers)).toBeUndefined();
});

test("a session has its id without padding and its time-out, sixty seconds where none is named", () => {
  expect(sessionOf(head("Session:        708345999;timeout=30").headers)).toEqual({
    id: "708345999",
    timeoutSeconds: 30,
  });
  expect(sessionOf(head("Session: F8F8E425").headers)).toEqual({ id: "F8F8E425", timeoutSeconds: 60 });
  expect(sessionOf(head("Session: a b").headers)).toBeUndefined();
  expect(sessionOf(head().headers)).toBeUndefined();
});

test("the channel is the one that the server answers, whatever was asked for", () => {
  const channel = (transport?: string) =>
    interleavedChannel(head(...(transport === undefined ? [] : [`Transport: ${transport}`])).headers);
  expect(channel('RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=4cacc3d1;mode="play"')).toBe(0);
  expect(channel("RTP/AVP/TCP;unicast;interleaved=8-9;ssrc=2A27A3FB")).toBe(8);
  expect(channel("RTP/AVP/TCP;interleaved=2")).toBe(2);
  expect(channel("RTP/AVP/TCP;unicast;interleaved=300-301")).toBe("default");
  expect(channel("RTP/AVP/TCP;unicast")).toBe("default");
  expect(channel()).toBe("default");
  expect(channel("RTP/AVP;unicast;client_port=18714-18715;server_port=40004-40005;ssrc=0")).toBe("udp");
});

test("doubled headers keep both values, folded ones are joined, senseless lines are passed over", () => {
  const { headers } = head(
    "WWW-Authenticate: Basic realm=a",
    "nonsense",
    ": x",
    "www-authenticate: Digest realm=b,",
    "  nonce=c",
  );
  expect(headers.get("www-authenticate")).toEqual(["Basic realm=a", "Digest realm=b, nonce=c"]);
  expect(headers.size).toBe(1);
});

test("a request is written with its headers, those without a value left out", () => {
  expect(
    requestBytes("PLAY", "rtsp://h/", { CSeq: "1", Session: undefined, Range: "npt=0-" }).toString(),
  ).toBe("PLAY rtsp://h/ RTSP/1.0\r\nCSeq: 1\r\nRange: npt=0-\r\n\r\n");
});

test("evidence is one printable line", () => {
  const odd = parseHead("RTSP/1.0 404 Not\tFound \x1b[31m\xe9");
  if (odd?.kind !== "response") throw new Error("no response");
  expect(statusLine(odd, "DESCRIBE")).toEqual({
    en: "RTSP/1.0 404 Not?Found ?[31m? to DESCRIBE",
    vi: "RTSP/1.0 404 Not?Found ?[31m? cho DESCRIBE",
  });
});

test("any text is read without a throw, into at most as many headers as lines", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
      const message = parseHead(`RTSP/1.0 200 OK\r\n${text}`);
      expect(message?.headers.size ?? 0).toBeLessThanOrEqual(128);
      if (message) expect(header(message.headers, "cseq") ?? "").not.toMatch(/[\r\n]/);
    }),
  );
});

test("addresses keep path and query as written, drop the login, and get the usual port", () => {
  const parsed = (text: string) => {
    const url = parseRtspUrl(text);
    return url && formatRtspUrl(url);
  };
  expect(parsed("rtsp://cam/a%20b?x=1&y=/2/")).toBe("rtsp://cam:554/a%20b?x=1&y=/2/");
  expect(parsed("RTSP://admin:p%40ss@10.0.0.1:8554")).toBe("rtsp://10.0.0.1:8554");
  expect(parsed("rtsp://[fe80::1]:554/x#frag")).toBe("rtsp://[fe80::1]:554/x");
  expect(parsed("rtsp://cam?only=query")).toBe("rtsp://cam:554/?only=query");
  expect(parsed("rtsp://cam/kênh 1")).toBe("rtsp://cam:554/k%C3%AAnh%201");
  for (const bad of ["http://cam/", "rtsp://", "rtsp://cam:0/", "rtsp://cam:99999/", "cam", "rtsp://a b/"])
    expect(parsed(bad)).toBeUndefined();
});

test("no control of a camera leads to another host or breaks the request line", () => {
  const base = parseRtspUrl("rtsp://cam:8554/live");
  if (!base) throw new Error("no address");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary-ascii" }),
        fc.string().map((text) => `rtsp://evil/${text}`),
      ),
      (control) => {
        const text = formatRtspUrl(resolveControl(base, control));
        expect(text).toMatch(/^rtsp:\/\/cam:8554[\x21-\x7e]*$/);
      },
    ),
  );
});
