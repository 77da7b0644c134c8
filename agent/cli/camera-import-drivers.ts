import type { CameraEntry } from "../io/config-edit-text.ts";
import type { CameraConfig } from "../model/config.ts";
import { verbatim } from "../model/config-problem.ts";
import { importTexts as texts } from "../model/messages/cli-camera-import.ts";
import { compose, type Language, type Message } from "../model/messages/text.ts";
import { checkEntry, entryOf } from "./camera-entry.ts";
import { sideBySide } from "./camera-look.ts";
import { placeKey } from "./camera-place.ts";
import { identifying, reach } from "./camera-reach.ts";
import { onePerRow, type TableCamera, type TableProblem } from "./camera-table.ts";
import { Taken } from "./camera-taken.ts";

const AT_ONCE = 16;

interface Found {
  readonly entry: CameraEntry;
  readonly camera: CameraConfig;
}

/**
 * The cameras in the table's order, with the drivers that the devices themselves showed where it names none. A device
 * is asked once, whatever the number of its channels. `known`: the cameras of the configuration.
 */
export async function withDrivers(
  cameras: readonly TableCamera[],
  known: readonly CameraConfig[],
  language: Language,
  signal: AbortSignal,
): Promise<{ readonly found: readonly Found[]; readonly problems: readonly TableProblem[] }> {
  const identify = identifying();
  const read = new Map<TableCamera, Found | readonly Message[]>();
  const complete = async (row: TableCamera) => {
    read.set(row, await completed(row, language, signal, identify));
  };
  await sideBySide(cameras, AT_ONCE, complete, signal);

  const taken = new Taken(known);
  const found: Found[] = [];
  const problems = new Map<number, (readonly Message[])[]>();
  for (const row of cameras) {
    const one: Found | readonly Message[] = read.get(row) ?? [];
    const told =
      "camera" in one
        ? [taken.place(placeKey(one.camera), row.line)].filter((text) => text !== undefined)
        : one;
    if ("camera" in one) found.push(one);
    problems.set(row.line, [...(problems.get(row.line) ?? []), told]);
  }
  return {
    found,
    problems: [...problems].flatMap(([line, told]) => onePerRow(told).map((text) => ({ line, text }))),
  };
}

async function completed(
  { entry: written, camera }: TableCamera,
  language: Language,
  signal: AbortSignal,
  identify: ReturnType<typeof identifying>,
): Promise<Found | readonly Message[]> {
  if (camera) return { entry: written, camera };
  const { id, name, credential, address, channel, stream, rtspPort } = written;
  const place = {
    address: String(address),
    ...(typeof channel === "number" && { channel }),
    ...(typeof rtspPort === "number" && { rtspPort }),
    ...(typeof stream === "string" && { stream }),
  };
  const reached = await reach(place, language, signal, identify);
  if (!reached.ok) return [verbatim(reached.error)];
  const [way] = reached.value.ways;
  if (way?.driver === "onvif" && typeof channel === "number" && channel > 1)
    return [compose(texts.channelsNone, { found: channel, driver: "onvif" })];
  const entry = entryOf({ id, name, ...way, credential });
  const checked = checkEntry(entry);
  return checked.ok ? { entry, camera: checked.value } : checked.error.map(({ text }) => text);
}
