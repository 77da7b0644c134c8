import { stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { fail, ok, type Result } from "../base/result.ts";
import { type Secrets, secretsSchema } from "../model/config.ts";
import type { ConfigProblem } from "../model/config-problem.ts";
import { configTexts } from "../model/messages/config.ts";
import { compose } from "../model/messages/text.ts";
import { checkFile, fileProblem, shown } from "./checked-file.ts";
import { readSmallFile, unreadable } from "./small-file.ts";

export interface LoadedSecrets {
  readonly secrets: Secrets;
  /** The file that was read; undefined where there is none and none was asked for. */
  readonly file: string | undefined;
  /** Where it was looked for, in order. */
  readonly lookedFor: readonly string[];
}

export interface SecretsRequest {
  /** `secrets` of the configuration, absolute. */
  readonly configured: string | undefined;
  /** Folder of config.yaml. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether the configured file may not be there yet. */
  readonly mayLack?: boolean;
}

const OTHERS = 0o077;

/**
 * Reads the logins: from the configured file, else from the systemd credential `secrets`, else from secrets.yaml
 * beside the configuration. None of the latter two means no logins. A file that others may read is refused.
 * Errors never hold a value of the file.
 */
export async function readSecrets(
  request: SecretsRequest,
): Promise<Result<LoadedSecrets, readonly ConfigProblem[]>> {
  const lookedFor = candidates(request);
  for (const file of lookedFor) {
    const bytes = await readSmallFile(file);
    if (!bytes.ok) {
      if (bytes.error.absent && (request.configured === undefined || request.mayLack)) continue;
      return fail([fileProblem(file, bytes.error.text)]);
    }
    const open = await openToOthers(file, request.env.CREDENTIALS_DIRECTORY);
    if (open) return fail([open]);
    const { output, problems } = checkFile(file, bytes.value, secretsSchema, {
      confidential: true,
      mayBeEmpty: true,
    });
    return output ? ok({ secrets: output, file, lookedFor }) : fail(shown(problems));
  }
  return ok({ secrets: { credentials: {} }, file: undefined, lookedFor });
}

function candidates({ configured, folder, env }: SecretsRequest): string[] {
  if (configured !== undefined) return [configured];
  const credential = env.CREDENTIALS_DIRECTORY ? [join(env.CREDENTIALS_DIRECTORY, "secrets")] : [];
  return [...credential, join(folder, "secrets.yaml")];
}

/** systemd guards its credentials by the folder and may show them as 0440; everywhere else the mode must. */
async function openToOthers(
  file: string,
  credentials: string | undefined,
): Promise<ConfigProblem | undefined> {
  if (credentials && !relative(resolve(credentials), resolve(file)).startsWith("..")) return undefined;
  try {
    const { mode } = await stat(file);
    if ((mode & OTHERS) === 0) return undefined;
    const shown = (mode & 0o7777).toString(8).padStart(4, "0");
    return fileProblem(file, compose(configTexts.fileOpenToOthers, { path: file, mode: shown }));
  } catch (error) {
    return fileProblem(file, unreadable(file, error).text);
  }
}
