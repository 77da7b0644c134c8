import { expect, test } from "vitest";
import { hasLogin, isSecretKey, redact, showFound, showKind } from "../../agent/model/config-found.ts";

test("keys that are named after a password are known in both languages", () => {
  for (const key of ["password", "Passwd", "pass", "pwd", "PASSPHRASE", "secret", "mat_khau", "mật khẩu"])
    expect(isSecretKey(key), key).toBe(true);
  for (const key of ["secrets", "credential", "key", "path", "passage", "name"])
    expect(isSecretKey(key), key).toBe(false);
});

test("a login in an address is seen, also where the password breaks the address", () => {
  for (const text of [
    "rtsp://admin:hunter2@10.0.0.1/a",
    "rtsp://admin@10.0.0.1/a",
    "rtsp://admin:1/2@10.0.0.1/a",
    "rtsp://admin:1#2@10.0.0.1/a",
    "rtsp://10.0.0.1:554/user=admin&password=hunter2&channel=1",
    "rtsp://10.0.0.1:554/user=admin_password=hunter2_channel=1",
    "http://10.0.0.1/?pwd=hunter2",
  ])
    expect(hasLogin(text, false), text).toBe(true);
  expect(hasLogin("admin:hunter2@10.0.0.1", true)).toBe(true);
  expect(hasLogin("rtsp://10.0.0.1/user={username}&password={password}hunter2", false)).toBe(true);
  for (const text of [
    "rtsp://10.0.0.1/a",
    "rtsp://10.0.0.1/user=admin&password=&channel=1",
    "rtsp://10.0.0.1/user={username}&password={password}&channel=1",
    "10.0.0.1",
  ])
    expect(hasLogin(text, true), text).toBe(false);
});

test("what is shown of an address holds no login", () => {
  expect(redact("rtsp://admin:hunter2@10.0.0.1/a")).toBe("rtsp://…@10.0.0.1/a");
  expect(redact("admin:hunter2@10.0.0.1")).toBe("…@10.0.0.1");
  expect(redact("rtsp://a:p@ss@10.0.0.1/user=x&password=hunter2&c=1")).toBe(
    "rtsp://…@10.0.0.1/user=x&password=…&c=1",
  );
  expect(redact("rtsp://10.0.0.1/a")).toBe("rtsp://10.0.0.1/a");
});

test("a found value is shown shortly: text in quotes, numbers as written, lists by length", () => {
  expect(showFound("a".repeat(500), undefined).en).toHaveLength(62);
  expect(showFound(123, "0123").en).toBe("0123");
  expect(showFound([1, 2], undefined).en).toBe("a list of 2 entries");
  expect(showFound(null, "").vi).toBe("giá trị trống");
});

test("of a value of the secrets file only its kind is shown", () => {
  expect(
    ["hunter2", 12345, true, ["hunter2"], { hunter2: 1 }, null].map((value) => showKind(value).en),
  ).toEqual([
    "a text that is not shown",
    "a number",
    "true or false",
    "a list",
    "a group of keys",
    "nothing",
  ]);
});
