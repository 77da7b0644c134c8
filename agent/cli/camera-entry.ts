import { fail, ok, type Result } from "../base/result.ts";
import type { CameraEntry } from "../io/config-edit-text.ts";
import type { CameraConfig } from "../model/config.ts";
import { cameraSchema } from "../model/config-camera.ts";
import { findingsOf } from "../model/config-issues.ts";
import { keyText } from "../model/config-problem.ts";
import type { Message } from "../model/messages/text.ts";
import { schemaTree } from "../model/schema-tree.ts";

export interface EntryProblem {
  /** `address` */
  readonly key: string;
  readonly text: Message;
}

/** What is going to be written of a camera, checked as the configuration will be. */
export function checkEntry(entry: CameraEntry): Result<CameraConfig, readonly EntryProblem[]> {
  const parsed = cameraSchema.safeParse(entry);
  if (parsed.success) return ok(parsed.data);
  const tree = schemaTree(cameraSchema);
  const checked = { tree, value: entry, sourceOf: () => undefined, confidential: false };
  return fail(
    findingsOf(parsed.error.issues, checked).map(({ path, text }) => ({ key: keyText(path), text })),
  );
}

/** An entry without the keys that have no value, in the order given. */
export function entryOf(values: Readonly<Record<string, CameraEntry[string] | undefined>>): CameraEntry {
  return Object.fromEntries(
    Object.entries(values).filter((pair): pair is [string, CameraEntry[string]] => pair[1] !== undefined),
  );
}

const LONGEST_CODE = 64;

/** A code made of a name: "Cổng chính" → "cong-chinh"; with a number where that is taken. */
export function freeId(from: string, taken: ReadonlySet<string>): string {
  const plain = from
    .replaceAll(/[đĐ]/g, "d")
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_CODE - 4)
    .replaceAll(/^-+|-+$/g, "");
  const id = plain || "camera";
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? id : `${id}-${n}`;
    if (!taken.has(candidate)) return candidate;
  }
}
