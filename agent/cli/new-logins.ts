import { fail, ok, type Result } from "../base/result.ts";
import type { Login } from "../model/camera.ts";
import { loginSchema } from "../model/config.ts";
import { cameraTexts } from "../model/messages/cli-camera.ts";
import { importTexts as texts } from "../model/messages/cli-camera-import.ts";
import { compose, fill, type Message } from "../model/messages/text.ts";
import { askLine, type Input, inputOf } from "./ask-secret.ts";
import { type AskProblem, askLogin, DEFAULT_USER } from "./camera-credential.ts";
import type { CommandContext, CommandOption } from "./command.ts";

/** How the logins of several new credentials are given. No password is ever an argument. */
export const newLoginOptions = {
  user: { type: "string", value: "NAME", text: texts.optionUser },
  "password-stdin": { type: "boolean", text: texts.optionPasswordStdin },
  "logins-stdin": { type: "boolean", text: texts.optionLoginsStdin },
} as const satisfies Record<string, CommandOption>;

interface NewLoginOptions {
  readonly user: string | undefined;
  readonly "password-stdin": boolean;
  readonly "logins-stdin": boolean;
}

type Asking = Pick<CommandContext, "err" | "language" | "signal" | "stdin">;

/** Far more than a site's credentials. */
const MOST_BYTES = 65_536;

/** The logins of credentials that are new: asked for one after the other in a terminal, or read from a pipe. */
export async function askLogins(
  credentials: readonly string[],
  options: NewLoginOptions,
  asking: Asking,
): Promise<Result<ReadonlyMap<string, Login>, AskProblem>> {
  const wrong = (text: Message) => fail({ kind: "wrong", text } as const);
  const input = inputOf(asking.stdin ? { stdin: asking.stdin } : {});
  const named = credentials.join(", ");
  if (options["logins-stdin"] && options["password-stdin"]) return wrong(texts.onePipeOnly);
  if (credentials.length === 0) return ok(new Map());
  if (options["logins-stdin"]) {
    const text = await readAll(input, asking.signal);
    if (asking.signal.aborted) return fail({ kind: "stopped" });
    const read = text === undefined ? fail(texts.loginsTooLong) : readLogins(text, credentials, options.user);
    return read.ok ? read : wrong(read.error);
  }
  if (credentials.length > 1 && options["password-stdin"])
    return wrong(compose(texts.onePipe, { credentials: named }));
  if (credentials.length > 1 && !input.isTTY)
    return wrong(compose(texts.loginsNowhere, { credentials: named }));
  const logins = new Map<string, Login>();
  for (const credential of credentials) {
    const user = options.user ?? (await askUser(credential, input, asking));
    if (user === undefined) return fail({ kind: "stopped" });
    const asked = await askLogin(credential, { ...options, user }, asking);
    if (!asked.ok) return asked;
    logins.set(credential, asked.value);
  }
  return ok(logins);
}

/** Of each credential, as makes have users of their own; the usual one where nobody can be asked. */
async function askUser(
  credential: string,
  input: Input,
  { err, language, signal }: Asking,
): Promise<string | undefined> {
  if (!input.isTTY) return DEFAULT_USER;
  const prompt = fill(texts.userPrompt, language, { credential, user: DEFAULT_USER });
  const typed = await askLine(prompt, { input, tell: err, signal, echo: true });
  return typed === undefined ? undefined : typed.trim() || DEFAULT_USER;
}

/**
 * One login a line, in any order: `credential:user:password`. All behind the second colon is the password, whatever is
 * in it; an empty user is the usual one. Problems never hold anything of a line, which may be a password.
 */
function readLogins(
  text: string,
  credentials: readonly string[],
  user = DEFAULT_USER,
): Result<ReadonlyMap<string, Login>, Message> {
  const named = credentials.join(", ");
  const byLength = credentials.toSorted((a, b) => b.length - a.length);
  const logins = new Map<string, Login>();
  for (const [index, written] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (written === "") continue;
    const line = index + 1;
    const credential = byLength.find((one) => written.startsWith(`${one}:`));
    if (credential === undefined) return fail(compose(texts.loginOfNone, { line, credentials: named }));
    const rest = written.slice(credential.length + 1);
    const colon = rest.indexOf(":");
    if (colon === -1) return fail(compose(texts.loginForm, { line }));
    if (logins.has(credential)) return fail(compose(texts.loginTwice, { line, credential }));
    const password = rest.slice(colon + 1);
    const login = loginSchema.safeParse({ username: rest.slice(0, colon) || user, password });
    if (!login.success || password === "")
      return fail(compose(texts.loginWrong, { line, what: cameraTexts.passwordInvalid }));
    logins.set(credential, login.data);
  }
  const missing = credentials.filter((credential) => !logins.has(credential));
  return missing.length === 0
    ? ok(logins)
    : fail(compose(texts.loginsMissing, { credentials: missing.join(", ") }));
}

/** Undefined when it is too long. */
async function readAll(input: Input, signal: AbortSignal): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const end = () => (input as Input & { destroy?(): void }).destroy?.();
  signal.addEventListener("abort", end, { once: true });
  try {
    for await (const part of input as AsyncIterable<Buffer | string>) {
      const buffer = Buffer.from(part as string);
      bytes += buffer.byteLength;
      if (bytes > MOST_BYTES) return undefined;
      parts.push(buffer);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", end);
  }
  return Buffer.concat(parts).toString("utf8");
}
