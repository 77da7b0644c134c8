import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Login } from "../../agent/model/camera.ts";
import type { BehaviourArgument, BehaviourName } from "./behaviours.ts";
import { type CameraStats, defaultLogin } from "./camera.ts";
import type {
  FleetCallName,
  FleetCalls,
  FleetCamera,
  FleetCameraOptions,
  FleetReply,
  FleetRequest,
  MadeCounts,
} from "./fleet-messages.ts";

export interface FleetOptions {
  readonly count: number;
  /** Alike for all; each gets a serial number and a MAC of its own. */
  readonly camera?: FleetCameraOptions;
}

/** Many simulated cameras in one process of their own, so that an agent's memory and CPU are measured without them. */
export interface Fleet extends AsyncDisposable {
  readonly pid: number;
  readonly cameras: readonly FleetCamera[];
  readonly login: Login;
  /** Gives when it was made, microseconds since the epoch (`microsecondsNow`); the event's data has it as `MadeAt`. */
  motion(id: string, active: boolean): Promise<number>;
  behave(id: string, name: BehaviourName, argument?: BehaviourArgument): Promise<void>;
  calm(id: string, name: BehaviourName): Promise<void>;
  /** Camera id → events made so far. */
  made(): Promise<Record<string, MadeCounts>>;
  stats(): Promise<Record<string, CameraStats>>;
  /** Resolves when the process has ended; again and again is fine. */
  close(): Promise<void>;
}

export async function startFleet({ count, camera = {} }: FleetOptions): Promise<Fleet> {
  const process = new FleetProcess();
  const cameras = await process.call("start", { count, camera }).catch(async (error: unknown) => {
    await process.end();
    throw error;
  });
  const close = () => process.end();
  return {
    pid: process.pid,
    cameras,
    login: camera.login ?? defaultLogin,
    motion: (id, active) => process.call("motion", { id, active }),
    async behave(id, name, argument) {
      await process.call("behave", { id, name, ...(argument === undefined ? {} : { argument }) });
    },
    async calm(id, name) {
      await process.call("calm", { id, name });
    },
    made: () => process.call("made", null),
    stats: () => process.call("stats", null),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Pending {
  readonly resolve: (answer: FleetCalls[FleetCallName]["answer"]) => void;
  readonly reject: (error: Error) => void;
}

class FleetProcess {
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
