import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Section → its settings; of one that is given twice the last. */
function readUnit(): Record<string, Record<string, string>> {
  const text = readFileSync(new URL("../../deploy/camera-agent.service", import.meta.url), "utf8");
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const name = /^\[(\w+)\]$/.exec(line)?.[1];
    if (name !== undefined) {
      section = {};
      sections[name] = section;
    }
    const [key, ...value] = line.split("=");
    if (key && value.length > 0 && !line.startsWith("#")) section[key] = value.join("=");
  }
  return sections;
}

test("systemd starts the agent again for ever, unless its configuration is wrong", () => {
  const { Unit, Service } = readUnit();
  expect(Unit).toMatchObject({ StartLimitIntervalSec: "0" });
  expect({ ...Unit, ...Service }).not.toHaveProperty("StartLimitBurst");
  expect(Service).toMatchObject({ Restart: "always", RestartSec: "5", RestartPreventExitStatus: "2" });
});
