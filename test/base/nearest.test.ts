import { expect, test } from "vitest";
import { editDistance, nearest } from "../../agent/base/nearest.ts";

test("edits are counted as a typist makes them: a swap of neighbours is one", () => {
  expect(editDistance("address", "address")).toBe(0);
  expect(editDistance("adress", "address")).toBe(1);
  expect(editDistance("nmae", "name")).toBe(1);
  expect(editDistance("", "abc")).toBe(3);
  expect(editDistance("kitten", "sitting")).toBe(3);
});

test("a slip of the hand finds the word that was meant, whatever its case", () => {
  const keys = ["id", "name", "address", "credential", "keepalive"];
  expect(nearest("adress", keys)).toBe("address");
  expect(nearest("keepAlive", keys)).toBe("keepalive");
  expect(nearest("credentials", keys)).toBe("credential");
});

test("a word that is nothing like any other suggests nothing", () => {
  expect(nearest("firmware", ["id", "name", "address"])).toBeUndefined();
  expect(nearest("ip", ["id"])).toBeUndefined();
  expect(nearest("x", [])).toBeUndefined();
});
