import fc from "fast-check";
import { expect, test } from "vitest";
import { MultipartReader, type Part } from "../../drivers/protocol/multipart.ts";

const isWhole = (text: string) => /^(?:Code=\w+;action=\w+;index=\d+|Heartbeat)\s*$/.test(text);
const MOTION = "Code=VideoMotion;action=Start;index=0";

interface Options {
  readonly contentType?: string;
  readonly partBytes?: number;
  readonly isWhole?: (text: string) => boolean;
}

function reader({ contentType = "multipart/x-mixed-replace; boundary=myboundary", ...rest }: Options = {}) {
  return new MultipartReader({ contentType, partBytes: 1_000, ...rest });
}

function bodies(text: string | Buffer, options?: Options): string[] {
  return reader(options)
    .read(Buffer.from(text as string, "latin1"))
    .map(textOf);
}

const textOf = ({ body }: Part) => body.toString("latin1").trim();
const lines = (...all: string[]) => all.map((line) => `${line}\r\n`).join("");
const part = (body: string, length: number | undefined = body.length) =>
  lines("--myboundary", "Content-Type: text/plain", `Content-Length: ${length}`, "", body);

test("a part is there with the last byte that its length counts, before any delimiter", () => {
  const stream = reader();
  const whole = part(MOTION).trimEnd();
  expect(stream.read(Buffer.from(whole.slice(0, -1)))).toEqual([]);
  const parts = stream.read(Buffer.from(whole.slice(-1)));
  expect(parts.map(textOf)).toEqual([MOTION]);
  expect(parts[0]?.headers.get("content-type")).toBe("text/plain");
});

test.each([
  ["in the header another name than in the body", "multipart/mixed; boundary=MIME_boundary", "--boundary"],
  ["a space after the dashes (Dahua)", "multipart/x-mixed-replace; boundary=myboundary", "-- myboundary"],
  [
    "the dashes already in the header (Sony)",
    "multipart/x-mixed-replace;boundary=--myboundary",
    "--myboundary",
  ],
  ["quoted", 'multipart/x-mixed-replace; boundary="my boundary"', "--my boundary"],
  ["without any in the header", "text/plain", "--b"],
])("the boundary may be %s", (_, contentType, delimiter) => {
  const body = lines(delimiter, "Content-Length: 3", "", "one", delimiter, "", "two", delimiter);
  expect(bodies(body, { contentType })).toEqual(["one", "two"]);
});

test("two delimiters in a row are one (Hikvision)", () => {
  expect(bodies(lines("--myboundary", "--myboundary", "", "one", "--myboundary", "--myboundary"))).toEqual([
    "one",
  ]);
});

test("a status line of HTTP inside the body, with its headers or alone, is no part", () => {
  const status = lines("HTTP/1.1 200 OK", "Content-Type: multipart/x-mixed-replace; boundary=myboundary", "");
  expect(bodies(status + part("one") + part("two"))).toEqual(["one", "two"]);
  expect(bodies(part("one") + status + part("two"))).toEqual(["one", "two"]);
  expect(
    bodies(lines("--myboundary", "HTTP/1.1 200 OK", "", "one", "HTTP/1.1 200 OK") + part("two")),
  ).toEqual(["one", "two"]);
});

test("headers that no blank line ends are headers all the same", () => {
  const text = lines("--myboundary", "Content-Type: text/plain", "Content-Length: 37", MOTION) + part("two");
  expect(bodies(text)).toEqual([MOTION, "two"]);
  expect(bodies(lines("--myboundary", "Content-Type: text/plain", MOTION) + part("two"))).toEqual([
    MOTION,
    "two",
  ]);
  const json = `Code=A;action=Start;index=0;data={${" ".repeat(500)}"a": "b:c"}`;
  expect(bodies(lines("--myboundary", json) + part("two"))).toEqual([json, "two"]);
});

test("without a length a text ends at the next delimiter, or where it is whole", () => {
  const text = lines("--myboundary", "Content-Type: text/plain", "", MOTION);
  expect(bodies(text)).toEqual([]);
  expect(bodies(text + lines("--myboundary--"))).toEqual([MOTION]);
  expect(bodies(text, { isWhole })).toEqual([MOTION]);
});

test("what follows a whole text in the same part is another text", () => {
  const stop = MOTION.replace("Start", "Stop");
  expect(bodies(lines("--myboundary", "", MOTION, stop, "", "--myboundary"), { isWhole })).toEqual([
    MOTION,
    stop,
  ]);
  expect(bodies(part(`${MOTION}\r\n${stop}`), { isWhole })).toEqual([MOTION, stop]);
});

