import type { Clock } from "../base/clock.ts";
import type { ParsedCommand } from "../core/command.ts";
import {
  type CommandKey,
  hasSignature,
  type Officers,
  readOfficers,
  type SignedCommand,
  signerOf,
} from "../core/command-signature.ts";
import { readJson } from "../core/strict-json.ts";
import { TakenRequests } from "../core/taken-requests.ts";
import { TokenBucket } from "../core/token-bucket.ts";
import type { RefusalReason } from "../model/command.ts";
import type { CommandKind, CommandOutcome } from "../model/command-kind.ts";
import type { Journal } from "../model/journal.ts";
import type { SiteAddress } from "../model/topics.ts";

export interface CommandGatePorts {
  readonly clock: Pick<Clock, "monotonic">;
  readonly journal: Pick<Journal, "keptUnder" | "keepAll">;
  readonly here: () => SiteAddress;
  /** Who may command the site now. */
  readonly keys: () => readonly CommandKey[];
  /** Wall milliseconds, where the box knows the time (core/known-time.ts). */
  readonly time: () => number | undefined;
  /** Command name → what it does. */
  readonly handlers: Readonly<Record<string, CommandKind>>;
}

/** What to do with a command; `by` is the officer who signed it, once that is proven. */
export type Admission = { readonly by?: string } & (
  | { readonly reason: RefusalReason }
  | { readonly frequent: boolean; readonly run: () => Promise<CommandOutcome> }
);

/** Anyone who may publish to the site can ask without a signature, so little of that is taken. */
const UNSIGNED = { burst: 20, perMinute: 60 };

/** Names of the notes in the journal. */
const NOTES = "command/";

/** Decides which commands are carried out, and makes durable which were, before they are. */
export class CommandGate {
  readonly #ports: CommandGatePorts;
  readonly #taken: TakenRequests;
  readonly #unsigned = new TokenBucket(UNSIGNED);
  #keys: readonly CommandKey[] = [];
  #officers: Officers = new Map();

  constructor(ports: CommandGatePorts) {
    this.#ports = ports;
    this.#taken = new TakenRequests(ports.journal.keptUnder(NOTES));
  }

  admit(parsed: ParsedCommand): Admission {
    const { handlers } = this.#ports;
    if (!parsed.ok) return { reason: parsed.reason };
    const { command, body } = parsed;
    const kind = Object.hasOwn(handlers, command) ? handlers[command] : undefined;
    if (!kind) return { reason: "unknown-command" };
    const run = kind.read(readJson(Buffer.from(body.arguments)));
    // A signature that is there is proven, also where none is needed.
    const signs = kind.signed || body.signature !== undefined;
    const admission = signs ? this.#admitSigned(parsed, run) : this.#admitUnsigned(parsed, run);
    return "reason" in admission ? admission : { ...admission, frequent: kind.frequent };
  }

  #admitUnsigned({ body }: Whole, run: Run | undefined): Admitted {
    const { clock, time } = this.#ports;
    if (!run) return { reason: "malformed" };
    const now = time();
    if (now !== undefined && !(Date.parse(body.expires) > now)) return { reason: "expired" };
    return this.#unsigned.take(clock.monotonic()) ? { run } : { reason: "busy" };
  }

  #admitSigned({ command, request, body }: Whole, run: Run | undefined): Admitted {
    const { here } = this.#ports;
    const signer = signerOf({ ...here(), command, request }, body, this.#present());
    if ("reason" in signer) return signer;
    if (!run || !hasSignature(body)) return { ...signer, reason: "malformed" };
    const reason = this.#takeOnce(request, body);
    return reason === undefined ? { ...signer, run } : { ...signer, reason };
  }

  /** Undefined once it is durable that this request was taken. */
  #takeOnce(request: string, { keyId, issued, expires }: SignedCommand): RefusalReason | undefined {
    const { journal, time } = this.#ports;
    const asked = { keyId, request, issued: Date.parse(issued), expires: Date.parse(expires) };
    const judged = this.#taken.judge(asked, time());
    if ("reason" in judged) return judged.reason;
    const notes = new Map([...judged.changes].map(([name, note]) => [NOTES + name, note]));
    if (!journal.keepAll(notes)) return "not-written";
    this.#taken.apply(judged.changes);
    return undefined;
  }

  #present(): Officers {
    const keys = this.#ports.keys();
    if (keys !== this.#keys) {
      this.#officers = readOfficers(keys);
      this.#keys = keys;
    }
    return this.#officers;
  }
}

type Whole = Extract<ParsedCommand, { readonly ok: true }>;
type Run = () => Promise<CommandOutcome>;
type Admitted = { readonly by?: string } & ({ readonly reason: RefusalReason } | { readonly run: Run });
