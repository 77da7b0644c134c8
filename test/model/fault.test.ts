import { expect, test } from "vitest";
import { causes, fault, rungs } from "../../agent/model/fault.ts";

test("evidence holds no secret, wherever a camera or a library put it", () => {
  const seen = [
    "DESCRIBE rtsp://admin:Mật&7@192.168.1.9/live: 404",
    "redirect to rtsp://192.168.1.9/user=admin_password=Mật&7_channel=1",
    'refused: Authorization: Digest username="admin", response="Mật&7"',
    "GET /snap.jpg?pwd=Mật&7",
  ].map((text) => fault("stream-missing", { en: `seen ${text}`, vi: `thấy ${text}` }).evidence);
  expect(JSON.stringify(seen)).not.toContain("Mật");
  const words = "HTTP 401 to GET of the snapshot, without Digest or Basic login";
  expect(fault("login-scheme", words).evidence).toEqual({ en: words, vi: words });
  expect(seen[0]).toEqual({
    en: "seen DESCRIBE rtsp://***@192.168.1.9/live: 404",
    vi: "thấy DESCRIBE rtsp://***@192.168.1.9/live: 404",
  });
});

test("evidence is short in each language, however long what was seen", () => {
  const { en, vi } = fault("answer-garbled", { en: "x".repeat(10_000), vi: "ngắn" }).evidence;
  expect([en.length, vi]).toEqual([300, "ngắn"]);
});

test("every cause has a code of its own, numbered by its rung", () => {
  const codes = Object.values(causes).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  const hundreds = { host: "1", port: "2", login: "3", describe: "4", stream: "5", clock: "8", events: "9" };
  for (const { code, rung } of Object.values(causes))
    expect(code).toMatch(new RegExp(`^CAM-${hundreds[rung]}\\d\\d$`));
  expect(rungs).toHaveLength(Object.keys(hundreds).length);
});
