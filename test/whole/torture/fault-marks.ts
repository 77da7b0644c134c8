import type { FaultCounts } from "./counts.ts";

/** What is known at the end of events that were numbered from 0 as they were made. */
export interface NumberedEvents {
  /** How many were made. */
  readonly made: number;
  readonly accepted: readonly number[];
  /** Accepted, not received and not told to be gone. */
  readonly lost: readonly number[];
  /** Accepted and not received, as was told. */
  readonly gone: readonly number[];
  /** Events that arrived once more than needed. */
  readonly repeats: number;
}

/** Which fault each event belongs to: that which began last before it was made. */
export class FaultMarks {
  readonly #marks: { readonly name: string; readonly made: number; readonly repeats: number }[] = [];

  /** From here on; `made` and `repeats` are what there were before. */
  begin(name: string, { made, repeats }: Pick<NumberedEvents, "made" | "repeats">): void {
    const isFirst = this.#marks.length === 0;
    this.#marks.push({ name, made: isFirst ? 0 : made, repeats: isFirst ? 0 : repeats });
  }

  /** What came of each strike; ok where nothing is lost. */
  strikes({ made, accepted, lost, gone, repeats }: NumberedEvents): FaultCounts[] {
    const markOf = (event: number) => this.#marks.findLastIndex((mark) => mark.made <= event);
    const byMark = (events: readonly number[]) => {
      const all = Map.groupBy(events, markOf);
      return (index: number) => all.get(index)?.length ?? 0;
    };
    const [acceptedAt, lostAt, goneAt] = [byMark(accepted), byMark(lost), byMark(gone)];
    return this.#marks.map((mark, index) => {
      const next = this.#marks[index + 1] ?? { made, repeats };
      return {
        name: mark.name,
        made: next.made - mark.made,
        accepted: acceptedAt(index),
        received: acceptedAt(index) - lostAt(index) - goneAt(index),
        lost: lostAt(index),
        duplicated: next.repeats - mark.repeats,
        ok: lostAt(index) === 0,
      };
    });
  }
}
