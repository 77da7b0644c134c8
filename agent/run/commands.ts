import { type Clock, rfc3339 } from "../base/clock.ts";
import { type ParsedCommand, parseCommand } from "../core/command.ts";
import { readJson } from "../core/strict-json.ts";
import { TokenBucket } from "../core/token-bucket.ts";
import type { CommandResult, RefusalReason } from "../model/command.ts";
import type { CommandKind, CommandOutcome } from "../model/command-kind.ts";
import type { SiteAddress } from "../model/topics.ts";
import type { IncomingMessage } from "../model/uplink.ts";
import type { Recorder } from "./recorder.ts";

/** Commands that are answered at once; more at a time than this are dropped unanswered, as a flood is no request. */
const MOST_AT_ONCE = 16;
/** Refusals that are answered and audited. Whoever is refused more often is no officer at a keyboard. */
const REFUSALS = { burst: 20, perMinute: 10 };

export interface CommandPorts {
  readonly clock: Clock;
  readonly recorder: Pick<Recorder, "record">;
  readonly here: () => SiteAddress;
  /** Command name → what it does. */
  readonly handlers: Readonly<Record<string, CommandKind>>;
  /** Publishes the answer to one request. */
  readonly answer: (result: CommandResult) => Promise<void>;
}

/**
 * Takes the unit's commands. Each is answered and audited, also a refused one; a flood of them is only counted, and
 * told in the next audit event, so that nobody fills the journal or the line with refusals.
 */
export class Commands {
  readonly #ports: CommandPorts;
  readonly #refusals = new TokenBucket(REFUSALS);
  /** Commands that are being carried out or on their way to the journal. */
  readonly #begun = new Set<Promise<unknown>>();
  #running = 0;
  #suppressed = 0;
  #closed = false;

  constructor(ports: CommandPorts) {
    this.#ports = ports;
  }

  async take(message: IncomingMessage): Promise<void> {
    const parsed = parseCommand(message, this.#ports.here());
    if (!parsed) return;
    if (this.#running >= MOST_AT_ONCE) {
      this.#suppressed += 1;
      return;
    }
    this.#running += 1;
    try {
      await this.#serve(parsed);
    } finally {
      this.#running -= 1;
    }
  }

  /** From now on commands are refused without a word in the journal; resolves when what was begun is in it. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#begun);
  }

  async #serve(parsed: ParsedCommand): Promise<void> {
    const { clock, answer } = this.#ports;
    const { command, request } = parsed;
    const outcome = this.#closed ? this.#refused("stopping") : await this.#begin(parsed);
    if (outcome) await answer({ request, command, at: rfc3339(clock.wall()), ...outcome });
  }

  async #begin(parsed: ParsedCommand): Promise<CommandOutcome | undefined> {
    const begun = this.#carryOut(parsed);
    this.#begun.add(begun);
    const outcome = await begun;
    this.#begun.delete(begun);
    return outcome;
  }

  /** Resolves when it is done, or refused, and that is in the journal; undefined for one refusal too many. */
  async #carryOut(parsed: ParsedCommand): Promise<CommandOutcome | undefined> {
    const { clock, recorder } = this.#ports;
    const { command, request } = parsed;
    const ready = this.#judge(parsed);
    const outcome = typeof ready === "string" ? this.#refused(ready) : await ready();
    if (!outcome) return undefined;
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    await recorder.record({
      kind: "audit",
      at: clock.wall(),
      data: {
        action: command,
        request,
        outcome: outcome.outcome,
        ...(outcome.outcome === "refused" && { reason: outcome.reason }),
        ...(suppressed > 0 && { suppressed }),
      },
    });
    return outcome;
  }

  /** What carries it out, or why it is refused. */
  #judge(parsed: ParsedCommand): RefusalReason | (() => Promise<CommandOutcome>) {
    const { clock, handlers } = this.#ports;
    if (!parsed.ok) return parsed.reason;
    const { command, body } = parsed;
    const kind = Object.hasOwn(handlers, command) ? handlers[command] : undefined;
    if (!kind) return "unknown-command";
    if (kind.signed) return "no-keys";
    if (Date.parse(body.expires) <= clock.wall()) return "expired";
    return kind.read(readJson(Buffer.from(body.arguments))) ?? "malformed";
  }

  #refused(reason: RefusalReason): CommandOutcome | undefined {
    if (this.#refusals.take(this.#ports.clock.monotonic())) return { outcome: "refused", reason };
    this.#suppressed += 1;
    return undefined;
  }
}
