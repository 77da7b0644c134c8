import fc from "fast-check";
import { expect, test } from "vitest";
import { BODY_LIMIT, HEAD_LIMIT, RtspFramer, STRAY_LIMIT } from "../../drivers/protocol/rtsp-framer.ts";
import { interleaved, rtpPacket, senderReport } from "./rtp-bytes.ts";
import { ownTranscript, ownTranscripts, sharedTranscripts } from "./rtsp-transcripts.ts";

/** What a framer says of chunks: "200 CSeq", "channel:length", "METHOD", and the fault last. */
function frames(...chunks: (Buffer | string)[]): string[] {
  const said: string[] = [];
  const framer = new RtspFramer({
    message: (message) => {
      const name = message.kind === "response" ? message.status : message.method;
      said.push(`${name} ${message.headers.get("cseq")?.[0] ?? "-"} ${message.body.length}`);
    },
    data: (channel, bytes, start, end) =>
      said.push(`${channel}:${Buffer.from(bytes.subarray(start, end)).toString("hex").slice(-4)}`),
  });
  for (const chunk of chunks) {
    const fault = framer.push(Buffer.from(chunk));
    if (fault) return [...said, fault.cause];
  }
  return said;
}

const packet = (sequence: number, end: string) =>
  interleaved(0, rtpPacket({ sequence, timestamp: 0 }, Buffer.from(end, "hex")));
