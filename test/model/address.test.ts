import { expect, test } from "vitest";
import { address, code, url } from "../../agent/model/address.ts";

const taken = (schema: { safeParse(value: unknown): { success: boolean } }, texts: readonly string[]) =>
  texts.filter((text) => schema.safeParse(text).success);

test("a camera is reached by name, IPv4 or bracketed IPv6, with or without a port", () => {
  const good = ["192.168.1.20", "192.168.1.20:8000", "cam-3", "cam-3.lan:80", "[fe80::1]", "[fe80::1]:80"];
  expect(taken(address, good)).toEqual(good);
});

test("a camera over TLS is reached by https:// and the same", () => {
  const good = ["https://192.168.1.20", "https://cam-3.lan:8443", "HTTPS://[fe80::1]:443"];
  expect(taken(address, good)).toEqual(good);
  expect(
    taken(address, [
      "https://",
      "https://192.168.1.300",
      "https://cam/onvif",
      "https://admin:x@cam",
      "https://https://cam",
    ]),
  ).toEqual([]);
});

test("what is no address is refused, and so is an IPv4 address with a slip in it", () => {
  const bad = [
    "",
    "192.168.1.300",
    "192.168.001.021",
    "192.168.1",
    "192.168.1.1.1",
    "192.168..1",
    "cam:0",
    "cam:65536",
    "cam:http",
    "http://192.168.1.20",
    "192.168.1.20/onvif",
    "admin:x@192.168.1.20",
    "cam 3",
    "-cam",
    "fe80::1",
  ];
  expect(taken(address, bad)).toEqual([]);
});

test("a stream's address has the right scheme, a host and no login", () => {
  const rtsp = url(["rtsp"]);
  const good = ["rtsp://192.168.1.2/a", "rtsp://192.168.1.2:8554/a?b=c", "rtsp://[::1]/a", "rtsp://cam.lan"];
  expect(taken(rtsp, good)).toEqual(good);
  expect(
    taken(rtsp, [
      "http://192.168.1.2",
      "rtsp://",
      "rtsp:///a",
      "rtsp://u:p@192.168.1.2/",
      "rtsp://u@h/",
      "rtsp://192.168.001.021/a",
      "cam",
    ]),
  ).toEqual([]);
});

test("a code is fit for a topic", () => {
  expect(taken(code(""), ["xa-tan-an", "a", "0", "a".repeat(64)])).toHaveLength(4);
  expect(
    taken(code(""), ["", "Xa", "a_b", "a/b", "a+", "#", "-a", "a-", "a b", "xã", "a".repeat(65)]),
  ).toEqual([]);
});
