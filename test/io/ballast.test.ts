import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Ballast, diskSpace } from "../../agent/io/ballast.ts";
import { eventually } from "../fakes/eventually.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const BYTES = 3 * 1_024 * 1_024 + 17;

test("ballast takes the room that it is for, once, and gives it up", async () => {
  using folder = temporaryFolder();
  const ballast = new Ballast(folder.file("ballast"), BYTES);
  expect(ballast.giveUp()).toBe(false);
  ballast.make();
  ballast.make();
  await eventually("it is there", () => ballast.isThere());
  const { size, blocks } = statSync(folder.file("ballast"));
  expect(size).toBe(BYTES);
  expect(blocks * 512).toBeGreaterThanOrEqual(BYTES);
  expect(ballast.giveUp()).toBe(true);
  expect(existsSync(folder.file("ballast"))).toBe(false);
  await ballast.close();
});

test("what is not finished is given up with it, and counts for nothing", async () => {
  using folder = temporaryFolder();
  const ballast = new Ballast(folder.file("ballast"), BYTES);
  ballast.make();
  await ballast.close();
  expect(existsSync(folder.file("ballast.new"))).toBe(false);
  writeFileSync(folder.file("ballast"), "too small");
  expect(ballast.isThere()).toBe(false);
});

test("where it cannot be made, nothing is left behind and nothing is thrown", async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.file("ballast.new"));
  const ballast = new Ballast(folder.file("ballast"), BYTES);
  ballast.make();
  await ballast.close();
  expect(ballast.isThere()).toBe(false);
  expect(ballast.giveUp()).toBe(false);
  expect(diskSpace(folder.file("nowhere"))).toBeUndefined();
});
