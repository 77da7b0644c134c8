import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { fail, ok, type Result } from "../base/result.ts";
import { payloadOf } from "../core/received-line.ts";
import { type PublicKeys, readPublicKeys } from "../core/signed-text.ts";
import { paint } from "../core/terminal.ts";
import { Verifier } from "../core/verify.ts";
import { lineBatches } from "../io/line-batches.ts";
import { verifyTexts } from "../model/messages/cli-verify.ts";
import { fill } from "../model/messages/text.ts";
import { defineCommand, EXIT, jsonOption } from "./command.ts";
import { wantsColours } from "./live-screen.ts";
import { showVerify } from "./show-verify.ts";

export const command = defineCommand({
  summary: verifyTexts.summary,
  usage: verifyTexts.usage,
  arguments: [{ name: "FILE", text: verifyTexts.argumentFile }],
  options: {
    key: { type: "string", value: "FILE", text: verifyTexts.optionKey },
    site: { type: "string", value: "SITE", text: verifyTexts.optionSite },
    now: { type: "string", value: "TIME", text: verifyTexts.optionNow },
    json: jsonOption,
  },
  exitCodes: [
    { code: EXIT.fine, meaning: verifyTexts.exitFine },
    { code: EXIT.notFine, meaning: verifyTexts.exitNotFine },
    { code: EXIT.wrongUsage, meaning: verifyTexts.exitUsage },
    { code: EXIT.missing, meaning: verifyTexts.exitMissing },
  ],
  async run({ options, arguments: [file = "-"], env, err, language, out, stdoutIsTTY }) {
    const say = (message: keyof typeof verifyTexts, parameters: Readonly<Record<string, string>> = {}) =>
      err(`${fill(verifyTexts[message], language, parameters)}\n`);
    const { key: keyFile, now } = options;
    if (keyFile === undefined) {
      say("keyMissing");
      return EXIT.wrongUsage;
    }
    const until = now === undefined ? undefined : Date.parse(now);
    if (Number.isNaN(until)) {
      say("nowInvalid", { found: now ?? "" });
      return EXIT.wrongUsage;
    }
    const keys = await readKeys(keyFile);
    if (!keys.ok) {
      say("fileUnreadable", { file: keyFile, reason: keys.error });
      return EXIT.missing;
    }
    if (!keys.value) {
      say("keyInvalid", { file: keyFile });
      return EXIT.wrongUsage;
    }
    const verifier = new Verifier(keys.value, options.site);
    const read = await takeAll(file, verifier);
    if (!read.ok) {
      say("fileUnreadable", { file, reason: read.error });
      return EXIT.missing;
    }
    const report = verifier.report(until ?? Date.now());
    if (options.json) out(`${JSON.stringify(report)}\n`);
    else
      for (const line of showVerify(report, language))
        out(`${paint(line, stdoutIsTTY && wantsColours(env))}\n`);
    return report.ok ? EXIT.fine : EXIT.notFine;
  },
});

async function readKeys(file: string): Promise<Result<PublicKeys | undefined, string>> {
  try {
    return ok(readPublicKeys(await readFile(file, "utf8")));
  } catch (error) {
    return fail(reasonOf(error));
  }
}

/** Takes a file's messages line by line, so that its size does not matter. */
async function takeAll(file: string, verifier: Verifier): Promise<Result<void, string>> {
  try {
    for await (const lines of lineBatches(file === "-" ? process.stdin : createReadStream(file))) {
      for (const line of lines) {
        const payload = line && payloadOf(line);
        if (!payload) verifier.takeMalformed();
        else if (payload.length > 0) verifier.take(payload);
      }
    }
    return ok(undefined);
  } catch (error) {
    return fail(reasonOf(error));
  }
}

/** The system's code of a failed read; anything else is a bug. */
function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== "string") throw error;
  return code;
}
