import { demoTexts } from "../model/messages/cli-demo.ts";
import { defineCommand, EXIT } from "./command.ts";

export const command = defineCommand({
  summary: demoTexts.summary,
  usage: demoTexts.usage,
  options: {
    keep: { type: "boolean", text: demoTexts.optionKeep },
    frames: { type: "string", value: "FOLDER", text: demoTexts.optionFrames },
  },
  exitCodes: [
    { code: EXIT.fine, meaning: demoTexts.exitFine },
    { code: EXIT.notFine, meaning: demoTexts.exitNotFine },
    { code: EXIT.missing, meaning: demoTexts.exitMissing },
  ],
  async run({ options, ...surroundings }) {
    let stage: typeof import("./demo/perform.ts");
    try {
      stage = await import("./demo/perform.ts");
    } catch (error) {
      // An installed agent carries neither simulated cameras nor a broker.
      if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
      surroundings.err(`${demoTexts.installMissing[surroundings.language]}\n`);
      return EXIT.missing;
    }
    return stage.perform({ ...surroundings, ...options, frames: options.frames });
  },
});
