import { readFileSync } from "node:fs";

/** The fenced blocks of a document of deploy/, without their fences, in order. */
export function blocksOf(document: string): readonly string[] {
  const text = readFileSync(new URL(`../../deploy/${document}`, import.meta.url), "utf8");
  return [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
}

/** The one block that holds this. */
export function blockWith(document: string, words: string): string {
  const [block, ...others] = blocksOf(document).filter((text) => text.includes(words));
  if (block === undefined || others.length > 0) throw new Error(`${others.length + 1} blocks with ${words}`);
  return block;
}
