import { rmSync } from "node:fs";
import type { CommandResult } from "../../agent/model/command.ts";
import type { SiteCommands } from "../../agent/run/site-commands.ts";

/**
 * Stops the commands of an agent whose files an upgrade has taken away, and tells as JSON what was answered. Argument:
 * the folder of the program, a copy.
 */
const [program = ""] = process.argv.slice(2);
const load = (file: string) => import(`${program}/${file}`);
const { SiteCommands: Made } = (await load("run/site-commands.ts")) as {
  SiteCommands: new (ports: Partial<ConstructorParameters<typeof SiteCommands>[0]>) => SiteCommands;
};
const { systemClock } = await load("base/clock.ts");
const answers: CommandResult[] = [];
const commands = new Made({
  clock: systemClock,
  here: () => ({ unit: "unit-1", site: "site-1" }),
  answer: async (result) => void answers.push(result),
});
for (const file of ["run/command-service.ts", "run/commands.ts", "model/command.ts"])
  rmSync(`${program}/${file}`);
await commands.close();
const send = (topic: string) => commands.take({ topic, payload: Buffer.from("{}"), retain: false });
await send("cam/v1/unit-1/site-1/cmd/ping/late");
await send("cam/v1/unit-2/site-1/cmd/ping/other");
await send("cam/v1/unit-1/site-1/cmd/ping/not+one");
for (let n = 0; n < 40; n++) await send(`cam/v1/unit-1/site-1/cmd/ping/flood-${n}`);
process.stdout.write(JSON.stringify(answers));
