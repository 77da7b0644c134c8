import { changeCameras } from "../io/config-edit-text.ts";
import { cameraTexts as texts } from "../model/messages/cli-camera.ts";
import { fill } from "../model/messages/text.ts";
import { changeConfig, namedCamera } from "./camera-edit.ts";
import { configOption, defineCommand, EXIT } from "./command.ts";

export const command = defineCommand({
  summary: texts.removeSummary,
  usage: texts.removeUsage,
  arguments: [{ name: "id", text: texts.argumentId }],
  options: { config: configOption },
  exitCodes: [
    { code: EXIT.fine, meaning: texts.exitEdited },
    { code: EXIT.wrongUsage, meaning: texts.exitUsage },
  ],
  async run(context) {
    const { options, language } = context;
    const [id = ""] = context.arguments;
    const camera = await namedCamera(id, options.config, context);
    if (!camera) return EXIT.wrongUsage;
    const config = (text: string) => changeCameras(text, { kind: "remove", id });
    const done = fill(texts.removed, language, { id, name: camera.name });
    return changeConfig(options.config, { config }, done, context);
  },
});
