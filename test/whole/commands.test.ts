import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { CommandResult } from "../../agent/model/command.ts";
import { inFolder, startAgent } from "../fakes/agent-process.ts";
import { blockWith } from "../fakes/documented.ts";
import { eventually } from "../fakes/eventually.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { officer, order } from "../fakes/officer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { subscribeAsUnit } from "../fakes/unit-subscriber.ts";

/** The whole agent, commanded over mosquitto by those who may, by those who may not, and by hand. */

const place = { unit: "unit-a", site: "site-a" };
const PREFIX = "cam/v1/unit-a/site-a";

test("a site obeys what its officer signed, once, also over a kill, and refuses all else by name; the unit sees both", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  await using unit = await subscribeAsUnit({ url: broker.url });
  const [key, script] = [folder.file("officer.pem"), folder.file("command.sh")];
  const run = promisify(execFile);
  await run("openssl", ["genpkey", "-algorithm", "ed25519", "-out", key]);
  const { stdout: pem } = await run("openssl", ["pkey", "-in", key, "-pubout"]);
  const [lan, stranger] = [officer("Lan", 1), officer("?", 2)];
  const config = {
    ...inFolder(folder.path, {
      site: { id: place.site, name: "Xã A" },
      unit: {
        id: place.unit,
        name: "Công an huyện A",
        commandKeys: [lan.entry, { name: "Minh", key: pem.split("\n")[1] ?? "" }],
      },
      broker: { url: broker.url, reconnect: { min: "50ms", max: "200ms" } },
    }),
  };
  const first = await startAgent(folder.path, config);
  await eventually("online", () => unit.states.at(-1)?.state === "online", 20_000);

  let asked = 0;
  const ask = async (payload: string | object, command = "checkpoint", request = `r${++asked}`) => {
    const answer = `${PREFIX}/result/${request}`;
    (unit.retained as Map<string, unknown>).delete(answer);
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    await unit.client.publishAsync(`${PREFIX}/cmd/${command}/${request}`, text, { qos: 1 });
    return (await eventually(`answer to ${request}`, () => unit.retained.get(answer))) as CommandResult;
  };
  const to = (change: object = {}) => ({
    ...place,
    command: "checkpoint",
    request: `r${asked + 1}`,
    ...change,
  });
  const now = Date.now();

  const taken = lan.sign(to(), order(now));
  expect(await ask(taken)).toMatchObject({ outcome: "done", request: "r1" });
  expect(await ask(taken, "checkpoint", "r1")).toMatchObject({ reason: "replayed" });
  const { expires, arguments: none } = order(now);
  const refused = [
    await ask({ expires, arguments: none }),
    await ask(stranger.sign(to(), order(now))),
    await ask(lan.sign(to(), order(now - 600_000))),
    await ask(lan.sign(to({ site: "site-b" }), order(now))),
    await ask({ ...lan.sign(to(), order(now)), more: "x".repeat(20_000) }),
    await ask(JSON.stringify(lan.sign(to(), order(now))).slice(1)),
    await ask(lan.sign(to({ command: "reboot" }), order(now)), "reboot"),
  ];
  const reasons = [
    "unsigned",
    "unknown-key",
    "expired",
    "bad-signature",
    "too-large",
    "malformed",
    "unknown-command",
  ];
  expect(refused.map(({ reason }) => reason)).toEqual(reasons);

  await first.kill();
  await using second = await startAgent(folder.path, config);
  const states = unit.states.length;
  await eventually(
    "online again",
    () => unit.states.slice(states).some(({ state }) => state === "online"),
    20_000,
  );
  expect(await ask(taken, "checkpoint", "r1")).toMatchObject({ outcome: "refused", reason: "replayed" });

  // By the document's own script; what the shell and JSON would quote otherwise is signed as it is sent.
  writeFileSync(script, blockWith("commands.md", "mosquitto_rr"));
  const env = { ...process.env, KEY: key, MQTT: `-h 127.0.0.1 -p ${broker.port}` };
  const byHand = async (command: string, given: string) => {
    const { stdout } = await run("sh", [script, place.unit, place.site, command, given], { env });
    return JSON.parse(stdout) as CommandResult;
  };
  expect(await byHand("checkpoint", "{}")).toMatchObject({ outcome: "done" });
  expect(await byHand("checkpoint", '{"tệp":"C:\\\\ảnh \\"1\\"%s"}')).toMatchObject({ reason: "malformed" });

  const audits = () =>
    unit.events.flatMap(({ event }) => (event.type === "vn.camera.audit.v1" ? [event.data] : []));
  await eventually("all is audited", () => audits().length === 12);
  expect(audits().map(({ outcome, reason, by }) => [reason ?? outcome, by])).toEqual([
    ["done", "Lan"],
    ["replayed", "Lan"],
    ...reasons.map((reason) => [reason, reason === "expired" ? "Lan" : undefined]),
    ["replayed", "Lan"],
    ["done", "Minh"],
    ["malformed", "Minh"],
  ]);
  expect(unit.violations).toEqual([]);
  expect(second.errors).toBe("");
}, 90_000);
