import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { configSchema } from "../../agent/model/config.ts";
import { wrongClock } from "../fakes/behaviours.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { createTranscriptDevice } from "../fakes/transcript-device.ts";
import { keepsTheContract } from "./contract.ts";
import { axis } from "./worked-example/axis.ts";
import { axisCamera } from "./worked-example/config.ts";
import { axisAnswers, axisStand } from "./worked-example/stand.ts";

/** The make that drivers/README.md adds: the text there is this code, and the code keeps the contract of all drivers. */

keepsTheContract([
  {
    driver: "axis",
    stand: axisStand,
    async open({ config, login, hosts, context }) {
      const checked = axisCamera.parse(config);
      return axis.open({ config: checked, login }, { ...context, host: hosts.of(checked) });
    },
  },
]);

const never = new AbortController().signal;
const health = configSchema.shape.health.parse({ measureFor: "0s" });

async function opened(answers: Partial<typeof axisAnswers> = {}) {
  const device = await createTranscriptDevice({ ...axisAnswers, ...answers });
  const config = axisCamera.parse({
    ...{ id: "gate", name: "Gate", driver: "axis" },
    ...{ address: `127.0.0.1:${device.httpPort}`, rtspPort: device.rtspPort },
  });
  const context = { clock: systemClock, host: new OpenGate(), health: () => health };
  return { device, session: axis.open({ config, login: device.login }, context) };
}

test("the example tells facts, clock and picture out of its transcripts", async () => {
  const { device, session } = await opened();
  await using _ = device;
  await device.behave(wrongClock(7 * 3_600_000));
  const report = await session.probe(never);
  expect(report.facts).toMatchObject({
    manufacturer: "Axis",
    model: "P3245-LV",
    serial: "02005E10A5A5",
    firmware: "10.12.240",
  });
  expect(report.rungs.clock).toMatchObject({ fault: { cause: "clock-time-zone" } });
  const picture = await session.snapshot?.(never);
  expect(picture?.ok && picture.value.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
});

test("another make's answers are no Axis camera's", async () => {
  const { device, session } = await opened({ fileOf: () => "time.cgi" });
  await using _ = device;
  const { rungs } = await session.probe(never);
  expect(Object.values(rungs)).toContainEqual({
    ok: false,
    fault: expect.objectContaining({ cause: "answer-garbled" }),
  });
  expect(await session.snapshot?.(never)).toMatchObject({ error: { cause: "answer-garbled" } });
});

const readme = readFileSync(new URL("../../drivers/README.md", import.meta.url), "utf8");

test.each([
  ["config.ts", "agent/model/config-camera.ts"],
  ["axis.ts", "drivers/axis.ts"],
  ["stand.ts", "test/contract/driver-stands.ts"],
])("the manual quotes %s as it is", (file, place) => {
  const code = readFileSync(new URL(`worked-example/${file}`, import.meta.url), "utf8");
  expect(quoted(readme, place)).toBe(moved(code, place));
});

/** The block of code that begins with the name of its file. */
function quoted(text: string, place: string): string | undefined {
  const start = `\`\`\`ts\n// ${place}\n`;
  const at = text.indexOf(start);
  return at < 0 ? undefined : text.slice(at + start.length, text.indexOf("\n```", at) + 1);
}

/**
 * As it stands where a make of the project has it: what it imports is seen from there or is there, and the configuration
 * knows the make.
 */
function moved(code: string, place: string): string {
  if (place.startsWith("agent/model/")) return `${/^export (const .*)$/m.exec(code)?.[1]}\n`;
  return code
    .replaceAll(/^import .*(?:\{ CameraConfig \}|\{ AxisConfig \}|driver-stands\.ts").*\n/gm, "")
    .replace("Driver<CameraConfig | AxisConfig>", "Driver")
    .replaceAll("../../fakes/", "../fakes/")
    .replaceAll("../../../agent/", "../agent/")
    .replaceAll("../../../drivers/", "./");
}
