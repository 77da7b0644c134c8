import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { descriptionsVi, pageTexts } from "../../deploy/reference-texts.ts";

const folder = fileURLToPath(new URL("../../agent/model/messages", import.meta.url));

/** Every Vietnamese text that a person may see, without names of options, keys and parameters. */
async function vietnamese(): Promise<string[]> {
  const found: string[] = [];
  const visit = (value: unknown) => {
    if (typeof value !== "object" || value === null) return;
    if ("vi" in value && typeof value.vi === "string") found.push(value.vi);
    else for (const entry of Object.values(value)) visit(entry);
  };
  for (const file of readdirSync(folder)) if (file.endsWith(".ts")) visit(await import(`${folder}/${file}`));
  visit(pageTexts);
  found.push(...Object.values(descriptionsVi));
  return found.map((text) =>
    text.replaceAll(/`[^`]*`|\w+:\/\/\S*|\{\w+\}|--[a-z-]+|\b[A-Z]+(?:_[A-Z]+)+\b/g, ""),
  );
}

/** What else a thing might be called → the one word for it. */
const wrongWords: [RegExp, string][] = [
  [/broker/i, "máy chủ MQTT"],
  [/topic/i, "chủ đề"],
  [/hệ thống (?:sẽ|tự|không|đọc)/i, "phần mềm"],
  [/(?<!khung hình chính \()keyframe/i, "khung hình chính"],
  [/sai cú pháp|dùng sai(?! lệnh)/i, "dùng sai lệnh"],
  [/từng bước|bước này|bước kiểm tra/i, "bậc"],
  [/chứng chỉ/i, "chứng thư số"],
  [/offline|online|snapshot|retained/i, "the Vietnamese word"],
];

test.each(wrongWords)("in Vietnamese one thing has one name: not %s but %s", async (wrong, right) => {
  expect(right).not.toMatch(wrong);
  expect((await vietnamese()).filter((text) => wrong.test(text))).toEqual([]);
});
