import { rfc3339 } from "../base/clock.ts";
import { commandOf } from "../core/command-topic.ts";
import { TokenBucket } from "../core/token-bucket.ts";
import type { IncomingMessage } from "../model/uplink.ts";
import type { CommandServicePorts } from "./command-service.ts";
import type { Commands } from "./commands.ts";
import { REFUSALS } from "./refusals.ts";

/**
 * The commands of a site. What reads and judges them, with its schemas, is loaded when the first one comes: 2 MB that
 * a site does without whose unit only listens.
 */
export class SiteCommands {
  readonly #ports: CommandServicePorts;
  readonly #refusals = new TokenBucket(REFUSALS);
  #service: Promise<Commands> | undefined;
  #isClosed = false;

  constructor(ports: CommandServicePorts) {
    this.#ports = ports;
  }

  async take(message: IncomingMessage): Promise<void> {
    if (this.#isClosed && !this.#service) return this.#refuse(message);
    const service = await this.#load();
    await service.take(message);
  }

  /**
   * Resolves when all that was begun is in the journal; what comes later is refused. Loads nothing: an upgrade replaces
   * the program's files under the running agent before it is stopped.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    const service = await this.#service;
    await service?.close();
  }

  async #refuse({ topic }: IncomingMessage): Promise<void> {
    const { here, clock, answer } = this.#ports;
    const asked = commandOf(topic, here());
    if (!asked || !this.#refusals.take(clock.monotonic())) return;
    await answer({ ...asked, at: rfc3339(clock.wall()), outcome: "refused", reason: "stopping" });
  }

  #load(): Promise<Commands> {
    this.#service ??= import("./command-service.ts").then(({ commandService }) =>
      commandService(this.#ports),
    );
    return this.#service;
  }
}
