import { type FileHandle, open } from "node:fs/promises";
import { StoredJournal } from "../io/journal-content.ts";
import { journalTexts as texts } from "../model/messages/cli-journal.ts";
import { fill, type Message, type Parameters } from "../model/messages/text.ts";
import { defineCommand, EXIT } from "./command.ts";
import { journalPlace, readJournal, readOptions } from "./journal-place.ts";
import { chosenKinds, chosenSeqs, chosenSince, positionsOf, type WrongOption } from "./journal-selection.ts";

/** Bytes that are gathered into one write. */
const CHUNK_BYTES = 262_144;
const LINE_FEED = Buffer.from("\n");

export const command = defineCommand({
  summary: texts.summaryExport,
  usage: texts.usageExport,
  options: {
    ...readOptions,
    epoch: { type: "string", value: "EPOCH", text: texts.optionEpoch },
    from: { type: "string", value: "N", text: texts.optionFrom },
    to: { type: "string", value: "N", text: texts.optionTo },
    kind: { type: "string", value: "KIND", text: texts.optionKind },
    camera: { type: "string", value: "ID", text: texts.optionCamera },
    since: { type: "string", value: "TIME", text: texts.optionSince },
    out: { type: "string", short: "o", value: "FILE", text: texts.optionOut },
  },
  exitCodes: [
    { code: EXIT.fine, meaning: texts.exitExported },
    { code: EXIT.notFine, meaning: texts.exitExportedPart },
    { code: EXIT.wrongUsage, meaning: texts.exitUsage },
    { code: EXIT.missing, meaning: texts.exitNotExported },
  ],
  async run(context) {
    const { options, err, language, signal } = context;
    const say = (message: Message, parameters: Parameters = {}) =>
      err(`${fill(message, language, parameters)}\n`);
    const refuse = ({ message, parameters }: WrongOption) => {
      say(message, parameters);
      return EXIT.wrongUsage;
    };
    const kinds = chosenKinds(options.kind);
    if (!kinds.ok) return refuse(kinds.error);
    const since = chosenSince(options.since, Date.now());
    if (!since.ok) return refuse(since.error);
    const place = await journalPlace(context);
    if (!place) return EXIT.wrongUsage;
    const opened = await readJournal(place.path, options.work, context);
    if (!opened.ok) return opened.error;
    using reading = opened.value;
    const journal = new StoredJournal(reading.database);
    const epochs = journal.epochs();
    const seqs = chosenSeqs(options, epochs);
    if (!seqs.ok) return refuse(seqs.error);
    const { camera, out: file } = options;
    const rows = journal.rows({
      ...(seqs.value && positionsOf(seqs.value, epochs)),
      ...(kinds.value && { kinds: kinds.value }),
      ...(camera !== undefined && { camera }),
      ...(since.value !== undefined && { since: since.value }),
    });
    const bodies = bodiesOf(rows, signal);
    let written = 0;
    try {
      written = file === undefined ? toOutput(bodies, context.out) : await toFile(bodies, file);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined || file === undefined) throw error;
      say(texts.notWritten, { file, reason: code });
      return EXIT.missing;
    }
    if (file !== undefined) say(texts.exported, { n: written });
    if (journal.damage === undefined) return signal.aborted ? EXIT.missing : EXIT.fine;
    say(texts.damaged, { evidence: journal.damage });
    return EXIT.notFine;
  },
});

/** Stops where nobody reads any more. */
function* bodiesOf(
  rows: Iterable<{ readonly body: Uint8Array | null }>,
  signal: AbortSignal,
): Generator<Uint8Array> {
  for (const { body } of rows) {
    if (signal.aborted) return;
    if (body) yield body;
  }
}

function toOutput(bodies: Iterable<Uint8Array>, out: (text: Uint8Array) => void): number {
  let lines = 0;
  for (const { bytes, count } of chunks(bodies)) {
    out(bytes);
    lines += count;
  }
  return lines;
}

/** On the disk when it resolves. */
async function toFile(bodies: Iterable<Uint8Array>, path: string): Promise<number> {
  const file: FileHandle = await open(path, "wx", 0o600);
  try {
    let lines = 0;
    for (const { bytes, count } of chunks(bodies)) {
      await file.writeFile(bytes);
      lines += count;
    }
    await file.sync();
    return lines;
  } finally {
    await file.close();
  }
}

function* chunks(
  bodies: Iterable<Uint8Array>,
): Generator<{ readonly bytes: Buffer; readonly count: number }> {
  let pieces: Uint8Array[] = [];
  let held = 0;
  for (const body of bodies) {
    pieces.push(body, LINE_FEED);
    held += body.length + 1;
    if (held < CHUNK_BYTES) continue;
    yield { bytes: Buffer.concat(pieces), count: pieces.length / 2 };
    pieces = [];
    held = 0;
  }
  if (held > 0) yield { bytes: Buffer.concat(pieces), count: pieces.length / 2 };
}
