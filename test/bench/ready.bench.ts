import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { eventually } from "../fakes/eventually.ts";
import { openNotifySocket } from "../fakes/notify-socket.ts";
import type { Benchmark } from "./benchmark.ts";
import { figure } from "./figure.ts";
import { startInstalledAgent } from "./installed-agent.ts";
import { siteConfig, underSystemd } from "./site.ts";
import { median } from "./statistics.ts";

/** From exec to READY=1 as systemd sees it, against a Node that does nothing; in turn, files in the page cache. */
export const benchmark: Benchmark = {
  name: "ready",
  describe: "from exec to READY=1, against a Node that does nothing",
  async run({ folder, quick, progress }) {
    const rounds = quick ? 3 : 15;
    const agents: number[] = [];
    const floors: number[] = [];
    // The first round warms the cache and is not counted.
    for (let round = 0; round <= rounds; round++) {
      progress(`round ${round} of ${rounds}`);
      const [agent, floor] = [await startUntilReady(folder), await startNode()];
      if (round === 0) continue;
      agents.push(agent);
      floors.push(floor);
    }
    return [figure("ready.median", median(agents), { name: "node -e 0", value: median(floors) })];
  },
};

async function startUntilReady(folder: string): Promise<number> {
  await using socket = await openNotifySocket();
  rmSync(`${folder}/journal.db`, { force: true });
  const config = siteConfig(folder, "mqtt://127.0.0.1:1");
  const began = performance.now();
  await using agent = await startInstalledAgent(folder, config, { env: underSystemd(socket) });
  await eventually("READY=1", () => agent.errors !== "" || socket.received.includes("READY=1"));
  return performance.now() - began;
}

async function startNode(): Promise<number> {
  const began = performance.now();
  await once(spawn(process.execPath, ["-e", "0"]), "exit");
  return performance.now() - began;
}
