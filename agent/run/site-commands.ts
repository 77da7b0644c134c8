import type { IncomingMessage } from "../model/uplink.ts";
import type { CommandServicePorts } from "./command-service.ts";
import type { Commands } from "./commands.ts";

/**
 * The commands of a site. What reads and judges them, with its schemas, is loaded when the first one comes: 2 MB that
 * a site does without whose unit only listens.
 */
export class SiteCommands {
  readonly #ports: CommandServicePorts;
  #service: Promise<Commands> | undefined;

  constructor(ports: CommandServicePorts) {
    this.#ports = ports;
  }

  async take(message: IncomingMessage): Promise<void> {
    const service = await this.#load();
    await service.take(message);
  }

  /** Resolves when all that was begun is in the journal; what comes later is refused. */
  async close(): Promise<void> {
    const service = await this.#load();
    await service.close();
  }

  #load(): Promise<Commands> {
    this.#service ??= import("./command-service.ts").then(({ commandService }) =>
      commandService(this.#ports),
    );
    return this.#service;
  }
}
