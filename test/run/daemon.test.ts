import { rmSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { rfc3339, systemClock } from "../../agent/base/clock.ts";
import { configSchema } from "../../agent/model/config.ts";
import type { HostFacts } from "../../agent/model/host.ts";
import type { Journal } from "../../agent/model/journal.ts";
import { uplinkTexts } from "../../agent/model/messages/uplink.ts";
import type { AgentStatus } from "../../agent/model/status.ts";
import { type DaemonPorts, runDaemon } from "../../agent/run/daemon.ts";
import { eventually } from "../fakes/eventually.ts";
import { type Officer, officer, order } from "../fakes/officer.ts";
import { openTestJournal } from "../fakes/open-journal.ts";
import { ScriptedSession, taken } from "../fakes/scripted-session.ts";
import { testSigner } from "../fakes/signer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const config = configSchema.parse({
  site: { id: "site-1", name: "Xã A" },
  unit: { id: "unit-1", name: "Công an" },
  broker: { url: "mqtt://broker" },
});
const box: HostFacts = {
  uptimeSeconds: 100,
  clockSynced: true,
  cpu: { usedPercent: 3, load1: 0.1, cores: 4 },
  memory: { totalBytes: 8e9, availableBytes: 4e9, agentBytes: 6e7 },
  temperatureCelsius: null,
  disks: [],
};
const whenAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

const noneUntil = (end: Promise<void>): AsyncIterable<never> => ({
  [Symbol.asyncIterator]: () => ({ next: () => end.then(() => ({ done: true, value: undefined })) }),
});

/** A daemon without cameras or network. */
async function daemon(
  change: Partial<DaemonPorts> & { readonly journal?: Journal } = {},
  commandKeys: readonly Officer["entry"][] = [],
) {
  const journal = change.journal ?? (await openTestJournal());
  const stop = new AbortController();
  const logged: string[] = [];
  const written: AgentStatus[] = [];
  const ending: string[] = [];
  const says = (_: object, message: string) => void logged.push(message);
  const done = runDaemon(
    {
      config: { ...config, unit: { ...config.unit, commandKeys: [...commandKeys] } },
      secrets: { credentials: {} },
    },
    {
      clock: systemClock,
      random: Math.random,
      log: { debug: says, info: says, warn: says, error: says },
      version: "1.0.0",
      bootId: "boot-1",
      journal,
      signer: testSigner(),
      connect: () => async () => ({ reason: uplinkTexts.cut }),
      openCamera: () => Promise.reject(new Error("no cameras")),
      host: {
        read: async () => box,
        inventory: async () => ({}),
      },
      notify: { watchdogEvery: undefined, send: async () => undefined },
      writeStatus: async (_, status) => void written.push(status),
      removeStatus: async () => void ending.push("status removed"),
      reloads: (signal) => noneUntil(whenAborted(signal)),
      ...change,
    },
    stop.signal,
  );
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  await eventually("started", () => logged.includes("started"));
  return { journal, stop, done, logged, written, ending };
}

test("an inventory that takes long does not delay the stop", async () => {
  const { stop, done, logged } = await daemon({
    host: {
      read: async () => box,
      inventory: (signal) => (signal ? whenAborted(signal).then(() => ({})) : new Promise(() => undefined)),
    },
  });
  stop.abort("SIGTERM");
  await done;
  expect(logged.at(-1)).toBe("stopped");
});

test("a journal that is lost under the agent ends it, with the reason, and it claims no clean stop", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const path = folder.file("journal.db");
  const { done, logged, written, ending } = await daemon({ journal: await openTestJournal({ path }) });
  for (const file of [path, `${path}-wal`]) rmSync(file);
  expect(await done).toMatchObject({ kind: "replaced", path });
  expect(logged).toContain("the journal is lost, the agent ends");
  expect(written.at(-1)?.health.journal.fault).toMatchObject({ kind: "replaced" });
  expect(ending).not.toContain("status removed");
  const next = await daemon({ journal: await openTestJournal({ path }) });
  expect(next.logged).toContain("started");
});

test("a command that comes while leave is taken does not make the stop an unclean one", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const path = folder.file("journal.db");
  const session = new ScriptedSession(8);
  let command = () => {};
  const first = await daemon({
    journal: await openTestJournal({ path }),
    connect: () => async (request) => {
      command = () =>
        request.onMessage({
          topic: "cam/v1/unit-1/site-1/cmd/ping/late",
          payload: Buffer.from(`{"expires":"${rfc3339(Date.now() + 60_000)}"}`),
          retain: false,
        });
      return session;
    },
  });
  const results = () => session.sent.filter(({ topic }) => topic.endsWith("/result/late"));
  session.outcome = ({ payload }) => {
    if (String(payload).includes('"what":"stopped"')) command();
    return taken;
  };
  first.stop.abort("SIGTERM");
  await first.done;
  expect(results().map(({ payload }) => JSON.parse(String(payload)))).toMatchObject([
    { outcome: "refused", reason: "stopping" },
  ]);
  const next = await daemon({ journal: await openTestJournal({ path }) });
  const told = next.journal
    .read({ from: 1, to: next.journal.head() }, 64, 1_000_000)
    .filter(({ kind }) => kind === "site");
  expect(told.map(({ body }) => JSON.parse(body).data.what)).toEqual(["started", "stopped", "started"]);
});

test.each([
  [false, "done"],
  [true, "expired"],
] as const)(
  "what an officer signed a year ago, by a box whose clock is synchronised: %s, is %s",
  async (clockSynced, came) => {
    const lan = officer("Lan");
    const session = new ScriptedSession(8);
    let send = (_topic: string, _payload: string) => {};
    const { written } = await daemon(
      {
        host: { read: async () => ({ ...box, clockSynced }), inventory: async () => ({}) },
        connect: () => async (request) => {
          send = (topic, payload) =>
            request.onMessage({ topic, payload: Buffer.from(payload), retain: false });
          return session;
        },
      },
      [lan.entry],
    );
    await eventually("it has looked at itself", () => written.length > 0);
    const to = { unit: "unit-1", site: "site-1", command: "checkpoint", request: "r1" };
    const signed = JSON.stringify(lan.sign(to, order(Date.now() - 365 * 86_400_000)));
    send("cam/v1/unit-1/site-1/cmd/checkpoint/r1", signed);
    const results = () => session.sent.filter(({ topic }) => topic.endsWith("/result/r1"));
    await eventually("an answer", () => results().length === 1);
    expect(JSON.parse(String(results()[0]?.payload))).toMatchObject(
      came === "done" ? { outcome: "done" } : { outcome: "refused", reason: came },
    );
  },
);
