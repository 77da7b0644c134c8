import { type LoadedConfig, readConfig } from "../io/config-file.ts";
import { type ConfigProblem, problemLine } from "../model/config-problem.ts";
import { checkConfigTexts as texts } from "../model/messages/cli-check-config.ts";
import { fill, type Language } from "../model/messages/text.ts";
import { configOption, defineCommand, EXIT, jsonOption } from "./command.ts";

export const command = defineCommand({
  summary: texts.summary,
  usage: texts.usage,
  options: { config: configOption, json: jsonOption },
  exitCodes: [
    { code: EXIT.fine, meaning: texts.exitFine },
    { code: EXIT.wrongUsage, meaning: texts.exitWrong },
  ],
  async run({ options, env, language, out, err }) {
    const read = await readConfig(options.config, env);
    const problems = read.ok ? read.value.warnings : read.error;
    if (options.json) {
      const summary = read.ok ? summaryOf(read.value) : null;
      out(`${JSON.stringify({ file: options.config, ok: read.ok, problems, summary }, null, 2)}\n`);
    } else {
      for (const problem of problems) err(`${problemLine(problem, language)}\n`);
      if (read.ok) out(summaryText(options.config, read.value, language));
      else err(`${fill(texts.errorCount, language, { count: countOf(problems) })}\n`);
    }
    return read.ok ? EXIT.fine : EXIT.wrongUsage;
  },
});

/** What was understood, for programs. */
function summaryOf({ config, secrets, secretsFile }: LoadedConfig) {
  const { site, unit, broker, journal, cameras } = config;
  return {
    site: { id: site.id, name: site.name },
    unit,
    broker: broker.url,
    secrets: secretsFile ? { file: secretsFile, entries: Object.keys(secrets.credentials).length } : null,
    journal: journal.path,
    cameras: {
      total: cameras.length,
      drivers: Object.fromEntries(
        Map.groupBy(cameras, ({ driver }) => driver)
          .entries()
          .map(([driver, group]) => [driver, group.length]),
      ),
      maintenance: cameras.filter(({ maintenance }) => maintenance).length,
    },
  };
}

function summaryText(file: string, loaded: LoadedConfig, language: Language): string {
  const { site, unit, broker, secrets, journal, cameras } = summaryOf(loaded);
  const drivers = Object.entries(cameras.drivers).map(([driver, count]) => `${driver}: ${count}`);
  const maintenance =
    cameras.maintenance > 0 ? [fill(texts.camerasMaintenance, language, { count: cameras.maintenance })] : [];
  const details = [...drivers, ...maintenance].join(", ");
  const rows = [
    [texts.site, `${site.id} (${site.name})`],
    [texts.unit, `${unit.id} (${unit.name})`],
    [texts.broker, broker],
    [
      texts.secrets,
      secrets
        ? fill(texts.secretsEntries, language, { file: secrets.file, count: secrets.entries })
        : fill(texts.secretsNone, language),
    ],
    [texts.journal, journal],
    [texts.cameras, details ? `${cameras.total} (${details})` : String(cameras.total)],
  ] as const;
  const width = Math.max(...rows.map(([label]) => label[language].length));
  const lines = rows.map(([label, value]) => `  ${label[language].padEnd(width)}  ${value}`);
  return `${[fill(texts.fine, language, { file }), ...lines].join("\n")}\n`;
}

/** The last problem may stand for more of them; its text says so. */
function countOf(problems: readonly ConfigProblem[]): string {
  return problems.at(-1)?.kind === "more" ? `> ${problems.length - 1}` : String(problems.length);
}
