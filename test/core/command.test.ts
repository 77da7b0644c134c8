import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCommand } from "../../agent/core/command.ts";

const now = Date.UTC(2026, 10, 24, 1);
const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const parse = (payload: Uint8Array, rest = ["cmd", "ping", "r1"]) =>
  parseCommand(rest, payload, ["ping"], now);
const good = { expires: "2026-11-24T01:00:01Z" };

test("a command that is whole, known and in time is taken", () => {
  expect(parse(bytes(good))).toEqual({
    command: "ping",
    request: "r1",
    ok: true,
    body: { expires: good.expires, arguments: {} },
  });
});

test.each([
  ["expired", bytes({ expires: "2026-11-24T01:00:00Z" })],
  ["malformed", bytes({})],
  ["malformed", bytes({ ...good, extra: 1 })],
  ["malformed", bytes("{")],
  ["malformed", bytes("")],
  ["malformed", Uint8Array.of(0x7b, 0xff, 0xfe)],
  ["malformed", bytes({ expires: "tomorrow" })],
  ["too-large", bytes({ ...good, arguments: { a: "x".repeat(16_384) } })],
])("a command that is %s is refused for it", (reason, payload) => {
  expect(parse(payload)).toMatchObject({ ok: false, reason, request: "r1" });
});

test("an unknown command is refused by name", () => {
  expect(parse(bytes(good), ["cmd", "format-disk", "r1"])).toMatchObject({
    ok: false,
    reason: "unknown-command",
  });
});

test.each([
  [["cmd", "ping", "../x y"]],
  [["cmd", "ping", ""]],
  [["cmd", "ping"]],
  [["cmd", "ping", "r", "more"]],
  [["state"]],
  [["cmd", "PING\n", "r"]],
])("a topic that cannot be answered is ignored: %j", (rest) => {
  expect(parse(bytes(good), rest)).toBeUndefined();
});

test("no payload makes the parser throw", () => {
  const mutated = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json().map(bytes),
    fc.tuple(fc.nat(40), fc.nat(255)).map(([at, byte]) => bytes(good).with(at % 30, byte)),
  );
  fc.assert(
    fc.property(mutated, fc.array(fc.string(), { maxLength: 4 }), (payload, rest) => {
      expect(["boolean"]).toContain(typeof parse(payload)?.ok);
      parse(payload, ["cmd", ...rest]);
    }),
  );
});
