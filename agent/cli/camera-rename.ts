import { changeCameras } from "../io/config-edit-text.ts";
import { cameraTexts as texts } from "../model/messages/cli-camera.ts";
import { fill } from "../model/messages/text.ts";
import { changeConfig, namedCamera } from "./camera-edit.ts";
import { configOption, defineCommand, EXIT } from "./command.ts";

export const command = defineCommand({
  summary: texts.renameSummary,
  usage: texts.renameUsage,
  arguments: [
    { name: "id", text: texts.argumentId },
    { name: "name", text: texts.argumentName },
  ],
  options: { config: configOption },
  exitCodes: [
    { code: EXIT.fine, meaning: texts.exitEdited },
    { code: EXIT.wrongUsage, meaning: texts.exitUsage },
  ],
  async run(context) {
    const { options, language } = context;
    const [id = "", name = ""] = context.arguments;
    if (!(await namedCamera(id, options.config, context))) return EXIT.wrongUsage;
    const config = (text: string) => changeCameras(text, { kind: "rename", id, name });
    return changeConfig(options.config, { config }, fill(texts.renamed, language, { id, name }), context);
  },
});
