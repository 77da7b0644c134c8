import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { documents } from "./documents.ts";

/** `npm run generate`: writes the documents that are made from the schemas. */
for (const [name, content] of documents()) {
  const path = fileURLToPath(new URL(name, import.meta.url));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  console.log(`deploy/${name}`);
}
