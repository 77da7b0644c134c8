import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { FleetCallName, FleetCalls, FleetReply, FleetRequest } from "./fleet-messages.ts";

interface Pending {
  readonly resolve: (answer: FleetCalls[FleetCallName]["answer"]) => void;
  readonly reject: (error: Error) => void;
}

/** The process that simulated cameras live in, and its calls. */
export class FleetProcess {
  /** Without the parent's own flags: a test runner's would not suit it. */
  readonly #child: ChildProcess = fork(fileURLToPath(new URL("fleet-child.ts", import.meta.url)), {
    execArgv: [],
  });
  readonly #pending = new Map<number, Pending>();
  readonly #exited: Promise<unknown> = once(this.#child, "exit");
  #lastNumber = 0;
  #ended: Promise<void> | undefined;

  constructor() {
    this.#child.on("message", (reply: FleetReply) => this.#settle(reply));
    this.#child.on("exit", () => {
      for (const { reject } of this.#pending.values()) reject(new Error("the fleet's process has ended"));
      this.#pending.clear();
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  call<N extends FleetCallName>(call: N, ask: FleetCalls[N]["ask"]): Promise<FleetCalls[N]["answer"]> {
    const number = ++this.#lastNumber;
    const request: FleetRequest<N> = { number, call, ask };
    return new Promise<FleetCalls[N]["answer"]>((resolve, reject) => {
      this.#pending.set(number, { resolve: resolve as Pending["resolve"], reject });
      this.#child.send(request, (error) => {
        if (!error) return;
        this.#pending.delete(number);
        reject(error);
      });
    });
  }

  end(): Promise<void> {
    this.#ended ??= (async () => {
      if (this.#child.connected) this.#child.disconnect();
      await this.#exited;
    })();
    return this.#ended;
  }

  #settle(reply: FleetReply): void {
    const pending = this.#pending.get(reply.number);
    this.#pending.delete(reply.number);
    if ("error" in reply) pending?.reject(new Error(reply.error));
    else pending?.resolve(reply.answer);
  }
}
