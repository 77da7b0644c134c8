import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCommand } from "../../agent/core/command.ts";
import { readJson } from "../../agent/core/strict-json.ts";

const here = { unit: "u", site: "s" };
const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const parse = (payload: Uint8Array, topic = "cam/v1/u/s/cmd/ping/r1", retain = false) =>
  parseCommand({ topic, payload, retain }, here);
const good = { expires: "2026-11-24T01:00:01Z" };

test("a command that is whole is taken", () => {
  expect(parse(bytes(good))).toEqual({
    command: "ping",
    request: "r1",
    ok: true,
    body: { expires: good.expires, arguments: "{}" },
  });
});

test.each([
  ["malformed", bytes({})],
  ["malformed", bytes({ ...good, extra: 1 })],
  ["malformed", bytes("{")],
  ["malformed", bytes("")],
  ["malformed", Uint8Array.of(0x7b, 0xff, 0xfe)],
  ["malformed", bytes({ expires: "tomorrow" })],
  ["malformed", bytes({ ...good, arguments: {} })],
  ["malformed", bytes('{"expires":"2026-11-24T01:00:01Z","expires":"2026-11-24T01:00:01Z"}')],
  ["too-large", bytes({ ...good, arguments: "x".repeat(16_384) })],
])("a command that is %s is refused for it", (reason, payload) => {
  expect(parse(payload)).toMatchObject({ ok: false, reason, request: "r1" });
});

test("a command that the broker kept is refused: it would be taken at every connection", () => {
  expect(parse(bytes(good), undefined, true)).toMatchObject({ ok: false, reason: "retained" });
});

test.each([
  "cam/v1/u/s/cmd/ping/../x y",
  "cam/v1/u/s/cmd/ping/",
  "cam/v1/u/s/cmd/ping",
  "cam/v1/u/s/cmd/ping/r/more",
  "cam/v1/u/s/state",
  "cam/v1/u/s/cmd/PING\n/r",
  "cam/v1/u/other/cmd/ping/r",
  "cam/v1/other/s/cmd/ping/r",
])("a topic that cannot be answered is ignored: %j", (topic) => {
  expect(parse(bytes(good), topic)).toBeUndefined();
});

test("no payload makes the parser throw", () => {
  const mutated = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json().map(bytes),
    fc.tuple(fc.nat(40), fc.nat(255)).map(([at, byte]) => bytes(good).with(at % 30, byte)),
  );
  fc.assert(
    fc.property(mutated, fc.string(), (payload, topic) => {
      expect(["boolean"]).toContain(typeof parse(payload)?.ok);
      parse(payload, `cam/v1/u/s/cmd/${topic}`);
    }),
  );
});

test("JSON is read as JSON.parse reads it, unless an object names a member twice", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(readJson(bytes(text))).toEqual(JSON.parse(text));
    }),
  );
  for (const twice of [
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '[[{"b":{"__proto__":1,"__proto__":2}}]]',
    '{"constructor" : 1, "constructor"\n: 2}',
  ])
    expect(readJson(bytes(twice)), twice).toBeUndefined();
  for (const once of ['{"a":"\\":","b":["c:\\\\",{"a":1}]}', '{"a\\"":1,"a":{"__proto__":2}}'])
    expect(JSON.stringify(readJson(bytes(once)))).toBe(JSON.stringify(JSON.parse(once)));
});

test("however deep the nesting, it is read or refused, not died of", () => {
  const deep = `${"[".repeat(8_000)}${"]".repeat(8_000)}`;
  expect(readJson(bytes(deep))).toBeInstanceOf(Array);
  expect(readJson(bytes(deep.slice(1)))).toBeUndefined();
});
