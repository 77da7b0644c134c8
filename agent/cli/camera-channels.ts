import { fail, ok, type Result } from "../base/result.ts";
import { MOST_CHANNEL } from "../model/config-camera.ts";
import { importTexts as texts } from "../model/messages/cli-camera-import.ts";
import { compose, type Message } from "../model/messages/text.ts";
import { visible } from "../model/visible.ts";

/** "1-16", "1..16", with the dashes that spreadsheets and people make of a hyphen. */
const RANGE = /^(\d{1,6})\s*(?:-|–|—|\.\.+|…)\s*(\d{1,6})$/;
/** What spreadsheets make of 1-8, which is a day of January or August to them: "08-Jan", "08-thg 1", "01/08/2026". */
const DATE =
  /^\d{1,2}[-/ ]\p{L}{2,}\.? ?\d{0,2}$|^\p{L}{3,}[-/ ]\d{1,4}$|^\d{1,4}[-/]\d{1,2}[-/]\d{1,4}$|^\d{1,2}\/\d{1,4}$/u;

/**
 * The channels of a cell that names several: "1..16", "1-4, 7, 9-12", in the order in which they stand. Undefined of a
 * cell that names at most one.
 */
export function severalChannels(cell: string | undefined): Result<readonly number[], Message> | undefined {
  if (cell === undefined || /^\d*$/.test(cell)) return undefined;
  const found = visible(cell);
  if (DATE.test(cell)) return fail(compose(texts.channelDate, { found }));
  const channels = new Set<number>();
  for (const part of cell.split(/[,;]/)) {
    const text = part.trim();
    const range = RANGE.exec(text) ?? (/^\d{1,6}$/.test(text) ? ["", text, text] : undefined);
    // Neither a channel nor several: the schema tells what it should be.
    if (!range) return undefined;
    const [from, to] = [Number(range[1]), Number(range[2])];
    const beyond = [from, to].find((channel) => channel < 1 || channel > MOST_CHANNEL);
    if (beyond !== undefined)
      return fail(compose(texts.channelBeyond, { found: beyond, most: MOST_CHANNEL }));
    if (from > to)
      return fail(compose(texts.channelsBackwards, { found: visible(text), least: to, most: from }));
    for (let channel = from; channel <= to; channel++) {
      if (channels.has(channel)) return fail(compose(texts.channelTwice, { found: channel }));
      channels.add(channel);
    }
  }
  return ok([...channels]);
}
