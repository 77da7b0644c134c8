import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { eventually } from "../fakes/eventually.ts";
import { idrSlice, interleaved, rtpPacket, senderReport } from "./rtp-bytes.ts";
import { probe, probeContext, verdict } from "./rtsp-context.ts";
import { camera, methods, pictures, plainAnswer, sdp, well } from "./rtsp-plain-camera.ts";
import { reply, scriptedCamera } from "./rtsp-scripted-camera.ts";

test("a whole session asks in order, on the addresses that the description gives", async () => {
  await using server = await camera();
  const result = await probe(server.url);
  expect(verdict(result)).toBe(well);
  expect(result.stream).toMatchObject({
    codec: "h264",
    width: 1920,
    height: 1080,
    packets: 7,
    packetsLost: 0,
  });
  expect(server.requests.map(({ method, uri }) => `${method} ${uri.slice(server.url.length)}`)).toEqual([
    "OPTIONS ",
    "DESCRIBE ",
    "SETUP /track1",
    "PLAY ",
    "TEARDOWN ",
  ]);
  for (const { method, text } of server.requests.slice(3))
    expect(`${method} ${text}`).toContain("Session: 17");
});

test("answers without CSeq, with another case and with trailing white space are taken", async () => {
  for (const line of [undefined, "cseq: *", "Cseq: * ", "CSEQ:*\t"]) {
    await using server = await scriptedCamera((request) => {
      const answer = Buffer.from(plainAnswer(request)).toString("latin1");
      const written = line?.replace("*", request.cseq);
      return Buffer.from(
        answer.replace(`CSeq: ${request.cseq}\r\n`, written === undefined ? "" : `${written}\r\n`),
        "latin1",
      );
    });
    expect(verdict(await probe(server.url, { health: { requestTimeout: 500 } }))).toBe(well);
  }
});

test("a stream on the channel that SETUP answered, or on one that nobody named, is the stream", async () => {
  for (const [answered, used] of [
    [8, 8],
    [0, 4],
  ] as const) {
    await using server = await camera({
      SETUP: ({ cseq }) =>
        reply("200 OK", [
          `CSeq: ${cseq}`,
          `Transport: RTP/AVP/TCP;unicast;interleaved=${answered}-${answered + 1}`,
          "Session: 1",
        ]),
      PLAY: ({ cseq }) => Buffer.concat([Buffer.from(reply("200 OK", [`CSeq: ${cseq}`])), pictures(used)]),
    });
    expect(verdict(await probe(server.url))).toBe(well);
  }
});

test("another payload type than was described, on the stream's own channel, is the stream", async () => {
  await using server = await camera({
    DESCRIBE: ({ cseq }) => reply("200 OK", [`CSeq: ${cseq}`], sdp.replaceAll("96", "98")),
  });
  expect(verdict(await probe(server.url))).toBe(well);
});

test("frames before the answer to PLAY, RTCP, answers and stray bytes among them do not disturb", async () => {
  const between = Buffer.concat([interleaved(1, senderReport()), Buffer.from([0x11, 0x24, 0x99, 0xee])]);
  await using server = await camera({
    PLAY: ({ cseq }) =>
      Buffer.concat([pictures(0, between), Buffer.from(reply("200 OK", [`CSeq: ${cseq}`]))]),
  });
  const result = await probe(server.url);
  expect(verdict(result)).toBe(well);
  expect(result.stream).toMatchObject({ packets: 7, packetsLost: 0 });
});

test("a server's own requests are answered", async () => {
  await using server = await camera({
    PLAY: ({ cseq }) =>
      `${reply("200 OK", [`CSeq: ${cseq}`])}OPTIONS * RTSP/1.0\r\nCSeq: 900\r\n\r\nFROB * RTSP/1.0\r\nCSeq: 901\r\n\r\n`,
  });
  const stop = new AbortController();
  const looking = probe(server.url, { signal: stop.signal }).catch(() => undefined);
  const answered = () =>
    server.requests.filter(({ method }) => method.startsWith("RTSP/")).map(({ text }) => text);
  await eventually("both are answered", () => answered().length === 2);
  expect(answered()).toEqual(["RTSP/1.0 200 OK\r\nCSeq: 900", "RTSP/1.0 501 Not Implemented\r\nCSeq: 901"]);
  stop.abort();
  await looking;
});

test("a long look keeps the session alive with the method that the server has", async () => {
  for (const [listed, method] of [
    ["OPTIONS, DESCRIBE, GET_PARAMETER", "GET_PARAMETER"],
    ["OPTIONS, DESCRIBE", "OPTIONS"],
  ]) {
    await using server = await camera({
      OPTIONS: ({ cseq }) => reply("200 OK", [`CSeq: ${cseq}`, `Public: ${listed}`]),
      SETUP: ({ cseq }) => reply("200 OK", [`CSeq: ${cseq}`, "Session: 9;timeout=2"]),
    });
    expect(verdict(await probe(server.url, { health: { measureFor: 1_300 } }))).toBe(well);
    expect(methods(server.requests)).toBe(`OPTIONS DESCRIBE SETUP PLAY ${method} TEARDOWN`);
    expect(server.requests.at(-2)?.text).toContain("Session: 9\r\n");
  }
});

