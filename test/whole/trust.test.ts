import { chmodSync, statSync } from "node:fs";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { connectAsync } from "mqtt";
import { expect, test } from "vitest";
import { runCommand } from "../../agent/cli/dispatch.ts";
import { command } from "../../agent/cli/verify.ts";
import type { VerifyReport } from "../../agent/core/verify.ts";
import { type ConfigText, inFolder, startAgent } from "../fakes/agent-process.ts";
import { createCamera, type SimulatedCamera } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

/** The whole agent against Debian's mosquitto; what arrived is written down as mosquitto_sub does and then verified. */

const PREFIX = "cam/v1/unit-a/site-a";

function config(folder: string, broker: string, camera?: SimulatedCamera): ConfigText {
  const text = inFolder(folder, {
    site: { id: "site-a", name: "Xã A" },
    unit: { id: "unit-a", name: "Công an huyện A" },
    broker: { url: broker, reconnect: { min: "50ms", max: "200ms" } },
    health: { interval: "1s", measureFor: "200ms" },
    cameras: camera
      ? [
          {
            id: "cam-1",
            name: "Camera 1",
            driver: "onvif",
            address: `127.0.1.1:${camera.onvifPort}`,
            credential: "cameras",
          },
        ]
      : [],
  });
  return { ...text, journal: { ...text.journal, checkpointEvery: "1s" } };
}

/** Writes every message to a file, one a line, as `mosquitto_sub -F '%t %p'` does. */
async function record(url: string, file: string) {
  await writeFile(file, "");
  let written: Promise<void> = Promise.resolve();
  const messages: { readonly topic: string; readonly text: string }[] = [];
  const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 50 });
  client.on("message", (topic, payload) => {
    messages.push({ topic, text: payload.toString() });
    written = written.then(() =>
      appendFile(file, Buffer.concat([Buffer.from(`${topic} `), payload, Buffer.from("\n")])),
    );
  });
  await client.subscribeAsync("cam/v1/#", { qos: 1 });
  return {
    messages,
    written: () => written,
    textOf: (topic: string) => messages.findLast((message) => message.topic === topic)?.text,
    [Symbol.asyncDispose]: async () => {
      await client.endAsync(true);
      await written;
    },
  };
}

async function verify(
  file: string,
  key: string,
): Promise<{ readonly code: number; readonly report: VerifyReport }> {
  const surroundings = recordedSurroundings();
  const code = await runCommand("verify", command, [file, "--key", key, "--json"], surroundings);
  return { code, report: JSON.parse(surroundings.written()) as VerifyReport };
}

test("what the unit received verifies with the public key from info, over a backlog, a stop and a kill; edited, it does not", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  await using camera = await createCamera({ address: "127.0.1.1" });
  const [received, key] = [folder.file("received"), folder.file("site.pub")];
  await using unit = await record(broker.url, received);
  const text = config(folder.path, broker.url, camera);
  const secrets = { credentials: { cameras: { ...camera.login } } };

  await broker.stop();
  const first = await startAgent(folder.path, text, { secrets });
  await eventually("event channel open", () => camera.stats().subscriptions === 1, 20_000);
  for (let n = 0; n < 5; n++) {
    camera.motion(true);
    camera.motion(false);
  }
  await eventually(
    "motion journaled",
    async () => ((await first.status())?.health.journal.lastSeq ?? 0) > 12,
    20_000,
  );
  await broker.start();
  await eventually("a backlog", () => unit.textOf(`${PREFIX}/event/segment`), 20_000);
  await eventually("public key", () => unit.textOf(`${PREFIX}/info`));
  const info = JSON.parse(unit.textOf(`${PREFIX}/info`) ?? "{}") as { readonly publicKey: string };
  await writeFile(key, info.publicKey);

  const checkpoints = () => unit.messages.filter(({ topic }) => topic.endsWith("/checkpoint")).length;
  await eventually("checkpoints while idle", () => checkpoints() >= 2);
  expect((await first.stop()).code).toBe(0);
  await eventually("farewell", () => unit.textOf(`${PREFIX}/state`)?.includes("stopped"));
  await unit.written();
  const stopped = await verify(received, key);
  expect(stopped.report).toMatchObject({
    ok: true,
    malformed: 0,
    epochs: [{ previous: "first", forks: [] }],
  });
  expect(stopped.code).toBe(0);
  // The stop itself is vouched for; only the checkpoint that does so is not.
  expect(stopped.report.epochs[0]?.tail.unvouched).toBe(1);
  expect(stopped.report.epochs[0]?.verifiedUpTo).toBe((stopped.report.epochs[0]?.to ?? 0) - 1);

  const second = await startAgent(folder.path, text, { secrets });
  const before = checkpoints();
  await eventually("checkpoints again", () => checkpoints() >= before + 2, 20_000);
  await second.kill();
  const third = await startAgent(folder.path, text, { secrets });
  await eventually(
    "the unclean stop is told",
    () => unit.messages.some(({ text: m }) => m.includes("unclean-stop")),
    20_000,
  );
  expect((await third.stop()).code).toBe(0);
  await eventually("farewell", () => unit.textOf(`${PREFIX}/state`)?.includes('"stopped"'));
  await unit.written();
  const whats = unit.messages.flatMap(({ text: m }) => m.match(/"what":"[a-z-]+"/g) ?? []);
  // Idle with checkpoints when it was killed; a clean stop with a checkpoint behind it is no unclean one.
  expect(whats.filter((what) => what.includes("unclean-stop"))).toHaveLength(1);
  const killed = await verify(received, key);
  expect(killed.report).toMatchObject({ ok: true, epochs: [{ gaps: [], brokenLinks: [] }] });

  const content = await readFile(received, "utf8");
  const altered = content.replace('"state":"started"', '"state":"unknown"');
  expect(altered).not.toBe(content);
  await writeFile(received, altered);
  expect((await verify(received, key)).code).toBe(1);
  const lines = content.split("\n");
  const checkpoint = lines.findIndex((line) => line.includes("/event/checkpoint "));
  await writeFile(received, lines.toSpliced(checkpoint, 1).join("\n"));
  expect((await verify(received, key)).report).toMatchObject({ ok: false, epochs: [{ missing: 1 }] });
}, 90_000);

test("the key is made beside the journal, for the agent alone; open to others it keeps the agent from starting", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  const text = config(folder.path, broker.url);
  const agent = await startAgent(folder.path, text);
  await eventually("running", () => agent.status());
  await agent.stop();
  const key = folder.file("signing.key");
  expect(statSync(key).mode & 0o777).toBe(0o600);
  chmodSync(key, 0o644);
  for (const [language, said] of [
    ["vi_VN.UTF-8", "Người khác đọc được khóa ký nhật ký"],
    ["en_US.UTF-8", "Others can read the signing key"],
  ] as const) {
    const refused = await startAgent(folder.path, text, { env: { LC_ALL: language } });
    expect(await refused.ended()).toBe(3);
    expect(refused.errors).toContain(said);
    expect(refused.errors).toContain(`chmod 600 ${key}`);
  }
});
