import { dirname, join, resolve } from "node:path";
import { fail, ok, type Result } from "../base/result.ts";
import type { ConfigEdit } from "../io/config-edit.ts";
import { changeLogins } from "../io/config-edit-text.ts";
import type { LoadedConfig } from "../io/config-file.ts";
import type { Login } from "../model/camera.ts";
import { loginSchema } from "../model/config.ts";
import { loginOf } from "../model/login.ts";
import { cameraTexts as texts } from "../model/messages/cli-camera.ts";
import { fill, type Message } from "../model/messages/text.ts";
import { askLine, inputOf } from "./ask-secret.ts";
import { type CommandContext, type CommandOption, EXIT } from "./command.ts";
import { PROGRAM, usageProblem } from "./help.ts";

/** The user that makes of cameras have from the factory on. */
export const DEFAULT_USER = "admin";

/** How the login of a new credential is given. The password is never an argument. */
export const loginOptions = {
  user: { type: "string", value: "NAME", default: DEFAULT_USER, text: texts.optionUser },
  "password-stdin": { type: "boolean", text: texts.optionPasswordStdin },
} as const satisfies Record<string, CommandOption>;

interface LoginOptions {
  readonly user: string;
  readonly "password-stdin": boolean;
}

type Asking = Pick<CommandContext, "err" | "language" | "signal" | "stdin">;

export interface KnownLogin {
  readonly login: Login | undefined;
  /** Whether it does not stand in the secrets file yet. */
  readonly isNew: boolean;
}

/** Why no login was given: the person went away from the question, or what is wrong. */
export type AskProblem = { readonly kind: "stopped" } | { readonly kind: "wrong"; readonly text: Message };

/** Says it; gives the exit code. */
export function tellAskProblem(
  problem: AskProblem,
  command: string,
  { err, language }: Pick<CommandContext, "err" | "language">,
): number {
  if (problem.kind === "wrong") {
    err(usageProblem(`${PROGRAM} ${command}`, problem.text[language], language));
    return EXIT.wrongUsage;
  }
  err(`${texts.stopped[language]}\n`);
  return EXIT.notFine;
}

/** The login of a credential: from the secrets file, or asked for. */
export async function loginFor(
  credential: string | undefined,
  { secrets }: LoadedConfig,
  options: LoginOptions,
  asking: Asking,
): Promise<Result<KnownLogin, AskProblem>> {
  if (credential === undefined) return ok({ login: undefined, isNew: false });
  const login = loginOf(secrets, credential);
  if (login) return ok({ login, isNew: false });
  const asked = await askLogin(credential, options, asking);
  return asked.ok ? ok({ login: asked.value, isNew: true }) : asked;
}

export async function askLogin(
  credential: string,
  { user, "password-stdin": fromPipe }: LoginOptions,
  { err, language, signal, stdin }: Asking,
): Promise<Result<Login, AskProblem>> {
  const input = inputOf({ ...(stdin && { stdin }) });
  if (!input.isTTY && !fromPipe) return fail({ kind: "wrong", text: texts.passwordNowhere });
  const prompt = fill(texts.passwordPrompt, language, { user, credential });
  const password = await askLine(prompt, { input, tell: err, signal, echo: false });
  if (signal.aborted || (password === undefined && input.isTTY)) return fail({ kind: "stopped" });
  const login = loginSchema.safeParse({ username: user, password });
  return login.success && password !== ""
    ? ok(login.data)
    : fail({ kind: "wrong", text: texts.passwordInvalid });
}

/** Puts logins into the secrets file of a configuration, which may not be there yet. */
export function keepLogins(
  { secretsFile, config }: LoadedConfig,
  configFile: string,
  logins: ReadonlyMap<string, Login>,
): ConfigEdit["secrets"] {
  if (logins.size === 0) return undefined;
  const file = secretsFile ?? config.secrets ?? join(dirname(resolve(configFile)), "secrets.yaml");
  return { file, change: (text) => changeLogins(text, logins) };
}
