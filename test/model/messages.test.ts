import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { askedLanguage, compose, fill, localTime, type Message } from "../../agent/model/messages/text.ts";
import { pageTexts } from "../../deploy/reference-texts.ts";

const folder = fileURLToPath(new URL("../../agent/model/messages", import.meta.url));
const areas = readdirSync(folder).filter((file) => file.endsWith(".ts") && file !== "text.ts");

/** Every text of a module with the way to it. */
function messagesIn(value: unknown, path: string): [string, Message][] {
  if (typeof value !== "object" || value === null) return [];
  if ("en" in value && "vi" in value && typeof value.en === "string" && typeof value.vi === "string")
    return [[path, { en: value.en, vi: value.vi }]];
  return Object.entries(value).flatMap(([key, entry]) => messagesIn(entry, `${path}.${key}`));
}

const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

test.each(areas)(
  "every text of messages/%s is there in both languages, with the same parameters",
  async (area) => {
    const found = messagesIn(await import(`${folder}/${area}`), area);
    expect(found.length).toBeGreaterThan(0);
    for (const [path, { en, vi }] of found) {
      expect(en.trim(), path).not.toBe("");
      expect(vi.trim(), path).not.toBe("");
      expect(placeholders(vi), path).toEqual(placeholders(en));
    }
  },
);

test("the words around the reference are there in both languages", () => {
  for (const [path, { en, vi }] of messagesIn(pageTexts, "pageTexts")) {
    expect(en.trim(), path).not.toBe("");
    expect(vi.trim(), path).not.toBe("");
  }
});

test("parameters are filled once: what a parameter holds is never filled again", () => {
  expect(fill({ en: "{a} and {b}", vi: "" }, "en", { a: "{b}", b: 2 })).toBe("{b} and 2");
  expect(fill({ en: "{missing}", vi: "" }, "en", {})).toBe("{missing}");
  expect(compose({ en: "found {x}", vi: "đang là {x}" }, { x: { en: "nothing", vi: "trống" } })).toEqual({
    en: "found nothing",
    vi: "đang là trống",
  });
});

test("the language is asked for by the flag, else by the locale, and by other locales not at all", () => {
  expect(askedLanguage("vi", { LANG: "en_US.UTF-8" })).toBe("vi");
  expect(askedLanguage(undefined, { LANG: "vi_VN.UTF-8" })).toBe("vi");
  expect(askedLanguage(undefined, { LC_ALL: "en_GB", LANG: "vi_VN.UTF-8" })).toBe("en");
  expect(askedLanguage(undefined, { LC_ALL: "", LC_MESSAGES: "VI", LANG: "en_US" })).toBe("vi");
  for (const LANG of ["C", "C.UTF-8", "POSIX", "fr_FR", "vih", ""])
    expect(askedLanguage(undefined, { LANG }), LANG).toBeUndefined();
  expect(askedLanguage("fr", {})).toBeUndefined();
});

test("times are shown as Vietnam writes them, seven hours ahead of UTC", () => {
  expect(localTime(Date.UTC(2026, 10, 24, 17, 5, 9))).toBe("00:05:09 25/11/2026");
});
