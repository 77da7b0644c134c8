import { type Line, paint } from "../core/terminal.ts";
import { StoredJournal } from "../io/journal-content.ts";
import { isInUse } from "../io/journal-reader.ts";
import { configSchema } from "../model/config.ts";
import { journalTexts as texts } from "../model/messages/cli-journal.ts";
import { fill, localTime } from "../model/messages/text.ts";
import { type CommandContext, defineCommand, EXIT, jsonOption } from "./command.ts";
import { journalFigures } from "./journal-figures.ts";
import { journalPlace, type Place, readJournal, readOptions } from "./journal-place.ts";
import { wantsColours } from "./live-screen.ts";
import { readStatus } from "./read-status.ts";
import { type Limits, showDeadLetters, showFigures, showJournalHead, showTold } from "./show-journal.ts";

/** Where an agent writes it whose configuration names no other place. */
const USUAL_STATUS_FILE = configSchema.shape.statusFile.parse(undefined);

export const command = defineCommand({
  summary: texts.summaryStatus,
  usage: texts.usageStatus,
  options: { ...readOptions, copy: { type: "boolean", text: texts.optionCopy }, json: jsonOption },
  exitCodes: [
    { code: EXIT.fine, meaning: texts.exitRead },
    { code: EXIT.notFine, meaning: texts.exitWrong },
    { code: EXIT.wrongUsage, meaning: texts.exitUsage },
    { code: EXIT.missing, meaning: texts.exitMissing },
  ],
  async run(context) {
    const { options, env, language, out, stdoutIsTTY } = context;
    const place = await journalPlace(context);
    if (!place) return EXIT.wrongUsage;
    const write = (lines: readonly Line[]) => {
      for (const line of lines) out(`${paint(line, stdoutIsTTY && wantsColours(env))}\n`);
    };
    if (!options.copy && isInUse(place.path)) return tellRunning(place, options.json, context, write);
    const opened = await readJournal(place.path, options.work, context);
    if (!opened.ok) return opened.error;
    using reading = opened.value;
    const { isCopy } = reading;
    const journal = new StoredJournal(reading.database);
    const figures = journalFigures(journal);
    const { site, damage = null } = journal;
    const limits = place.config && limitsOf(place.config.journal);
    if (options.json)
      out(`${JSON.stringify({ running: isCopy, isCopy, site, damage, ...limits, ...figures })}\n`);
    else {
      write(showJournalHead(place.path, site, isCopy, damage, language));
      write(showFigures(figures, limits, language, Date.now()));
    }
    return damage === null ? EXIT.fine : EXIT.notFine;
  },
});

const limitsOf = ({ maxSize, maxEvents }: Limits): Limits => ({ maxSize, maxEvents });

/** The agent's own word, as its file cannot be read while it runs. */
async function tellRunning(
  { path, config }: Place,
  json: boolean,
  { err, out, language }: Pick<CommandContext, "err" | "out" | "language">,
  write: (lines: readonly Line[]) => void,
): Promise<number> {
  const read = await readStatus(config?.statusFile ?? USUAL_STATUS_FILE);
  if (read.kind !== "read") {
    err(`${fill(texts.inUseNoStatus, language, { path })} (${read.text[language]})\n`);
    return EXIT.missing;
  }
  const { site, writtenAt, health } = read.status;
  if (json)
    out(
      `${JSON.stringify({ running: true, isCopy: false, site: site.id, writtenAt, told: health.journal, deadLetters: health.uplink.deadLetters ?? [] })}\n`,
    );
  else {
    write(showJournalHead(path, site.id, false, null, language));
    write([
      [{ text: fill(texts.fromStatus, language, { at: localTime(Date.parse(writtenAt)) }), styles: ["dim"] }],
    ]);
    write(showTold(health.journal, language));
    write(showDeadLetters(health.uplink, language));
  }
  const fine = health.journal.fault === undefined && health.journal.refused === 0;
  return fine ? EXIT.fine : EXIT.notFine;
}
