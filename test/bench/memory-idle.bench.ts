import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { startMosquitto } from "../fakes/mosquitto.ts";
import type { Benchmark } from "./benchmark.ts";
import { figure } from "./figure.ts";
import { startInstalledAgent } from "./installed-agent.ts";
import { type Memory, medianMemory } from "./process-usage.ts";
import { siteConfig } from "./site.ts";

export const benchmark: Benchmark = {
  name: "memory-idle",
  describe: "memory of an agent without cameras, against a Node that does nothing",
  async run({ quick, folder, progress }) {
    const [settle, measure] = quick ? [5, 2] : [60, 5];
    await using broker = await startMosquitto();
    await using agent = await startInstalledAgent(folder, siteConfig(folder, broker.url));
    progress(`settling for ${settle} s`);
    await sleep(settle * 1_000);
    const [agents, bare] = await Promise.all([medianMemory(agent.pid, measure), bareNode(measure)]);
    return [
      figure("memory-idle.rss", agents.rss, { name: "bare Node", value: bare.rss }),
      figure("memory-idle.anonymous", agents.anonymous, { name: "bare Node", value: bare.anonymous }),
    ];
  },
};

async function bareNode(seconds: number): Promise<Memory> {
  const idle = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { stdio: "ignore" });
  try {
    await sleep(1_000);
    return await medianMemory(idle.pid as number, seconds);
  } finally {
    idle.kill();
  }
}
