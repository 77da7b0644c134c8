import type { Random } from "../../fakes/random.ts";
import type { Files, Original, Place } from "./rot-journal.ts";

const PAGE = 4_096;
const WAL_HEADER = 32;
const FRAME = 24 + PAGE;

/** A damaged copy of a journal, and what of it is as it was. */
export interface Rotten {
  readonly what: string;
  readonly files: Files;
  /** Positions of events whose bytes are all there, unchanged, in one place or another. */
  readonly intact: ReadonlySet<number>;
}

/** Bytes that a fault changed; `to` is the first behind them. */
type Touched = Place;

type Fault = (files: Files, random: Random) => readonly Touched[];

const anyFile = ({ main, wal }: Files, random: Random): keyof Files =>
  random.below(main.length + wal.length) < main.length ? "main" : "wal";

/** Start of a page, in the file or in the log. */
function anyPage(files: Files, random: Random): { readonly file: keyof Files; readonly at: number } {
  const file = anyFile(files, random);
  if (file === "main") return { file, at: PAGE * random.below(files.main.length / PAGE) };
  const frames = Math.floor((files.wal.length - WAL_HEADER) / FRAME);
  return { file, at: WAL_HEADER + FRAME * random.below(frames) + 24 };
}

function fillPage(files: Files, random: Random, byte: number): readonly Touched[] {
  const { file, at } = anyPage(files, random);
  files[file].fill(byte, at, at + PAGE);
  return [{ file, from: at, to: at + PAGE }];
}

function flip(files: Files, random: Random): Touched {
  const file = anyFile(files, random);
  const at = random.below(files[file].length);
  files[file][at] = (files[file][at] ?? 0) ^ (1 << random.below(8));
  return { file, from: at, to: at + 1 };
}

const faults: Readonly<Record<string, Fault>> = {
  "a bit flipped": (files, random) => [flip(files, random)],
  "eight bits flipped": (files, random) => Array.from({ length: 8 }, () => flip(files, random)),
  "a page zeroed": (files, random) => fillPage(files, random, 0),
  "a page of garbage": (files, random) => fillPage(files, random, 0xa5),
  "two pages swapped": (files, random) => {
    const [a, b] = [
      PAGE * random.below(files.main.length / PAGE),
      PAGE * random.below(files.main.length / PAGE),
    ];
    const kept = Buffer.from(files.main.subarray(a, a + PAGE));
    files.main.copy(files.main, a, b, b + PAGE);
    kept.copy(files.main, b);
    return [];
  },
  truncated: (files, random) => {
    const size = random.below(files.main.length);
    const touched: Touched = { file: "main", from: size, to: files.main.length };
    files.main = files.main.subarray(0, size);
    return [touched];
  },
};

/** One of the faults, in a copy. */
export function rot({ files, places }: Original, random: Random): Rotten {
  const names = Object.keys(faults);
  const what = names[random.below(names.length)] ?? "";
  const copy: Files = { main: Buffer.from(files.main), wal: Buffer.from(files.wal) };
  const touched = faults[what]?.(copy, random) ?? [];
  const spoils = (place: Place) =>
    touched.some(({ file, from, to }) => file === place.file && from < place.to && to > place.from);
  const intact = [...places].filter(([, all]) => !all.every(spoils)).map(([position]) => position);
  return { what, files: copy, intact: new Set(intact) };
}
