import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { showFound } from "../model/config-found.ts";
import { valueAt } from "../model/config-issues.ts";
import { type Finding, type KeyPath, keyText } from "../model/config-problem.ts";
import { configTexts } from "../model/messages/config.ts";
import { describeForm } from "../model/messages/forms.ts";
import { compose } from "../model/messages/text.ts";

/** Keys of files that the agent writes, and of those that it only reads. */
const WRITTEN: readonly KeyPath[] = [["journal", "path"], ["statusFile"]];
const READ: readonly KeyPath[] = [
  ["secrets"],
  ["broker", "ca"],
  ["broker", "certificate"],
  ["broker", "key"],
];

/** systemd makes these when the agent starts, and takes the second away when it ends. */
const MADE_BY_SYSTEMD = new Set(["/var/lib/camera-agent", "/run/camera-agent"]);

/**
 * What is wrong with the places of the files that the agent writes, as they are now: a folder or a device, a way
 * that leads through a file, a file that is needed for something else. A folder that is missing is a warning. `value`:
 * the configuration as YAML gave it; defaults are not looked at.
 */
export async function writtenFiles(value: unknown, configFile: string): Promise<Finding[]> {
  const folder = dirname(resolve(configFile));
  const found = await Promise.all(
    WRITTEN.map(async (path, index): Promise<Finding | undefined> => {
      const written = textAt(path, value);
      if (written === undefined) return undefined;
      const file = resolve(folder, written);
      const others = [...WRITTEN.slice(0, index), ...READ];
      const other = others.find((key) => resolvedAt(key, value, folder) === file);
      const shown = showFound(written, undefined);
      const error = (text: Finding["text"]): Finding => ({
        severity: "error",
        kind: "file",
        path,
        at: "value",
        found: shown,
        text,
      });
      if (file === resolve(configFile)) return error(compose(configTexts.sameAsConfig, { found: shown }));
      if (other) return error(compose(configTexts.sameFile, { found: shown, other: keyText(other) }));
      const there = await statOf(file);
      const allowed = describeForm({ kind: "file" });
      if (there?.isDirectory()) return error(compose(configTexts.isFolder, { found: shown, allowed }));
      if (there && !there.isFile()) return error(compose(configTexts.isDevice, { found: shown, allowed }));
      if (there) return undefined;
      const above = await nearestAbove(file);
      if (above && !above.folder)
        return error(compose(configTexts.belowFile, { found: shown, file: above.path }));
      const parent = dirname(file);
      if (!above || above.path === parent || MADE_BY_SYSTEMD.has(parent)) return undefined;
      const text = compose(configTexts.folderMissing, { folder: parent });
      return { severity: "warning", kind: "file", path, at: "value", text };
    }),
  );
  return found.filter((finding) => finding !== undefined);
}

function textAt(path: KeyPath, value: unknown): string | undefined {
  const text = valueAt(path, value);
  return typeof text === "string" && text !== "" ? text : undefined;
}

function resolvedAt(path: KeyPath, value: unknown, folder: string): string | undefined {
  const text = textAt(path, value);
  return text === undefined ? undefined : resolve(folder, text);
}

/** Undefined where there is nothing, or nothing that this user may know of. */
async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}

/** The nearest thing on the way to a file that exists. */
async function nearestAbove(
  file: string,
): Promise<{ readonly path: string; readonly folder: boolean } | undefined> {
  for (let path = dirname(file); ; path = dirname(path)) {
    const there = await statOf(path);
    if (there) return { path, folder: there.isDirectory() };
    if (path === dirname(path)) return undefined;
  }
}
