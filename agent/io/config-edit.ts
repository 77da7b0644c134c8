import { randomUUID } from "node:crypto";
import { type FileHandle, link, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fail, ok, type Result } from "../base/result.ts";
import type { ConfigProblem } from "../model/config-problem.ts";
import { configEditTexts as texts } from "../model/messages/config-edit.ts";
import { compose } from "../model/messages/text.ts";
import { fileProblem } from "./checked-file.ts";
import { readConfig } from "./config-file.ts";
import { readSmallFile } from "./small-file.ts";

/** Nothing was changed, and why. */
export type EditRefused = readonly ConfigProblem[];

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** A file that is going to be replaced: its new content is on the disk beside it. */
interface Replacement {
  readonly path: string;
  /** Undefined: it is not there yet. */
  readonly before: Uint8Array | undefined;
  readonly beside: string;
}

export interface ConfigEdit {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  /** The new text of config.yaml; undefined where the change cannot be written. Absent: it stays as it is. */
  readonly config?: ((text: string) => string | undefined) | undefined;
  /** The same of the secrets file; `text` is empty where there is none yet. */
  readonly secrets?: { readonly file: string; change(text: string): string | undefined } | undefined;
  /** Logins may be lacking also afterwards: a site that lacks several is mended one by one. */
  readonly loginsMayLack?: boolean;
}

/**
 * Changes config.yaml, the secrets file, or both: all of it or nothing. The new texts are written beside the files,
 * with their mode and owner, brought to the disk and read as the agent would read them; only then they take the
 * files' place, the logins first. What somebody else has changed meanwhile is never overwritten.
 */
export async function editConfig(edit: ConfigEdit): Promise<Result<void, EditRefused>> {
  const prepared = await prepareEdit(edit);
  return prepared.ok ? prepared.value.commit().finally(prepared.value.discard) : prepared;
}

export interface PreparedEdit {
  commit(): Promise<Result<void, EditRefused>>;
  /** Takes away what has not taken its file's place. */
  discard(): Promise<void>;
}

/** The first half of `editConfig`: everything is written and checked, and nothing has changed. */
export async function prepareEdit({
  file,
  env,
  config,
  secrets,
  loginsMayLack,
}: ConfigEdit): Promise<Result<PreparedEdit, EditRefused>> {
  const replacements: Replacement[] = [];
  const discard = async () => {
    for (const { beside } of replacements) await rm(beside, { force: true });
  };
  const refuse = async (problems: EditRefused) => {
    await discard();
    return fail(problems);
  };
  for (const [path, change] of [
    [secrets?.file, secrets?.change],
    [file, config ?? ((text: string) => text)],
  ] as const) {
    if (path === undefined || change === undefined) continue;
    const written = await writeBeside(path, change, path === file ? undefined : await newSecretsOwner(file));
    if (!written.ok) return refuse([written.error]);
    replacements.push(written.value);
  }
  const [newSecrets, newConfig] = secrets ? replacements : [undefined, ...replacements];
  if (!newConfig) return refuse([]);
  const read = await readConfig(newConfig.beside, env, { secretsFile: newSecrets?.beside, loginsMayLack });
  if (!read.ok) {
    const names = new Map(replacements.map(({ path, beside }) => [beside, path]));
    return refuse(
      read.error.map((problem) => ({ ...problem, file: names.get(problem.file) ?? problem.file })),
    );
  }
  return ok({ commit: () => commit(config ? replacements : replacements.slice(0, -1)), discard });
}

async function writeBeside(
  named: string,
  change: (text: string) => string | undefined,
  newOwner: Owner | undefined,
): Promise<Result<Replacement, ConfigProblem>> {
  // Of a link the file that it leads to is replaced.
  const path = await realpath(named).catch(() => named);
  const read = await readSmallFile(path);
  if (!read.ok && !(read.error.absent && newOwner)) return fail(fileProblem(named, read.error.text));
  const before = read.ok ? read.value : undefined;
  const text = change(new TextDecoder("utf-8", { ignoreBOM: true }).decode(before));
  if (text === undefined) return fail(fileProblem(named, texts.notWritable));
  const beside = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    const there = before ? await stat(path) : undefined;
    const handle = await open(beside, "wx", 0o600);
    try {
      await writeAs(handle, text, there ?? newOwner, there && there.mode & 0o7777);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return ok({ path, before, beside });
  } catch (error) {
    return fail(fileProblem(named, compose(texts.writeFailed, { reason: reasonOf(error) })));
  }
}

async function writeAs(handle: FileHandle, text: string, owner: Owner | undefined, mode: number | undefined) {
  const { uid, gid } = await handle.stat();
  if (owner && (owner.uid !== uid || owner.gid !== gid)) await handle.chown(owner.uid, owner.gid);
  if (mode !== undefined) await handle.chmod(mode);
  await handle.writeFile(text);
  await handle.sync();
}

async function commit(replacements: readonly Replacement[]): Promise<Result<void, EditRefused>> {
  for (const { path, before } of replacements) {
    const now = await readFile(path).catch(() => undefined);
    const same = now && before ? Buffer.compare(now, before) === 0 : now === before;
    if (!same) return fail([fileProblem(path, texts.changedMeanwhile)]);
  }
  for (const [index, { path, before, beside }] of replacements.entries()) {
    try {
      // A second name for the old file, with its mode and owner; a file system without such can take nothing back.
      if (before) await link(path, keptAt(beside)).catch(() => undefined);
      await rename(beside, path);
      await syncFolder(dirname(path));
    } catch (error) {
      for (const one of replacements.slice(0, index + 1)) await takeBack(one);
      return fail([fileProblem(path, compose(texts.writeFailed, { reason: reasonOf(error) }))]);
    }
  }
  for (const { beside } of replacements) await rm(keptAt(beside), { force: true });
  return ok(undefined);
}

const keptAt = (beside: string) => `${beside}.old`;

async function takeBack({ path, before, beside }: Replacement): Promise<void> {
  const kept = keptAt(beside);
  if (before) await rename(kept, path).catch(() => undefined);
  else await rm(path, { force: true });
  // Of a file that was not replaced yet both names are still there.
  await rm(kept, { force: true });
}

/** A rename lasts over a power cut once its folder is on the disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

const AGENT_USER = /^camera-agent:[^:]*:(\d+):(\d+):/m;

/** Whom a new secrets file belongs to: root makes it for the agent's user, who alone may read it. */
async function newSecretsOwner(configFile: string): Promise<Owner> {
  const { uid, gid } = await stat(configFile);
  const own = { uid: process.getuid?.() ?? uid, gid: process.getgid?.() ?? gid };
  if (own.uid !== 0) return own;
  const agent = AGENT_USER.exec(await readFile("/etc/passwd", "utf8"));
  return agent ? { uid: Number(agent[1]), gid: Number(agent[2]) } : { uid, gid };
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
