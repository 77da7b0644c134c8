import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type ConfigText, inFolder, startAgent } from "../fakes/agent-process.ts";
import { eventually } from "../fakes/eventually.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { subscribeAsUnit } from "../fakes/unit-subscriber.ts";

/** The whole agent, the real program, whose journal is taken away or damaged. */

const configOf = (folder: string, broker: string): ConfigText =>
  inFolder(folder, {
    site: { id: "site-a", name: "Xã A" },
    unit: { id: "unit-a", name: "Công an huyện A" },
    broker: { url: broker, reconnect: { min: "50ms", max: "200ms" } },
  });

test("an agent whose journal is deleted tells the unit, ends with exit code 3 and starts again with a new one", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  await using unit = await subscribeAsUnit({ url: broker.url });
  const config = configOf(folder.path, broker.url);
  const agent = await startAgent(folder.path, config);
  await eventually("online", () => unit.states.at(-1)?.state === "online");
  await eventually("it has looked at itself", () => agent.status());
  const journal = folder.file("journal.db");
  for (const file of [journal, `${journal}-wal`]) rmSync(file);
  expect(await agent.ended()).toBe(3);
  expect(agent.errors).toContain(journal);
  expect(agent.errors).toContain("ENOENT");
  await eventually("farewell", () => unit.states.at(-1)?.state === "stopped");
  expect(unit.states.at(-1)).toMatchObject({ reason: "journal replaced" });
  expect(unit.retained.get("cam/v1/unit-a/site-a/health")).toMatchObject({
    journal: { fault: { kind: "replaced", path: journal } },
  });
  expect(await agent.status()).toMatchObject({ health: { journal: { fault: { kind: "replaced" } } } });
  await using again = await startAgent(folder.path, config);
  await eventually("online again", () => unit.states.at(-1)?.state === "online");
  expect(statSync(journal).size).toBeGreaterThan(0);
  expect(again.errors).toBe("");
});

test("a journal with a damaged page is kept, and the agent goes on with what is intact and tells people and the unit", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  await using unit = await subscribeAsUnit({ url: broker.url });
  const config = configOf(folder.path, broker.url);
  const first = await startAgent(folder.path, config);
  await eventually("it works", () => first.status());
  expect((await first.stop()).code).toBe(0);
  const journal = folder.file("journal.db");
  const content = readFileSync(journal);
  content.fill(0xa5, 4_096 * 3, 4_096 * 4);
  writeFileSync(journal, content);
  await using agent = await startAgent(folder.path, config);
  const begun = await eventually("an epoch that says why", () =>
    unit.events
      .map(({ event }) => event)
      .find(({ type, data }) => type.includes("epoch") && "recovery" in data),
  );
  expect(begun).toMatchObject({
    sequence: "00000000000000000001",
    data: { reason: "recovered", recovery: { salvaged: expect.any(Number), lost: expect.any(Number) } },
  });
  await eventually("the site's word for it", () =>
    unit.events.some(({ event: { data } }) => "what" in data && data.what === "journal-recovered"),
  );
  const kept =
    readdirSync(folder.path).find((name) => /^journal\.db\.damaged-\d{8}T\d{6}Z$/.test(name)) ?? "";
  expect(readFileSync(folder.file(kept)).equals(content)).toBe(true);
  expect(agent.log.some(({ msg }) => String(msg).includes(folder.file(kept)))).toBe(true);
  const status = await eventually("it has looked at itself", () => agent.status());
  expect(status.health.journal.setAside?.journals).toBe(1);
  expect(unit.violations).toEqual([]);
});
