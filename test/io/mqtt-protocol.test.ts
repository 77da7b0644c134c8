import { expect, test } from "vitest";
import { ProtocolChoice } from "../../agent/io/mqtt-protocol.ts";

test("5 comes first; after a refusal 3.1.1 for an hour, then 5 again", () => {
  const choice = new ProtocolChoice("auto");
  expect(choice.next(0)).toBe("5");
  choice.versionRefused("5", 0);
  expect(choice.next(3_599_999)).toBe("3.1.1");
  expect(choice.next(3_600_000)).toBe("5");
});

test("a close without an answer tries 3.1.1 once, and 5 again when that fared no better", () => {
  const choice = new ProtocolChoice("auto");
  choice.cutWithoutAnswer("5", 0);
  expect(choice.next(1)).toBe("3.1.1");
  choice.cutWithoutAnswer("3.1.1", 1);
  expect(choice.next(2)).toBe("5");
  choice.cutWithoutAnswer("5", 2);
  choice.answered("3.1.1");
  choice.cutWithoutAnswer("3.1.1", 3);
  expect(choice.next(4)).toBe("3.1.1");
});

test("a broker that has spoken 5 is not taken back to 3.1.1 by one cut", () => {
  const choice = new ProtocolChoice("auto");
  choice.answered("5");
  choice.cutWithoutAnswer("5", 0);
  choice.cutWithoutAnswer("5", 1);
  expect(choice.next(2)).toBe("5");
  choice.cutWithoutAnswer("5", 2);
  expect(choice.next(3)).toBe("3.1.1");
});

test("a broker that refuses 3.1.1 gets 5 again at once", () => {
  const choice = new ProtocolChoice("auto");
  choice.versionRefused("5", 0);
  choice.versionRefused("3.1.1", 1);
  expect(choice.next(2)).toBe("5");
});

test("a fixed version is never left", () => {
  const choice = new ProtocolChoice("3.1.1");
  choice.versionRefused("3.1.1", 0);
  choice.cutWithoutAnswer("3.1.1", 0);
  expect(choice.next(1)).toBe("3.1.1");
});
