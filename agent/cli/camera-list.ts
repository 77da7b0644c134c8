import { type Column, table } from "../core/table.ts";
import { type Line, paint, span } from "../core/terminal.ts";
import { cameraTexts as texts } from "../model/messages/cli-camera.ts";
import { fill } from "../model/messages/text.ts";
import { addressOf, channelOf } from "./camera-place.ts";
import { configOption, defineCommand, EXIT, jsonOption } from "./command.ts";
import { terminalSize, wantsColours } from "./live-screen.ts";
import { loadConfig } from "./load-config.ts";

/** Of a table that goes into a file, where nothing is to be cut. */
const UNLIMITED = 1_000;

export const command = defineCommand({
  summary: texts.listSummary,
  usage: texts.listUsage,
  options: { config: configOption, json: jsonOption },
  exitCodes: [
    { code: EXIT.fine, meaning: texts.exitListed },
    { code: EXIT.wrongUsage, meaning: texts.exitUsage },
  ],
  async run(context) {
    const { options, language, out, env, stdoutIsTTY } = context;
    const loaded = await loadConfig(options.config, context);
    if (!loaded) return EXIT.wrongUsage;
    const { cameras } = loaded.config;
    if (options.json) {
      out(`${JSON.stringify(cameras, null, 2)}\n`);
      return EXIT.fine;
    }
    if (cameras.length === 0) {
      out(`${fill(texts.none, language, { file: options.config })}\n`);
      return EXIT.fine;
    }
    const columns: Column[] = [
      { title: texts.columnId[language] },
      { title: texts.columnName[language], least: 12 },
      { title: texts.columnDriver[language], dispensable: 2 },
      { title: texts.columnAddress[language], least: 16 },
      { title: texts.columnChannel[language], align: "right" },
      { title: texts.columnCredential[language], dispensable: 3 },
      { title: texts.columnNote[language], dispensable: 1 },
    ];
    const rows = cameras.map((camera): Line[] => [
      [span(camera.id)],
      [span(camera.name)],
      [span(camera.driver)],
      [span(addressOf(camera))],
      [span(String(channelOf(camera) ?? ""))],
      [span(camera.credential ?? "")],
      [span(camera.maintenance ? texts.maintenance[language] : "")],
    ]);
    const room = stdoutIsTTY ? terminalSize().columns : UNLIMITED;
    for (const line of table(columns, rows, room))
      out(`${paint(line, stdoutIsTTY && wantsColours(env)).trimEnd()}\n`);
    return EXIT.fine;
  },
});
