import { fail, ok, type Result } from "../../agent/base/result.ts";
import { deadline, timedOut } from "../../agent/base/scope.ts";
import type { DriverContext } from "../../agent/model/camera.ts";
import { fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import { lateFault } from "../protocol/network-fault.ts";
import type { Ask, Refusal } from "../protocol/question.ts";
import { readTable, valueIn } from "./table.ts";
import { readWall, wallText } from "./time.ts";

/**
 * mediaFileFind.cgi: what is recorded of a channel. A device has few finders and forgets none by itself: each is given
 * back on every way out. Times are the device's own, as on its wall, in milliseconds as if they were UTC.
 */

export interface Recorded {
  /** Begin of the oldest recording. */
  readonly from: number;
  /** End of the newest that was found; undefined where there is none of the last days. */
  readonly to?: number;
}

const FILES = 100;
/** Longest search, milliseconds; others wait for their turn. */
const SEARCH_MS = 120_000;
/** A finder that was made is given back within this, milliseconds, also at a stop. */
const GIVE_BACK_MS = 1_000;
const DAY_MS = 86_400_000;
/** No such device is older. */
const OLDEST = Date.UTC(2000, 0, 1);
/** How far back the newest recording is looked for: a recording of now ends soon ago, or is not there for days. */
const RECENT_MS = [7_200_000, DAY_MS, 7 * DAY_MS, 60 * DAY_MS];
/** To the day in 26 years, where a device does not list the oldest first. */
const HALVINGS = 14;

interface Files {
  readonly from: number;
  readonly to: number;
}

/** The oldest and newest recording of `channel` (from 1); undefined where there is none. `now` is on the device's wall. */
export async function findRecorded(
  ask: Ask<string>,
  channel: number,
  now: number,
  { clock }: Pick<DriverContext, "clock">,
  signal: AbortSignal,
): Promise<Result<Recorded | undefined, Refusal>> {
  const created = await ask({ target: "mediaFileFind.cgi?action=factory.create" }, signal);
  if (!created.ok) return created;
  const object = valueIn(created.value, "result", "object");
  if (object === undefined) {
    const seen = compose(evidenceTexts.noFinder, { request: "mediaFileFind.cgi factory.create" });
    return fail({ fault: fault("answer-garbled", seen) });
  }
  using limit = deadline(clock, SEARCH_MS, signal);
  const finder = new Finder(ask, object, channel, limit.signal);
  try {
    const found = await search(finder, now + DAY_MS);
    if (found.ok || !timedOut(limit.signal)) return found;
    return fail({ fault: lateFault("mediaFileFind.cgi", SEARCH_MS) });
  } finally {
    using time = deadline(clock, GIVE_BACK_MS);
    await ask({ target: finder.target("destroy") }, time.signal);
  }
}

async function search(finder: Finder, until: number): Promise<Result<Recorded | undefined, Refusal>> {
  const listed = await finder.find(OLDEST, until);
  if (!listed.ok) return listed;
  if (!listed.value) return ok(undefined);
  const from = await oldest(finder, listed.value.from);
  if (!from.ok) return from;
  for (const back of RECENT_MS) {
    const recent = await finder.find(until - DAY_MS - back, until);
    if (!recent.ok) return recent;
    if (recent.value) return ok({ from: from.value, to: recent.value.to });
  }
  return ok({ from: from.value });
}

/** Files are listed oldest first, by most firmwares; where something is older than the first page, it is halved for. */
async function oldest(finder: Finder, first: number): Promise<Result<number, Refusal>> {
  const before = await finder.find(OLDEST, first - 1_000);
  if (!before.ok) return before;
  if (!before.value) return ok(first);
  let [known, least] = [before.value.from, OLDEST];
  for (let left = HALVINGS; left > 0 && known - least > DAY_MS; left--) {
    const middle = least + (known - least) / 2;
    const half = await finder.find(least, middle);
    if (!half.ok) return half;
    if (half.value) known = Math.min(half.value.from, middle);
    else least = middle;
  }
  return ok(known);
}

class Finder {
  readonly #ask: Ask<string>;
  readonly #object: string;
  readonly #channel: number;
  readonly #signal: AbortSignal;

  constructor(ask: Ask<string>, object: string, channel: number, signal: AbortSignal) {
    this.#ask = ask;
    this.#object = encodeURIComponent(object.slice(0, 64));
    this.#channel = channel;
    this.#signal = signal;
  }

  target(action: string, more = ""): string {
    return `mediaFileFind.cgi?action=${action}&object=${this.#object}${more}`;
  }

  /** From where to where the first page of files reaches, of those that touch the time; undefined without any. */
  async find(from: number, to: number): Promise<Result<Files | undefined, Refusal>> {
    const time = (wallMs: number) => wallText(wallMs).replace(" ", "%20");
    const condition = `&condition.Channel=${this.#channel}&condition.StartTime=${time(from)}&condition.EndTime=${time(to)}&condition.Types[0]=dav`;
    const begun = await this.#do("findFile", condition);
    // "Error" is how a device says that it has none.
    if (!begun.ok) return begun.error.unsupported ? ok(undefined) : begun;
    const page = await this.#do("findNextFile", `&count=${FILES}`);
    const closed = await this.#do("close");
    if (!page.ok) return page.error.unsupported ? ok(undefined) : page;
    if (!closed.ok && !closed.error.unsupported) return closed;
    return ok(readFiles(page.value));
  }

  #do(action: string, more = ""): Promise<Result<string, Refusal>> {
    return this.#ask({ target: this.target(action, more) }, this.#signal);
  }
}

/** "found=2", "items[0].StartTime=2026-11-23 01:00:00", "items[0].EndTime=…". */
export function readFiles(text: string): Files | undefined {
  const times = (field: string) =>
    [...readTable(text)].flatMap(([name, value]) => {
      const wall = name.startsWith("items[") && name.endsWith(`.${field}`) ? readWall(value) : undefined;
      return wall === undefined ? [] : [wall];
    });
  const [begins, ends] = [times("StartTime"), times("EndTime")];
  if (begins.length === 0) return undefined;
  return { from: Math.min(...begins), to: Math.max(...(ends.length > 0 ? ends : begins)) };
}
