import { type Clock, rfc3339 } from "../base/clock.ts";
import { AuditTally } from "../core/audit-tally.ts";
import { type ParsedCommand, parseCommand } from "../core/command.ts";
import { TokenBucket } from "../core/token-bucket.ts";
import type { CommandResult } from "../model/command.ts";
import { type CommandOutcome, refused } from "../model/command-kind.ts";
import type { AuditData } from "../model/event.ts";
import type { IncomingMessage } from "../model/uplink.ts";
import { type Admission, CommandGate, type CommandGatePorts } from "./command-gate.ts";
import type { Recorder } from "./recorder.ts";
import { REFUSALS } from "./refusals.ts";

/** Commands that are answered at once; more at a time than this are dropped unanswered, as a flood is no request. */
const MOST_AT_ONCE = 16;

export interface CommandPorts extends CommandGatePorts {
  readonly clock: Clock;
  readonly recorder: Pick<Recorder, "record">;
  /** Publishes the answer to one request. */
  readonly answer: (result: CommandResult) => Promise<void>;
}

/**
 * Takes the unit's commands. Each is answered and audited, also a refused one; a flood of them is only counted, and
 * told in the next audit event, so that nobody fills the journal or the line with refusals.
 */
export class Commands {
  readonly #ports: CommandPorts;
  readonly #gate: CommandGate;
  readonly #refusals = new TokenBucket(REFUSALS);
  readonly #tally = new AuditTally();
  /** Commands that are being carried out or on their way to the journal. */
  readonly #begun = new Set<Promise<unknown>>();
  #running = 0;
  #suppressed = 0;
  #closed = false;

  constructor(ports: CommandPorts) {
    this.#ports = ports;
    this.#gate = new CommandGate(ports);
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
    for (const audit of this.#tally.rest()) await this.#record(audit);
  }

  async #serve(parsed: ParsedCommand): Promise<void> {
    const { clock, answer } = this.#ports;
    const { command, request } = parsed;
    const outcome = this.#closed ? this.#withinAllowance(refused("stopping")) : await this.#begin(parsed);
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
    const { command, request } = parsed;
    const admission = this.#gate.admit(parsed);
    const found = "reason" in admission ? refused(admission.reason) : await admission.run();
    const outcome = found.outcome === "done" ? found : this.#withinAllowance(found);
    if (!outcome) return undefined;
    const audit: AuditData = {
      action: command,
      request,
      ...(admission.by !== undefined && { by: admission.by }),
      outcome: outcome.outcome,
      ...(outcome.outcome === "refused" && { reason: outcome.reason }),
    };
    const told = isCounted(admission, outcome)
      ? this.#tally.add(audit, this.#ports.clock.monotonic())
      : audit;
    if (told) await this.#record(told);
    return outcome;
  }

  async #record(audit: AuditData): Promise<void> {
    const { clock, recorder } = this.#ports;
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    await recorder.record({
      kind: "audit",
      at: clock.wall(),
      data: { ...audit, ...(suppressed > 0 && { suppressed }) },
    });
  }

  #withinAllowance(refusal: CommandOutcome): CommandOutcome | undefined {
    if (this.#refusals.take(this.#ports.clock.monotonic())) return refusal;
    this.#suppressed += 1;
    return undefined;
  }
}

const isCounted = (admission: Admission, { outcome }: CommandOutcome) =>
  outcome === "done" && "frequent" in admission && admission.frequent;
