import { randomBytes } from "node:crypto";
import { systemClock } from "../../../agent/base/clock.ts";
import { openJournal } from "../../../agent/io/journal-sqlite.ts";
import { type JournalLimits, usualLimits } from "../../../agent/io/journal-sqlite-room.ts";
import type { Journal } from "../../../agent/model/journal.ts";
import { siteTopics } from "../../../agent/model/topics.ts";
import { StateBoard } from "../../../agent/run/state-board.ts";
import { Uplink } from "../../../agent/run/uplink.ts";
import { brokerConfig, connector } from "../../fakes/session-of.ts";
import { testSigner } from "../../fakes/signer.ts";

/** The agent's journal and its way to a broker, without the rest, in this process. */
export interface UplinkRig extends AsyncDisposable {
  readonly journal: Journal;
  readonly uplink: Uplink;
  /** Begins to connect and to forward; until then events wait in the journal. */
  connect(): void;
}

export async function openUplinkRig(
  path: string,
  broker: Parameters<typeof brokerConfig>[0],
  { site = "site-1", limits = usualLimits }: { readonly site?: string; readonly limits?: JournalLimits } = {},
): Promise<UplinkRig> {
  const opened = await openJournal({
    path,
    site,
    limits,
    clock: systemClock,
    stamp: () => ({ bootId: "boot-1", clockSynced: true }),
    random: randomBytes,
    signer: testSigner(),
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const journal = opened.value;
  const uplink = new Uplink({
    connect: connector(brokerConfig(broker)),
    journal,
    board: new StateBoard(),
    topics: siteTopics({ unit: "unit-1", site }),
    site,
    bootId: "boot-1",
    policy: () => ({ min: 20, max: 40, stableAfter: 60_000 }),
    clock: systemClock,
    random: Math.random,
    subscribe: [],
    onMessage: () => undefined,
  });
  const stop = new AbortController();
  let done: Promise<void> | undefined;
  return {
    journal,
    uplink,
    connect() {
      done ??= uplink.run(stop.signal);
    },
    async [Symbol.asyncDispose]() {
      stop.abort("test finished");
      await done;
      await journal.close();
    },
  };
}
