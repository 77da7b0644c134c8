import { expect, test } from "vitest";
import { ProtocolChoice } from "../../agent/io/mqtt-protocol.ts";

const MINUTE = 60_000;

/** A choice, and what it remembers beyond its own life. */
function choiceOf(setting: "auto" | "5" | "3.1.1" = "auto", memory = { spoke5: false }) {
  const spoke5 = {
    get: () => memory.spoke5,
    set: (now: boolean) => {
      memory.spoke5 = now;
    },
  };
  return { choice: new ProtocolChoice(setting, spoke5), memory };
}

test("5 comes first; after a refusal 3.1.1 for an hour, then 5 again", () => {
  const { choice } = choiceOf();
  expect(choice.next(0)).toBe("5");
  choice.versionRefused("5", 0);
  expect(choice.next(60 * MINUTE - 1)).toBe("3.1.1");
  expect(choice.next(60 * MINUTE)).toBe("5");
});

test("a close without an answer tries 3.1.1 once, and 5 again when that fared no better", () => {
  const { choice } = choiceOf();
  choice.cutWithoutAnswer("5", 0);
  expect(choice.next(1)).toBe("3.1.1");
  choice.cutWithoutAnswer("3.1.1", 1);
  expect(choice.next(2)).toBe("5");
  choice.cutWithoutAnswer("5", 2);
  choice.answered("3.1.1");
  choice.cutWithoutAnswer("3.1.1", 3);
  expect(choice.next(4)).toBe("3.1.1");
});

test("a guess at 3.1.1 that connects holds for five minutes, not for an hour", () => {
  const { choice } = choiceOf();
  choice.cutWithoutAnswer("5", 0);
  choice.answered("3.1.1");
  expect(choice.next(5 * MINUTE - 1)).toBe("3.1.1");
  expect(choice.next(5 * MINUTE)).toBe("5");
});

test("a broker that has spoken 5 is cut off by its load balancer for hours and still gets 5, after a restart too", () => {
  const { choice, memory } = choiceOf();
  choice.answered("5");
  const again = choiceOf("auto", memory);
  for (let now = 0; now < 300 * MINUTE; now += MINUTE) {
    for (const { choice: each } of [{ choice }, again]) {
      expect(each.next(now)).toBe("5");
      each.cutWithoutAnswer("5", now);
    }
  }
});

test("a broker that spoke 5 gets 3.1.1 once it refuses 5 in so many words, and that is remembered", () => {
  const { choice, memory } = choiceOf("auto", { spoke5: true });
  choice.versionRefused("5", 0);
  expect(choice.next(1)).toBe("3.1.1");
  expect(memory.spoke5).toBe(false);
});

test("a broker that refuses 3.1.1 gets 5 again at once", () => {
  const { choice } = choiceOf();
  choice.versionRefused("5", 0);
  choice.versionRefused("3.1.1", 1);
  expect(choice.next(2)).toBe("5");
});

test("a fixed version is never left", () => {
  const { choice } = choiceOf("3.1.1");
  choice.versionRefused("3.1.1", 0);
  choice.cutWithoutAnswer("3.1.1", 0);
  expect(choice.next(1)).toBe("3.1.1");
});