test("a redirect on the same host is followed, to another host or without end it is not", async () => {
  const moved = (location: string) => reply("302 Moved", ["CSeq: 2", `Location: ${location}`]);
  await using server = await camera({
    DESCRIBE: ({ uri }) => (uri.endsWith("/live") ? moved(`rtsp://127.0.0.1:${server.port}/new`) : undefined),
  });
  expect(verdict(await probe(server.url))).toBe(well);
  expect(server.requests.find(({ method }) => method === "SETUP")?.uri).toMatch(/\/new\/track1$/);

  await using elsewhere = await camera({ DESCRIBE: () => moved("rtsp://192.0.2.1/live") });
  expect(verdict(await probe(elsewhere.url))).toBe(
    "host port login | stream-refused: RTSP/1.0 302 Moved to DESCRIBE, to another host, 192.0.2.1",
  );
  await using circling = await camera({ DESCRIBE: ({ uri }) => moved(uri) });
  expect(verdict(await probe(circling.url))).toMatch(
    /stream-refused: more than 2 redirects, the last to rtsp:/,
  );
});

/** Method → status line → what the technician is told. */
const refusals: readonly (readonly [string, string, string])[] = [
  ["DESCRIBE", "403 Forbidden", "host port | login-forbidden: RTSP/1.0 403 Forbidden to DESCRIBE"],
  [
    "DESCRIBE",
    "503 Service Unavailable",
    "host port login describe | sessions-exhausted: RTSP/1.0 503 Service Unavailable to DESCRIBE",
  ],
  [
    "DESCRIBE",
    "500 Internal Server Error",
    "host port login | stream-refused: RTSP/1.0 500 Internal Server Error to DESCRIBE",
  ],
  [
    "SETUP",
    "461 Unsupported Transport",
    "host port login | stream-refused: RTSP/1.0 461 Unsupported Transport to SETUP",
  ],
  [
    "PLAY",
    "454 Session Not Found",
    "host port login | stream-refused: RTSP/1.0 454 Session Not Found to PLAY",
  ],
  [
    "PLAY",
    "453 Not Enough Bandwidth",
    "host port login describe | sessions-exhausted: RTSP/1.0 453 Not Enough Bandwidth to PLAY",
  ],
];

for (const [method, status, expected] of refusals)
  test(`${status} to ${method} is told as it is`, async () => {
    await using server = await camera({ [method]: ({ cseq }) => reply(status, [`CSeq: ${cseq}`]) });
    expect(verdict(await probe(server.url))).toBe(expected);
    await eventually("closed", () => server.connections === 0);
  });

test("a camera that insists on UDP refuses the stream", async () => {
  await using server = await camera({
    SETUP: ({ cseq }) =>
      reply("200 OK", [
        `CSeq: ${cseq}`,
        "Session: 1",
        "Transport: RTP/AVP;unicast;client_port=1-2;server_port=3-4",
      ]),
  });
  expect(verdict(await probe(server.url))).toMatch(
    /stream-refused: SETUP answered with Transport RTP\/AVP;unicast/,
  );
});

test("a server that does not answer OPTIONS with success, or hides it behind the login, is asked on", async () => {
  for (const status of ["401 Unauthorized", "405 Method Not Allowed", "454 Session Not Found"]) {
    await using server = await camera({ OPTIONS: ({ cseq }) => reply(status, [`CSeq: ${cseq}`]) });
    expect(verdict(await probe(server.url))).toBe(well);
  }
});

test("a keyframe without any SPS is not a picture that can be shown", async () => {
  const slice = interleaved(0, rtpPacket({ sequence: 1, timestamp: 0, marker: true }, idrSlice()));
  await using server = await camera({
    PLAY: ({ cseq }) => Buffer.concat([Buffer.from(reply("200 OK", [`CSeq: ${cseq}`])), slice]),
  });
  expect(verdict(await probe(server.url, { health: { streamTimeout: 200 } }))).toBe(
    "host port login describe | keyframe-absent: 1 RTP packets (0 lost), but no readable SPS within 200 ms",
  );
});

test("a camera that never answers TEARDOWN does not hold the look up", async () => {
  await using server = await camera({ TEARDOWN: () => "silent" });
  // Without the bound it would be two minutes, past the end of this test.
  expect(verdict(await probe(server.url, { health: { requestTimeout: 120_000 } }))).toBe(well);
});

test("a connection that ends during a request after the description is a stream that was cut", async () => {
  await using server = await camera({ SETUP: () => "close" });
  expect(verdict(await probe(server.url))).toBe(
    "host port login describe | stream-cut: connection closed during SETUP",
  );
  await using early = await camera({ DESCRIBE: () => "close" });
  expect(verdict(await probe(early.url))).toBe("host | connection-cut: connection closed during DESCRIBE");
});

test("neither sockets nor timers nor listeners are left after many looks of every kind", async () => {
  await using server = await camera({
    DESCRIBE: ({ uri, cseq }) =>
      uri.endsWith("/gone") ? reply("404 Not Found", [`CSeq: ${cseq}`]) : undefined,
  });
  const left = () =>
    process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap" || kind === "Timeout").length;
  const { signal } = new AbortController();
  await probe(server.url, { signal });
  await eventually("the first is gone", () => server.connections === 0);
  const before = left();
  const context = probeContext({ hostRequests: 16 });
  for (let round = 0; round < 25; round++) {
    const urls = Array.from({ length: 8 }, (_, at) => (at % 2 ? server.url : `${server.url}/gone`));
    await Promise.all(urls.map((url) => probe(url, { context, signal })));
  }
  await eventually("all are gone", () => server.connections === 0 && left() <= before);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
