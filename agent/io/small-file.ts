import { readFile, stat } from "node:fs/promises";
import { fail, ok, type Result } from "../base/result.ts";
import { configTexts } from "../model/messages/config.ts";
import { compose, type Message } from "../model/messages/text.ts";

/** Largest configuration that is read. 512 cameras come to about 100 kB. */
const FILE_BYTES = 1_048_576;

export interface Unreadable {
  /** Whether there is no such file, which may be no error. */
  readonly absent: boolean;
  readonly text: Message;
}

/** Reads a whole regular file of at most `limit` bytes; the error says in words why it cannot. */
export async function readSmallFile(
  path: string,
  limit: number = FILE_BYTES,
): Promise<Result<Uint8Array, Unreadable>> {
  const refuse = (text: Message) => fail({ absent: false, text });
  try {
    const info = await stat(path);
    // Opening a pipe would wait for its writer.
    if (!info.isFile()) return refuse(compose(configTexts.fileNotRegular, { path }));
    if (info.size > limit) return refuse(compose(configTexts.fileTooLarge, { path, limit }));
    return ok(await readFile(path));
  } catch (error) {
    return fail(unreadable(path, error));
  }
}

/** An error of the file system in words. */
export function unreadable(path: string, error: unknown): Unreadable {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  if (code === "ENOENT" || code === "ENOTDIR")
    return { absent: true, text: compose(configTexts.fileMissing, { path }) };
  if (code === "EACCES" || code === "EPERM")
    return { absent: false, text: compose(configTexts.fileForbidden, { path }) };
  return { absent: false, text: compose(configTexts.fileUnreadable, { path, code }) };
}
