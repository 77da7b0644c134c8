import { connect } from "node:net";
import type { Clock } from "../../agent/base/clock.ts";
import { deadline } from "../../agent/base/scope.ts";
import { networkFault } from "../protocol/network-fault.ts";

/** "closed": the host refuses, so it lives. "silent": nothing came back, or there is no way there. */
export type PortState = "open" | "closed" | "silent";

/**
 * Connects and hangs up again, without a byte. Rejects only for what is not the network's doing: no file descriptors
 * left. When `signal` aborts, the answer is "silent".
 */
export async function portState(
  host: string,
  port: number,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<PortState> {
  if (signal.aborted) return "silent";
  using limit = deadline(clock, timeoutMs, signal);
  const socket = connect({ host, port });
  try {
    return await new Promise<PortState>((resolve, reject) => {
      socket.on("connect", () => resolve("open"));
      socket.on("error", (error) => {
        const seen = networkFault(error, false);
        if (seen) resolve(seen.cause === "port-closed" ? "closed" : "silent");
        else reject(error);
      });
      limit.signal.addEventListener("abort", () => resolve("silent"), { once: true });
    });
  } finally {
    socket.destroy();
  }
}
