import { access, constants, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { fail, ok, type Result } from "../base/result.ts";
import { type Config, configSchema, type Secrets } from "../model/config.ts";
import { crossChecks, issuesWithoutDriver } from "../model/config-checks.ts";
import { showFound } from "../model/config-found.ts";
import { valueAt } from "../model/config-issues.ts";
import { type ConfigProblem, type Finding, type KeyPath, keyText } from "../model/config-problem.ts";
import { warningsOf } from "../model/config-warnings.ts";
import { configTexts } from "../model/messages/config.ts";
import { describeForm } from "../model/messages/forms.ts";
import { compose, type Message } from "../model/messages/text.ts";
import { checkFile, fileProblem, shown } from "./checked-file.ts";
import { type LoadedSecrets, readSecrets } from "./secrets-file.ts";
import { readSmallFile, unreadable } from "./small-file.ts";
import { writtenFiles } from "./written-files.ts";

/** A configuration that holds together: valid, with every login and every file that it names. */
export interface LoadedConfig {
  /** All files in it are absolute. */
  readonly config: Config;
  readonly secrets: Secrets;
  /** The secrets file that was read; undefined where there is none. */
  readonly secretsFile: string | undefined;
  readonly warnings: readonly ConfigProblem[];
}

export interface ReadOptions {
  /** Takes the place of the secrets file that would be read, which is going to be replaced by it. */
  readonly secretsFile?: string | undefined;
  /** Logins may be named that are not there, and the secrets file with them: for whoever is about to put them in. */
  readonly loginsMayLack?: boolean | undefined;
}

/**
 * Reads config.yaml with its secrets. Either everything is right, or all problems are told at once, in order of
 * lines, those of the secrets file last. `env`: for systemd's CREDENTIALS_DIRECTORY.
 */
export async function readConfig(
  path: string,
  env: NodeJS.ProcessEnv = process.env,
  { secretsFile, loginsMayLack = false }: ReadOptions = {},
): Promise<Result<LoadedConfig, readonly ConfigProblem[]>> {
  const bytes = await readSmallFile(path);
  if (!bytes.ok)
    return fail([fileProblem(path, bytes.error.absent ? configTexts.configMissing : bytes.error.text)]);
  const { output, value, problems, problem } = checkFile(path, bytes.value, configSchema, {
    confidential: false,
    mayBeEmpty: false,
    findings: crossChecks,
    issues: issuesWithoutDriver,
  });
  if (value === undefined) return fail(shown(problems));

  const folder = dirname(resolve(path));
  const configured = secretsFile ?? fileAt(["secrets"], value, folder);
  const secrets = await readSecrets({ configured, folder, env, mayLack: loginsMayLack });
  const told = new Set(problems.map(({ key }) => key));
  const places = (await writtenFiles(value, path)).filter((finding) => !told.has(keyText(finding.path)));
  const findings = [
    ...(secrets.ok && !loginsMayLack ? unknownCredentials(value, secrets.value) : []),
    ...(await unreadableFiles(value, folder)),
    ...places.filter(({ severity }) => severity === "error"),
  ];
  if (!output || !secrets.ok || findings.length > 0)
    return fail([...shown([...problems, ...findings.map(problem)]), ...(secrets.ok ? [] : secrets.error)]);
  return ok({
    config: withAbsolutePaths(output, folder),
    secrets: secrets.value.secrets,
    secretsFile: secrets.value.file,
    // Those that are left: with an error among them it has not come this far.
    warnings: shown([...warningsOf(output), ...places].map(problem)),
  });
}

/** A file that the configuration names, absolute. */
function fileAt(path: KeyPath, value: unknown, folder: string): string | undefined {
  const file = valueAt(path, value);
  return typeof file === "string" && file !== "" ? resolve(folder, file) : undefined;
}

function withAbsolutePaths(config: Config, folder: string): Config {
  const { broker, journal, secrets } = config;
  const absolute = (file: string) => resolve(folder, file);
  return {
    ...config,
    statusFile: absolute(config.statusFile),
    journal: {
      ...journal,
      path: absolute(journal.path),
      ...(journal.signingKey === undefined ? {} : { signingKey: absolute(journal.signingKey) }),
    },
    broker: {
      ...broker,
      ...(broker.ca === undefined ? {} : { ca: absolute(broker.ca) }),
      ...(broker.certificate === undefined ? {} : { certificate: absolute(broker.certificate) }),
      ...(broker.key === undefined ? {} : { key: absolute(broker.key) }),
    },
    ...(secrets === undefined ? {} : { secrets: absolute(secrets) }),
  };
}

/** Entries that are named and do not exist. */
function unknownCredentials(value: unknown, { secrets, file, lookedFor }: LoadedSecrets): Finding[] {
  const cameras = valueAt(["cameras"], value);
  const paths: readonly KeyPath[] = [
    ["broker", "credential"],
    ...(Array.isArray(cameras) ? cameras : []).map((_, index) => ["cameras", index, "credential"]),
  ];
  const entries = Object.keys(secrets.credentials);
  const listed = entries.join(", ");
  const allowed: Message = entries.length > 0 ? { en: listed, vi: listed } : configTexts.noEntries;
  return paths.flatMap((path): Finding[] => {
    const entry = valueAt(path, value);
    if (typeof entry !== "string" || entry === "" || Object.hasOwn(secrets.credentials, entry)) return [];
    const found = showFound(entry, undefined);
    const text =
      file === undefined
        ? compose(configTexts.credentialWithoutSecrets, { found, secrets: lookedFor.join(", ") })
        : compose(configTexts.credentialUnknown, { found, allowed, secrets: basename(file) });
    return [{ severity: "error", kind: "credential", path, at: "value", found, allowed, text }];
  });
}

/** PEM files that are named and cannot be read. */
async function unreadableFiles(value: unknown, folder: string): Promise<Finding[]> {
  const findings = ["ca", "certificate", "key"].map(async (key): Promise<Finding[]> => {
    const path = ["broker", key];
    const file = fileAt(path, value, folder);
    if (file === undefined) return [];
    try {
      await access(file, constants.R_OK);
      if (!(await stat(file)).isDirectory()) return [];
      const found = showFound(valueAt(path, value), undefined);
      const text = compose(configTexts.isFolder, { found, allowed: describeForm({ kind: "file" }) });
      return [{ severity: "error", kind: "file", path, at: "value", found, text }];
    } catch (error) {
      const { text } = unreadable(file, error);
      return [{ severity: "error", kind: "file", path, at: "value", text }];
    }
  });
  return (await Promise.all(findings)).flat();
}
