import { type Clock, rfc3339 } from "../base/clock.ts";
import { parseCommand } from "../core/command.ts";
import type { CommandResult } from "../model/command.ts";
import { parseTopic } from "../model/topics.ts";
import type { IncomingMessage } from "../model/uplink.ts";
import type { Recorder } from "./recorder.ts";

/** Commands that are answered at once; more at a time than this are dropped unanswered, as a flood is no request. */
const MOST_AT_ONCE = 16;

type Handler = (parameters: Readonly<Record<string, unknown>>) => Promise<Record<string, unknown>>;

export interface CommandPorts {
  readonly clock: Clock;
  readonly recorder: Pick<Recorder, "record">;
  /** Command name → what it does; its answer is the result's `data`. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Publishes the answer to one request. */
  readonly answer: (result: CommandResult) => Promise<void>;
}

/** Takes the unit's commands. Each is answered and audited, also a refused one. */
export class Commands {
  readonly #ports: CommandPorts;
  #running = 0;
  #dropped = 0;

  constructor(ports: CommandPorts) {
    this.#ports = ports;
  }

  get dropped(): number {
    return this.#dropped;
  }

  async take({ topic, payload }: Pick<IncomingMessage, "topic" | "payload">): Promise<void> {
    if (this.#running >= MOST_AT_ONCE) {
      this.#dropped += 1;
      return;
    }
    this.#running += 1;
    try {
      await this.#serve(topic, payload);
    } finally {
      this.#running -= 1;
    }
  }

  async #serve(topic: string, payload: Uint8Array): Promise<void> {
    const { clock, handlers, recorder, answer } = this.#ports;
    const { rest } = parseTopic(topic) ?? { rest: [] };
    const parsed = parseCommand(rest, payload, Object.keys(handlers), clock.wall());
    if (!parsed) return;
    const { command, request } = parsed;
    const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined;
    const outcome =
      parsed.ok && handler
        ? ({ outcome: "done", data: await handler(parsed.body.arguments) } as const)
        : ({ outcome: "refused", reason: parsed.ok ? "unknown-command" : parsed.reason } as const);
    await recorder.record({
      kind: "audit",
      at: clock.wall(),
      data: {
        action: command,
        request,
        outcome: outcome.outcome,
        ...(outcome.outcome === "refused" && { reason: outcome.reason }),
      },
    });
    await answer({ request, command, at: rfc3339(clock.wall()), ...outcome });
  }
}
