import { dirname, join, resolve } from "node:path";
import { fail, ok, type Result } from "../base/result.ts";
import type { ConfigEdit } from "../io/config-edit.ts";
import { changeLogins } from "../io/config-edit-text.ts";
import type { LoadedConfig } from "../io/config-file.ts";
import type { Login } from "../model/camera.ts";
import { loginSchema } from "../model/config.ts";
import { loginOf } from "../model/login.ts";
import { cameraTexts as texts } from "../model/messages/cli-camera.ts";
import { fill } from "../model/messages/text.ts";
import { askSecret, inputOf } from "./ask-secret.ts";
import type { CommandContext, CommandOption } from "./command.ts";

/** How the login of a new credential is given. The password is never an argument. */
export const loginOptions = {
  user: { type: "string", value: "NAME", default: "admin", text: texts.optionUser },
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

/** The login of a credential: from the secrets file, or asked for; the error is a sentence. */
export async function loginFor(
  credential: string | undefined,
  { secrets }: LoadedConfig,
  options: LoginOptions,
  asking: Asking,
): Promise<Result<KnownLogin, string>> {
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
): Promise<Result<Login, string>> {
  const input = inputOf({ ...(stdin && { stdin }) });
  if (!input.isTTY && !fromPipe) return fail(texts.passwordNowhere[language]);
  const prompt = fill(texts.passwordPrompt, language, { user, credential });
  const password = await askSecret(prompt, input, err, signal);
  const login = loginSchema.safeParse({ username: user, password });
  return login.success && password !== "" ? ok(login.data) : fail(texts.passwordInvalid[language]);
}

/** Puts logins into the secrets file of a configuration, which may not be there yet. */
export function keepLogins(
  { secretsFile }: LoadedConfig,
  configFile: string,
  logins: ReadonlyMap<string, Login>,
): ConfigEdit["secrets"] {
  if (logins.size === 0) return undefined;
  const file = secretsFile ?? join(dirname(resolve(configFile)), "secrets.yaml");
  return { file, change: (text) => changeLogins(text, logins) };
}
