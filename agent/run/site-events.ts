import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { EventKind, SiteData } from "../model/event.ts";
import type { Journal, StoredEvent } from "../model/journal.ts";
import { daemonTexts } from "../model/messages/daemon.ts";
import { fill, type Language } from "../model/messages/text.ts";
import type { Recorder } from "./recorder.ts";

export interface SiteEventPorts {
  readonly clock: Pick<Clock, "wall">;
  readonly log: Pick<Log, "warn">;
  readonly version: string;
  readonly journal: Pick<Journal, "recovery" | "recoveryTold">;
  readonly recorder: Pick<Recorder, "record">;
}

/** What happens to the agent itself, as events of the site. */
export class SiteEvents {
  readonly #ports: SiteEventPorts;

  constructor(ports: SiteEventPorts) {
    this.#ports = ports;
  }

  tell(data: Pick<SiteData, "what" | "detail">): Promise<void> {
    const { clock, version, recorder } = this.#ports;
    return recorder.record({ kind: "site", at: clock.wall(), data: { ...data, version } });
  }

  /** At least once: a process that is killed before this is noted is followed by one that tells it again. */
  async tellRecovery(language: Language): Promise<void> {
    const { log, journal } = this.#ports;
    const recovery = journal.recovery();
    if (!recovery) return;
    const { reason, setAside, salvaged, lost, evidence } = recovery;
    log.warn({ reason, evidence }, fill(daemonTexts.recovered, language, { setAside, salvaged, lost }));
    const detail = `${setAside}: ${salvaged} salvaged, ${lost} lost (${evidence})`;
    await this.tell({ what: "journal-recovered", detail: detail.slice(0, 1_000) });
    journal.recoveryTold();
  }
}

/**
 * A clean stop is the journal's last word but for the checkpoint that vouches for it, and for the event that begins
 * an epoch when the site has another key since; anything else there means that the last run ended without one.
 */
export function lastStopWasUnclean(journal: Pick<Journal, "head" | "read">): boolean {
  const head = journal.head();
  const last = [head, head - 1, head - 2]
    .flatMap((at) => (at > 0 ? journal.read({ from: at, to: at }, 1, Number.MAX_SAFE_INTEGER) : []))
    // Three of them in a row: it was idle when it ended.
    .find(({ kind }, index) => !SIGNED.has(kind) || index === 2);
  return last !== undefined && !isStop(last);
}

/** Kinds of which each tells of the journal itself. */
const SIGNED: ReadonlySet<EventKind> = new Set(["epoch", "checkpoint", "gap"]);

function isStop({ kind, body }: StoredEvent): boolean {
  return (
    kind === "site" && (JSON.parse(body) as { readonly data?: Partial<SiteData> }).data?.what === "stopped"
  );
}
