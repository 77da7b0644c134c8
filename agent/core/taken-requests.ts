import { COMMAND_LIFE_MS } from "../model/command.ts";

/** Requests that are remembered at a time: those of ten minutes, at more than one a second. */
export const REMEMBERED_REQUESTS = 1_024;
/** How far an officer's clock may be ahead of the site's. Milliseconds. */
const AHEAD_MS = 120_000;

/** One signed request. Times are wall milliseconds of the officer's clock. */
export interface SignedRequest {
  readonly keyId: string;
  readonly request: string;
  readonly issued: number;
  readonly expires: number;
}

/** Notes to be kept (text) and taken away (undefined), by name. */
export type NoteChanges = ReadonlyMap<string, string | undefined>;

type Judgement =
  | { readonly reason: "malformed" | "too-long-lived" | "not-yet" | "expired" | "replayed" | "busy" }
  /** To be made durable before the command is carried out, and then given to `apply`. */
  | { readonly changes: NoteChanges };

const FORGOTTEN = "forgotten";

/**
 * Which signed requests were taken, so that none is taken twice. Each is remembered until its time is over; of those
 * that were forgotten the latest end is known, and nothing that ends before it is taken any more. So a clock that
 * leaps cannot bring a forgotten one back, and no clock at all is needed where none is known: then the ones that end
 * first are forgotten when there are too many.
 */
export class TakenRequests {
  readonly #taken = new Map<string, SignedRequest>();
  /** Latest end of a request that is no longer remembered. */
  #forgotten = Number.NEGATIVE_INFINITY;

  /** `notes` are all that `judge` ever asked for and that is still kept. */
  constructor(notes: ReadonlyMap<string, string>) {
    for (const [name, note] of notes) {
      if (name === FORGOTTEN) this.#forgotten = timeOf(note) ?? this.#forgotten;
      else this.#taken.set(name, parse(name, note));
    }
  }

  /** Whether it may be taken at `time` (wall milliseconds; undefined where nobody knows it). */
  judge(asked: SignedRequest, time: number | undefined): Judgement {
    const { issued, expires } = asked;
    if (!(issued >= 0 && expires > issued)) return { reason: "malformed" };
    if (expires - issued > COMMAND_LIFE_MS) return { reason: "too-long-lived" };
    if (time !== undefined && expires <= time) return { reason: "expired" };
    if (this.#taken.has(nameOf(asked))) return { reason: "replayed" };
    const over = time === undefined ? this.#newestOf(asked.keyId) : Number.NEGATIVE_INFINITY;
    if (expires <= Math.max(this.#forgotten, over)) return { reason: "expired" };
    if (time !== undefined && issued > time + AHEAD_MS) return { reason: "not-yet" };
    const dropped = this.#toForget(asked, time);
    if (this.#taken.size - dropped.length >= REMEMBERED_REQUESTS) return { reason: "busy" };
    const forgotten = Math.max(this.#forgotten, ...dropped.map((one) => one.expires));
    return {
      changes: new Map([
        [nameOf(asked), `${issued} ${expires}`],
        ...dropped.map((one) => [nameOf(one), undefined] as const),
        ...(dropped.length > 0 ? [[FORGOTTEN, String(forgotten)] as const] : []),
      ]),
    };
  }

  apply(changes: NoteChanges): void {
    for (const [name, note] of changes) {
      if (note === undefined) this.#taken.delete(name);
      else if (name === FORGOTTEN) this.#forgotten = Number(note);
      else this.#taken.set(name, parse(name, note));
    }
  }

  /** Those that need not be remembered beside this one. */
  #toForget(asked: SignedRequest, time: number | undefined): SignedRequest[] {
    if (time !== undefined) return [...this.#taken.values()].filter(({ expires }) => expires <= time);
    const tooMany = this.#taken.size + 1 - REMEMBERED_REQUESTS;
    if (tooMany <= 0) return [];
    return [...this.#taken.values()]
      .filter(({ expires }) => expires < asked.expires)
      .sort((a, b) => a.expires - b.expires)
      .slice(0, tooMany);
  }

  /** A key's requests were issued in this order: at a site without a clock they are the clock. */
  #newestOf(keyId: string): number {
    let newest = Number.NEGATIVE_INFINITY;
    for (const taken of this.#taken.values())
      if (taken.keyId === keyId && taken.issued > newest) newest = taken.issued;
    return newest;
  }
}

const nameOf = ({ keyId, request }: Pick<SignedRequest, "keyId" | "request">) => `${keyId}/${request}`;

/** What damage has made of a note is remembered as long as any. */
function parse(name: string, note: string): SignedRequest {
  const [keyId = "", request = ""] = name.split("/");
  const [issued, expires] = note.split(" ").map(timeOf);
  return {
    keyId,
    request,
    issued: issued ?? Number.NEGATIVE_INFINITY,
    expires: expires ?? Number.MAX_SAFE_INTEGER,
  };
}

const timeOf = (text: string) => (/^\d{1,16}$/.test(text) ? Number(text) : undefined);
