import { type Line, lineWidth, pad, type Span, span } from "./terminal.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Columns of the terminal that it keeps when there is too little room; default: all it needs. */
  readonly least?: number;
  /** Takes the room that is left, so that the columns after it keep their place whatever stands in it. */
  readonly grows?: true;
  /** Left out as a whole, highest first, when the table does not fit otherwise; absent: never. */
  readonly dispensable?: number;
}

const GAP = 2;

/** Natural widths, then narrowed from the widest that may shrink, until the row fits. */
function widthsOf(columns: readonly Column[], natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  const excess = () => widths.reduce((sum, width) => sum + width, GAP * (widths.length - 1)) - room;
  while (excess() > 0) {
    let widest = -1;
    columns.forEach((column, index) => {
      const width = widths[index] ?? 0;
      if (width > (column.least ?? natural[index] ?? 0) && width > (widths[widest] ?? 0)) widest = index;
    });
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  const growing = columns.findIndex(({ grows }) => grows);
  if (growing >= 0) widths[growing] = (widths[growing] ?? 0) + Math.max(0, -excess());
  return widths;
}

/** The indices of the columns that fit in `room`, in order. */
function chosen(columns: readonly Column[], natural: readonly number[], room: number): number[] {
  let indices = columns.map((_, index) => index);
  for (;;) {
    const least = indices.reduce(
      (sum, index) => sum + Math.min(natural[index] ?? 0, columns[index]?.least ?? natural[index] ?? 0),
      GAP * (indices.length - 1),
    );
    const ranked = indices
      .filter((index) => columns[index]?.dispensable !== undefined)
      .sort((a, b) => (columns[b]?.dispensable ?? 0) - (columns[a]?.dispensable ?? 0));
    const out = ranked[0];
    if (least <= room || out === undefined) return indices;
    indices = indices.filter((index) => index !== out);
  }
}

/** A table of `room` columns at most, its titles first. Cells that are missing are empty. */
export function table(columns: readonly Column[], rows: readonly (readonly Line[])[], room: number): Line[] {
  const titles = columns.map(({ title }): Line => [span(title, "dim")]);
  const natural = columns.map((_, index) =>
    Math.max(0, ...[titles, ...rows].map((row) => lineWidth(row[index] ?? []))),
  );
  const indices = chosen(columns, natural, room);
  const kept = indices.map((index) => columns[index] as Column);
  const widths = widthsOf(
    kept,
    indices.map((index) => natural[index] ?? 0),
    room,
  );
  return [titles, ...rows].map((row) =>
    indices.flatMap((index, place): Span[] => [
      ...(place === 0 ? [] : [span(" ".repeat(GAP))]),
      ...pad(row[index] ?? [], widths[place] ?? 0, kept[place]?.align),
    ]),
  );
}
