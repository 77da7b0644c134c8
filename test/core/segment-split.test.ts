import fc from "fast-check";
import { expect, test } from "vitest";
import { splitSegment } from "../../agent/core/segment-split.ts";

const split = (text: string) =>
  splitSegment(Buffer.from(text))?.map((part) => Buffer.from(part).toString("utf8"));

/** JSON in another form: white space between any two tokens. */
function spaced(text: string, spaces: readonly string[]): string {
  let index = 0;
  const space = () => spaces[index++ % spaces.length] ?? "";
  return text.replaceAll(
    /"(?:\\.|[^"\\])*"|[{}[\],:]|[^"{}[\],:\s]+/g,
    (token) => `${space()}${token}${space()}`,
  );
}

test("events come out byte for byte, with keys, escapes and numbers as they stand", () => {
  const events = ['{"2":1,"1":2}', '{"a":"\\u0041\\/\\"}]"}', '{ "n" : 1.50e+1 }', '"]"', "[[],{}]", "-0"];
  const segment = `{"x":[{"events":[1]}],"data":{"n":"]","events":[${events.join(",")}]},"y":{}}`;
  expect(() => JSON.parse(segment)).not.toThrow();
  expect(split(segment)).toEqual(events);
});

test("whatever events hold and however a segment is written, each part is that event's own text", () => {
  fc.assert(
    fc.property(
      fc.array(fc.json()),
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.array(fc.constantFrom("", " ", "\n", "\t\r ")),
      (events, around, beside, spaces) => {
        const { data: _, z: __, ...rest } = around;
        const { events: ___, ...others } = beside;
        // Members end up before ours whatever they are called: integer-like keys move to the front.
        const outer = `${JSON.stringify({ ...rest, data: 0 }).slice(0, -"0}".length)}`;
        const inner = `${JSON.stringify({ ...others, events: 0 }).slice(0, -"0}".length)}`;
        const segment = `${spaced(outer, spaces)}${spaced(inner, spaces)}[${events.join(" ,")} ] } ,"z":1}`;
        expect(JSON.parse(segment)).toMatchObject({ z: 1 });
        expect(split(segment)).toEqual(events);
      },
    ),
  );
});

test("names are read as JSON reads them, and of two of a name neither is chosen", () => {
  expect(split('{"d\\u0061ta":{"ev\\u0065nts":[1]}}')).toEqual(["1"]);
  expect(split('{"data":{"events":[1]},"data":{"events":[2]}}')).toBeUndefined();
  expect(split('{"data":{"events":[1],"ev\\u0065nts":[2]}}')).toBeUndefined();
});

test("what is no segment has no parts", () => {
  const none = [
    "",
    "1",
    "[]",
    "{}",
    '{"data":[]}',
    '{"data":{}}',
    '{"data":{"events":{}}}',
    '{"data":"events"}',
  ];
  for (const text of none) expect(split(text)).toBeUndefined();
  expect(split('{"data":{"events":[]}}')).toEqual([]);
});

test("no bytes make it throw or run for ever", () => {
  const text = '{"data":{"events":[{"a":"\\"]"},[1,{"b":[]}],null]},"x":"y"}';
  const anywhere = fc.nat(text.length);
  fc.assert(
    fc.property(anywhere, anywhere, fc.string({ unit: "binary" }), (from, to, inserted) => {
      split(text.slice(0, from) + inserted + text.slice(to));
    }),
    { numRuns: 2_000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void splitSegment(bytes)));
});
