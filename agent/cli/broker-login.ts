import { readFile, stat } from "node:fs/promises";
import { parse } from "yaml";
import { fail, ok, type Result } from "../base/result.ts";
import type { Login } from "../model/camera.ts";
import { loginSchema } from "../model/config.ts";
import { watchTexts } from "../model/messages/cli-watch.ts";
import { fill, type Language } from "../model/messages/text.ts";
import { askSecret } from "./ask-secret.ts";

const PASSWORD_VARIABLE = "CAMERA_AGENT_BROKER_PASSWORD";

export interface LoginSource {
  readonly user: string | undefined;
  readonly credentialFile: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly language: Language;
  readonly signal: AbortSignal;
}

/**
 * The login for the broker, or in words why it cannot be had. The password is never an argument, as every user of
 * a box sees the arguments of its processes: it comes from a private file, the environment, or a question asked.
 */
export async function brokerLogin(source: LoginSource): Promise<Result<Login | undefined, string>> {
  if (source.credentialFile !== undefined) return fromFile(source.credentialFile, source.language);
  if (source.user === undefined) return ok(undefined);
  const prompt = fill(watchTexts.passwordPrompt, source.language, { user: source.user });
  const tell = (text: string) => process.stderr.write(text);
  const ask = () => askSecret(prompt, process.stdin, tell, source.signal);
  const password = source.env[PASSWORD_VARIABLE] ?? (await ask());
  return ok({ username: source.user, password });
}

async function fromFile(file: string, language: Language): Promise<Result<Login, string>> {
  let text: string;
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) return fail(fill(watchTexts.fileOpen, language, { file }));
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fail(fill(watchTexts.fileUnreadable, language, { file, reason: code ?? message }));
  }
  try {
    return ok(loginSchema.parse(parse(text)));
  } catch {
    // The parser's own words would quote the file's content.
    return fail(fill(watchTexts.credentialInvalid, language, { file }));
  }
}