test("a length that is too large ends at the next delimiter, or where the text is whole", () => {
  expect(bodies(part("one", 4_000) + part("two"))).toEqual(["one", "two"]);
  expect(bodies(part("one", 20) + part("two"))).toEqual(["one", "two"]);
  expect(bodies(part(MOTION, 400), { isWhole })).toEqual([MOTION]);
});

test("a length that is too small is not believed of a text that is not whole", () => {
  expect(bodies(part(MOTION, 20) + part("Heartbeat"), { isWhole })).toEqual([MOTION, "Heartbeat"]);
});

test("a length of zero, of words and an empty part bring no part", () => {
  expect(bodies(part("", 0) + part("one"))).toEqual(["one"]);
  expect(bodies(part("\r\n\r\n") + part("one"))).toEqual(["one"]);
  expect(bodies(lines("--myboundary", "Content-Length: many", "", "one", "--myboundary"))).toEqual(["one"]);
});

test("lines may end without CR", () => {
  expect(bodies((part(MOTION) + part("two")).replaceAll("\r\n", "\n"))).toEqual([MOTION, "two"]);
});

test("a picture between two texts is one part, whatever its bytes look like", () => {
  const picture = `\xff\xd8\n--other\nHTTP/1.1 200 OK\r\n\n--\n${"\n".repeat(200)}\xff\xd9`;
  const jpeg = lines(
    "--myboundary",
    "Content-Type: image/jpeg",
    `Content-Length: ${picture.length}`,
    "",
    picture,
  );
  expect(bodies(part("one") + jpeg + part("two"), { isWhole: () => true })).toEqual(["one", picture, "two"]);
});

test("a part that is too large is counted and not kept, with or without a length", () => {
  const large = "x".repeat(1_001);
  for (const length of [large.length, 99_999, undefined]) {
    const stream = reader();
    const head = lines("--myboundary", ...(length === undefined ? [] : [`Content-Length: ${length}`]), "");
    const parts = stream.read(Buffer.from(`${head}${large}\r\n${part("two")}`));
    expect([parts.map(textOf), stream.skipped]).toEqual([["two"], 1]);
  }
});

test("a line without an end is not kept", () => {
  const stream = reader();
  for (let i = 0; i < 50; i++) expect(stream.read(Buffer.alloc(1_000, "x"))).toEqual([]);
  expect(stream.read(Buffer.from(`\r\n${part("one")}`)).map(textOf)).toEqual(["one"]);
});

test("a body that is all ends of lines is not looked at again at each of them", () => {
  let asked = 0;
  const never = () => {
    asked += 1;
    return false;
  };
  bodies(lines("--myboundary", "") + "}\n".repeat(499) + lines("--myboundary"), { isWhole: never });
  expect(asked).toBeLessThan(300);
});

const piece = fc.oneof(
  fc.constantFrom(
    ...[
      "--myboundary\r\n",
      "-- myboundary\n",
      "--other\r\n",
      "--myboundary--\r\n",
      "HTTP/1.1 200 OK\r\n",
      "--",
      "-",
    ],
    ...[
      "Content-Length: 3\r\n",
      "Content-Length: 70\r\n",
      "Content-Type: image/jpeg\r\n",
      "\r\n",
      "\n",
      "HTTP/1.",
    ],
    ...[`${MOTION}\r\n`, MOTION, "Heartbeat\r\n", part(MOTION), part("Heartbeat", 4), part("one", 900)],
    ...["x".repeat(300), "y".repeat(1_200)],
  ),
  fc.string({ maxLength: 20 }),
);

test("however the bytes are cut, the parts are the same", () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 40 })),
      (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(""), "latin1");
        const told = (parts: readonly Part[]) =>
          parts.map((each) => [[...each.headers], each.body.toString("latin1")]);
        const whole = reader({ isWhole });
        const expected = told(whole.read(bytes));
        const cut = reader({ isWhole });
        const parts: Part[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const to = at + (cuts[turn % cuts.length] ?? 1);
          parts.push(...cut.read(bytes.subarray(at, to)));
          at = to;
        }
        expect(told(parts)).toEqual(expected);
        expect(cut.skipped).toBe(whole.skipped);
        for (const { body } of parts) expect(body.byteLength).toBeLessThanOrEqual(1_000);
      },
    ),
    { numRuns: 500 },
  );
});
