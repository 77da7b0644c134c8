import { onTestFinished } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import type { BrokerConfig } from "../../agent/model/config.ts";
import type { Journal } from "../../agent/model/journal.ts";
import { siteTopics } from "../../agent/model/topics.ts";
import { StateBoard } from "../../agent/run/state-board.ts";
import { Uplink, type UplinkPorts } from "../../agent/run/uplink.ts";
import { connector } from "./session-of.ts";

export const topics = siteTopics({ unit: "unit-1", site: "site-1" });

/** An uplink that runs for one test, with pauses of some 20 ms between its connections. */
export function runUplink(broker: BrokerConfig, journal: Journal, more: Partial<UplinkPorts> = {}) {
  const board = more.board ?? new StateBoard();
  const uplink = new Uplink({
    connect: connector(broker),
    journal,
    board,
    topics,
    site: "site-1",
    bootId: "boot-1",
    policy: () => ({ min: 20, max: 40, stableAfter: 60_000 }),
    clock: systemClock,
    random: Math.random,
    subscribe: [topics.commands],
    onMessage: () => undefined,
    ...more,
  });
  const stop = new AbortController();
  const done = uplink.run(stop.signal);
  onTestFinished(async () => {
    stop.abort("test finished");
    await done;
  });
  return { uplink, board, stop, done };
}
