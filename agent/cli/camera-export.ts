import { writeCsv } from "../core/csv.ts";
import { importTexts as texts } from "../model/messages/cli-camera-import.ts";
import { tableOf } from "./camera-table.ts";
import { configOption, defineCommand, EXIT } from "./command.ts";
import { loadConfig } from "./load-config.ts";

const EXAMPLE = {
  id: "cong-ubnd",
  name: "Cổng UBND xã",
  driver: "hikvision",
  address: "192.168.1.64",
  channel: 1,
  stream: "main",
  credential: "camera",
  maintenance: false,
  events: true,
} as const;

export const command = defineCommand({
  summary: texts.exportSummary,
  usage: texts.exportUsage,
  options: { config: configOption, template: { type: "boolean", text: texts.optionTemplate } },
  exitCodes: [
    { code: EXIT.fine, meaning: texts.exitExported },
    { code: EXIT.wrongUsage, meaning: texts.exitWrong },
  ],
  async run(context) {
    const { options, out } = context;
    if (options.template) {
      out(writeCsv(tableOf([EXAMPLE])));
      return EXIT.fine;
    }
    const loaded = await loadConfig(options.config, context);
    if (!loaded) return EXIT.wrongUsage;
    out(writeCsv(tableOf(loaded.config.cameras)));
    return EXIT.fine;
  },
});
