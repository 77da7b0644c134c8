import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type PublicKeys, readPublicKeys } from "../core/signed-text.ts";
import { type Line, paint, span } from "../core/terminal.ts";
import { verifyJournal } from "../core/verify-journal.ts";
import { StoredJournal } from "../io/journal-content.ts";
import { readSigningKey } from "../io/signing-key.ts";
import { journalTexts as texts } from "../model/messages/cli-journal.ts";
import { verifyTexts } from "../model/messages/cli-verify.ts";
import { fill } from "../model/messages/text.ts";
import { type CommandContext, defineCommand, EXIT, jsonOption } from "./command.ts";
import { journalPlace, type Place, readJournal, readOptions } from "./journal-place.ts";
import { wantsColours } from "./live-screen.ts";
import { showJournalHead, showJournalReport } from "./show-journal.ts";

export const command = defineCommand({
  summary: texts.summaryVerify,
  usage: texts.usageVerify,
  options: {
    ...readOptions,
    key: { type: "string", value: "FILE", text: texts.optionKey },
    json: jsonOption,
  },
  exitCodes: [
    { code: EXIT.fine, meaning: texts.exitVerified },
    { code: EXIT.notFine, meaning: texts.exitNotVerified },
    { code: EXIT.wrongUsage, meaning: texts.exitUsage },
    { code: EXIT.missing, meaning: texts.exitMissing },
  ],
  async run(context) {
    const { options, env, language, out, stdoutIsTTY } = context;
    const place = await journalPlace(context);
    if (!place) return EXIT.wrongUsage;
    const keys = await keysFor(place, options.key, context);
    if (typeof keys === "number") return keys;
    const opened = await readJournal(place.path, options.work, context);
    if (!opened.ok) return opened.error;
    using reading = opened.value;
    const journal = new StoredJournal(reading.database);
    const report = verifyJournal(journal.content(), keys, reading.isCopy ? Date.now() : undefined);
    const damage = journal.damage ?? null;
    const ok = report.ok && damage === null;
    if (options.json) {
      out(`${JSON.stringify({ ...report, ok, site: journal.site, isCopy: reading.isCopy, damage })}\n`);
    } else {
      const verdict: Line = ok
        ? [span(`✔ ${verifyTexts.ok[language]}`, "green", "bold")]
        : [span(`✖ ${verifyTexts.notOk[language]}`, "red", "bold")];
      const head = showJournalHead(place.path, journal.site, reading.isCopy, damage, language);
      for (const line of [...head, ...showJournalReport(report, language), verdict])
        out(`${paint(line, stdoutIsTTY && wantsColours(env))}\n`);
    }
    return ok ? EXIT.fine : EXIT.notFine;
  },
});

/** The given public keys, else that of the key that the journal is signed with; else the exit code. */
async function keysFor(
  { path, config }: Place,
  file: string | undefined,
  { err, language }: Pick<CommandContext, "err" | "language">,
): Promise<PublicKeys | number> {
  if (file === undefined) {
    const signer = await readSigningKey(config?.journal.signingKey ?? join(dirname(path), "signing.key"));
    const keys = signer !== "absent" && signer.ok ? readPublicKeys(signer.value.publicKey) : undefined;
    if (!keys) err(`${texts.noKey[language]}\n`);
    return keys ?? EXIT.missing;
  }
  try {
    const keys = readPublicKeys(await readFile(file, "utf8"));
    if (!keys) err(`${fill(verifyTexts.keyInvalid, language, { file })}\n`);
    return keys ?? EXIT.wrongUsage;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    err(`${fill(verifyTexts.fileUnreadable, language, { file, reason: code })}\n`);
    return EXIT.missing;
  }
}
