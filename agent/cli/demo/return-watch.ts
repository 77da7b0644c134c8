import type { Event } from "../../model/event.ts";
import { demoTexts } from "../../model/messages/cli-demo.ts";
import { fill, type Language } from "../../model/messages/text.ts";

/** In what order things arrived at the unit after the broker was back. */
export class ReturnWatch {
  readonly #backAt: number;
  #arrivals: { readonly late: number; readonly fresh: number; readonly at: number }[] = [];

  /** `backAt`: wall milliseconds at which the broker took connections again. */
  constructor(backAt: number) {
    this.#backAt = backAt;
  }

  /** One message's events; `at` is monotonic milliseconds. */
  take(events: readonly Event[], at: number): void {
    const late = events.filter((event) => Date.parse(event.recordedtime) < this.#backAt).length;
    this.#arrivals.push({ late, fresh: events.length - late, at });
  }

  remark(language: Language): string | undefined {
    const bearing = this.#arrivals.filter(({ late }) => late > 0);
    const [first, last] = [bearing[0], bearing.at(-1)];
    if (!first || !last) return undefined;
    const overtook = this.#arrivals
      .slice(0, this.#arrivals.indexOf(last))
      .reduce((sum, { fresh }) => sum + fresh, 0);
    const text = overtook > 0 ? demoTexts.returnOvertaken : demoTexts.returnOrder;
    return fill(text, language, {
      backlog: bearing.reduce((sum, { late }) => sum + late, 0),
      messages: bearing.length,
      ms: Math.max(1, Math.round(last.at - first.at)),
      overtook,
    });
  }
}
