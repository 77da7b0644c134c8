import { fstatSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openLog } from "../../agent/io/log.ts";

const folder = mkdtempSync(join(tmpdir(), "camera-agent-log-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a password reaches the log nowhere: not in a key, an address, an error, its stack or its cause", () => {
  const path = join(folder, "log");
  const log = openLog("debug", {}, openSync(path, "w"));
  const secret = "Mật-khẩu:7&";
  const error = new Error(`connect failed: rtsp://admin:${secret}@192.168.1.9/live?password=${secret}`);
  error.cause = new Error(`Authorization: Digest username="a", response="${secret}"`);
  log.error(
    { err: error, camera: { id: "c1", login: { username: "admin", password: secret } }, password: secret },
    "failed",
  );
  log.warn(
    { list: [`http://u:${secret}@h/x`], deep: { a: { b: { c: { d: { e: { password: secret } } } } } } },
    `to mqtt://u:${secret}@broker`,
  );
  log.flush();
  const written = readFileSync(path, "utf8");
  expect(written).not.toContain(secret);
  expect(written).not.toContain("khẩu");
  const [first, second] = written
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(first).toMatchObject({
    level: "error",
    msg: "failed",
    err: {
      type: "Error",
      message: "connect failed: rtsp://***@192.168.1.9/live?password=***",
      cause: { message: "Authorization: ***" },
    },
  });
  expect(second).toMatchObject({ level: "warn", msg: "to mqtt://***@broker", list: ["http://***@h/x"] });
});

test("the journal gets each line's priority, any other reader the line alone", () => {
  const lines = (stream: (descriptor: number) => string | undefined) => {
    const path = join(folder, "prioritised");
    const descriptor = openSync(path, "w");
    const log = openLog("debug", { JOURNAL_STREAM: stream(descriptor) }, descriptor);
    log.error({}, "one\ntwo");
    log.warn({}, "two");
    log.debug({}, "four");
    log.info({}, "three");
    log.flush();
    return readFileSync(path, "utf8").trim().split("\n");
  };
  const journal = lines((descriptor) => {
    const { dev, ino } = fstatSync(descriptor);
    return `${dev}:${ino}`;
  });
  expect(journal.map((line) => line.slice(0, 3))).toEqual(["<3>", "<4>", "<7>", "<6>"]);
  expect(journal.map((line) => JSON.parse(line.slice(3)).level)).toEqual(["error", "warn", "debug", "info"]);
  for (const other of ["", "8:1", undefined])
    expect(lines(() => other).map((line) => JSON.parse(line).level)).toHaveLength(4);
});
