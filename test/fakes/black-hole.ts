import { fork } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { systemClock } from "../../agent/base/clock.ts";

/**
 * A port that swallows SYN on every loopback address, as near as loopback comes to a host that is switched off: its
 * process accepts nothing and its queue is full, so that the kernel answers nobody any more.
 */
export async function openBlackHole(): Promise<AsyncDisposable & { readonly port: number }> {
  const child = fork(new URL("black-hole-child.ts", import.meta.url), { execArgv: [] });
  const exited = once(child, "exit");
  const [port] = (await once(child, "message")) as [number];
  const fillers: Socket[] = [];
  for (let queued = true; queued; ) {
    const filler = connect({ host: "127.0.0.1", port }).on("error", () => {});
    fillers.push(filler);
    queued = await Promise.race([
      once(filler, "connect").then(() => true),
      systemClock.sleep(200).then(() => false),
    ]);
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy();
      child.kill("SIGKILL");
      await exited;
    },
  };
}
