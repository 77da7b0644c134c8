import { existsSync } from "node:fs";
import { paint, span } from "../core/terminal.ts";
import { openForResend } from "../io/journal-resend.ts";
import { journalTexts as texts } from "../model/messages/cli-journal.ts";
import { journalFaults } from "../model/messages/journal.ts";
import { fill } from "../model/messages/text.ts";
import { defineCommand, EXIT, jsonOption } from "./command.ts";
import { journalPlace, placeOptions } from "./journal-place.ts";
import { chosenSeqs } from "./journal-selection.ts";
import { wantsColours } from "./live-screen.ts";
import { namedRanges } from "./show-journal.ts";

export const command = defineCommand({
  summary: texts.summaryResend,
  usage: texts.usageResend,
  options: {
    ...placeOptions,
    epoch: { type: "string", value: "EPOCH", text: texts.optionEpoch },
    from: { type: "string", value: "N", text: texts.optionFrom },
    to: { type: "string", value: "N", text: texts.optionTo },
    "dead-letters": { type: "boolean", text: texts.optionDeadLetters },
    json: jsonOption,
  },
  exitCodes: [
    { code: EXIT.fine, meaning: texts.exitResend },
    { code: EXIT.notFine, meaning: texts.exitResendPart },
    { code: EXIT.wrongUsage, meaning: texts.exitUsage },
    { code: EXIT.missing, meaning: texts.exitResendMissing },
  ],
  async run(context) {
    const { options, env, err, language, out, stdoutIsTTY } = context;
    const named = [options.from, options.to, options.epoch].some((option) => option !== undefined);
    const wrong = options["dead-letters"]
      ? named && texts.rangeTooMuch
      : (options.from === undefined || options.to === undefined) && texts.rangeMissing;
    if (wrong) {
      err(`${wrong[language]}\n`);
      return EXIT.wrongUsage;
    }
    const place = await journalPlace(context);
    if (!place) return EXIT.wrongUsage;
    const { path } = place;
    if (!existsSync(path)) {
      err(`${fill(texts.absent, language, { path })}\n${texts.absentNext[language]}\n`);
      return EXIT.missing;
    }
    const opened = openForResend(path);
    if (!opened.ok) {
      const { kind, evidence } = opened.error;
      const { text, next } =
        kind === "in-use" ? { ...journalFaults[kind], next: texts["in-useNext"] } : journalFaults[kind];
      err(`${fill(text, language, { path })} (${evidence})\n${fill(next, language, { path })}\n`);
      return EXIT.missing;
    }
    using journal = opened.value;
    const seqs = chosenSeqs(options, journal.epochs);
    if (!seqs.ok) {
      err(`${fill(seqs.error.message, language, seqs.error.parameters)}\n`);
      return EXIT.wrongUsage;
    }
    const { marked, waiting, gone } = seqs.value
      ? journal.markUndelivered(seqs.value)
      : journal.markDeadLetters();
    const count = gone.reduce((sum, [from, to]) => sum + to - from + 1, 0);
    if (options.json) out(`${JSON.stringify({ marked, waiting, gone })}\n`);
    else {
      const colours = stdoutIsTTY && wantsColours(env);
      const lines = [
        [span(fill(texts.resendMarked, language, { n: marked }))],
        ...(waiting > 0 ? [[span(fill(texts.resendWaiting, language, { n: waiting }), "dim")]] : []),
        ...(count > 0
          ? [[span(`✖ ${fill(texts.resendGone, language, { n: count, ranges: namedRanges(gone) })}`, "red")]]
          : []),
      ];
      for (const line of lines) out(`${paint(line, colours)}\n`);
    }
    return count > 0 ? EXIT.notFine : EXIT.fine;
  },
});