const ok = (cseq: string, body = "") =>
  `RTSP/1.0 200 OK\r\n${cseq}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** Answers between frames, RTCP, a server's own request, bodies with dollars, odd line ends. */
const conversation = Buffer.concat([
  Buffer.from(ok("CSeq: 1", "v=0 $ RTSP/1.0 200 OK\r\n\r\n")),
  packet(1, "aa01"),
  interleaved(1, senderReport()),
  Buffer.from(ok("Cseq: 2 ")),
  packet(2, "2424"),
  Buffer.from("OPTIONS rtsp://cam/ RTSP/1.0\r\nCSeq: 77\r\n\r\n"),
  packet(3, "0d0a"),
  Buffer.from("\r\n\r\nRTSP/1.0 454 Session Not Found\ncseq:3\nServer: x\n y\n\n"),
  interleaved(7, Buffer.alloc(0)),
  interleaved(2, Buffer.alloc(65_535, 0x24)),
  Buffer.from("RTSP/1.0 200\r\n\r\n"),
]);
const expected = [
  "200 1 25",
  "0:aa01",
  "1:0000",
  "200 2 0",
  "0:2424",
  "OPTIONS 77 0",
  "0:0d0a",
  "454 3 0",
  "7:",
  "2:2424",
  "200 - 0",
];

test("answers, frames, RTCP and a server's requests are told apart in one piece", () => {
  expect(frames(conversation)).toEqual(expected);
});

test("the same is said however the bytes are cut", () => {
  for (const size of [1, 2, 3, 5, 17, 64, 1_400]) {
    const chunks = Array.from({ length: Math.ceil(conversation.length / size) }, (_, at) =>
      conversation.subarray(at * size, (at + 1) * size),
    );
    expect(frames(...chunks)).toEqual(expected);
  }
  fc.assert(
    fc.property(fc.array(fc.nat(conversation.length), { maxLength: 12 }), (cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), conversation.length];
      expect(frames(...ends.map((end, at) => conversation.subarray(ends[at - 1] ?? 0, end)))).toEqual(
        expected,
      );
    }),
  );
});

test("a chunk's bytes may be overwritten once it was pushed", () => {
  const bodies: Uint8Array[] = [];
  const frames: string[] = [];
  const framer = new RtspFramer({
    message: ({ body }) => bodies.push(body),
    data: (_channel, bytes, start, end) =>
      frames.push(Buffer.from(bytes.subarray(start, end)).toString("hex")),
  });
  const frame = packet(1, "beef");
  const stream = Buffer.concat([
    Buffer.from(ok("CSeq: 1", "whole")),
    Buffer.from(ok("CSeq: 2", "cut by chunks")),
    frame,
  ]);
  const reused = Buffer.alloc(50);
  for (let at = 0; at < stream.length; at += reused.length) {
    const length = stream.copy(reused, 0, at, at + reused.length);
    framer.push(reused.subarray(0, length));
    reused.fill(0xff);
  }
  expect(bodies.map((body) => Buffer.from(body).toString())).toEqual(["whole", "cut by chunks"]);
  expect(frames).toEqual([frame.subarray(4).toString("hex")]);
});

test("stray bytes between frames are skipped up to the next frame or answer", () => {
  const stray = Buffer.from([0x80, 0x60, 0x24, 0x00, 0x00, 0x08, 0x11, 0x52, 0x54, 0x00, 0x41, 0x42]);
  expect(
    frames(
      Buffer.concat([
        Buffer.from(ok("CSeq: 1")),
        packet(1, "aa01"),
        stray,
        packet(2, "aa02"),
        packet(3, "aa03"),
      ]),
    ),
  ).toEqual(["200 1 0", "0:aa01", "0:aa02", "0:aa03"]);
  expect(frames(ok("CSeq: 1"), stray, ok("CSeq: 2"))).toEqual(["200 1 0", "200 2 0"]);
});

test("an error's body without Content-Length does not hide the next answer", () => {
  expect(
    frames("RTSP/1.0 404 Not Found\r\nCSeq: 1\r\n\r\n<html>Not $ Found</html>\r\n", ok("CSeq: 2")),
  ).toEqual(["404 1 0", "200 2 0"]);
});

test("a server that does not begin with RTSP is garbled at once", () => {
  expect(frames("HTTP/1.1 400 Bad Request\r\n\r\n")).toEqual(["answer-garbled"]);
  expect(frames("SSH-2.0-dropbear\r\n")).toEqual(["answer-garbled"]);
  expect(frames(Buffer.from([0, 1, 2]))).toEqual(["answer-garbled"]);
  expect(frames("RTSP", "/1.0 2", "00 OK\r\n\r\n")).toEqual(["200 - 0"]);
});

test("stray bytes without end are garbled", () => {
  expect(frames(ok("CSeq: 1"), Buffer.alloc(STRAY_LIMIT + 2, 0xee))).toEqual(["200 1 0", "answer-garbled"]);
});

test("a head or body beyond its limit ends the stream before it is held", () => {
  expect(frames("RTSP/1.0 200 OK\r\n", `X: ${"y".repeat(HEAD_LIMIT)}`)).toEqual(["answer-too-large"]);
  expect(frames(`RTSP/1.0 200 OK\r\nContent-Length: ${BODY_LIMIT + 1}\r\n\r\n`)).toEqual([
    "answer-too-large",
  ]);
  expect(frames("RTSP/1.0 200 OK\r\nContent-Length: 300000000\r\n\r\n")).toEqual(["answer-too-large"]);
  expect(frames("RTSP/1.0 200 OK\r\nContent-Length: many\r\n\r\n")).toEqual(["answer-garbled"]);
  expect(frames(ok("CSeq: 1", "x".repeat(BODY_LIMIT)))).toEqual([`200 1 ${BODY_LIMIT}`]);
});

test("once broken it stays broken", () => {
  const framer = new RtspFramer({ message: () => expect.unreachable(), data: () => expect.unreachable() });
  expect(framer.push(Buffer.from("nonsense\n"))?.cause).toBe("answer-garbled");
  expect(framer.push(Buffer.from(ok("CSeq: 1")))?.cause).toBe("answer-garbled");
});

test("mutated conversations are framed without a throw, and no frame is longer than it can be", () => {
  const seeds = [conversation, ...ownTranscripts.map(ownTranscript), ...sharedTranscripts().values()];
  const input = fc.record({
    seed: fc.nat(seeds.length - 1),
    edits: fc.array(fc.tuple(fc.nat(1_000), fc.uint8Array({ maxLength: 4 })), { maxLength: 10 }),
    size: fc.integer({ min: 1, max: 2_000 }),
  });
  fc.assert(
    fc.property(input, ({ seed, edits, size }) => {
      const bytes = Buffer.concat([seeds[seed] ?? Buffer.alloc(0), conversation]);
      for (const [at, edit] of edits) bytes.set(edit, Math.min(at, bytes.length - edit.length));
      const framer = new RtspFramer({
        message: ({ body, headers }) => {
          expect(body.length).toBeLessThanOrEqual(BODY_LIMIT);
          expect(headers.size).toBeLessThanOrEqual(128);
        },
        data: (_channel, chunk, start, end) => {
          expect(end).toBeLessThanOrEqual(chunk.length);
          expect(end - start).toBeLessThanOrEqual(65_535);
        },
      });
      for (let at = 0; at < bytes.length; at += size) framer.push(bytes.subarray(at, at + size));
    }),
    { numRuns: 300 },
  );
});
