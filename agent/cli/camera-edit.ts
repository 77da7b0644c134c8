import { type ConfigEdit, editConfig } from "../io/config-edit.ts";
import type { CameraConfig } from "../model/config.ts";
import { problemLine } from "../model/config-problem.ts";
import { cameraTexts as texts } from "../model/messages/cli-camera.ts";
import { probeTexts } from "../model/messages/cli-probe.ts";
import { fill } from "../model/messages/text.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { loadConfig } from "./load-config.ts";

type Telling = Pick<CommandContext, "env" | "out" | "err" | "language">;

/** Makes the change and says so in `done`, with how it is applied; or says why nothing was changed. */
export async function changeConfig(
  file: string,
  edit: Pick<ConfigEdit, "config" | "secrets" | "loginsMayLack">,
  done: string,
  { env, out, err, language }: Telling,
): Promise<number> {
  const changed = await editConfig({ file, env, ...edit });
  if (!changed.ok) {
    for (const problem of changed.error) err(`${problemLine(problem, language)}\n`);
    return EXIT.wrongUsage;
  }
  out(`${done}\n${texts.apply[language]}\n`);
  return EXIT.fine;
}

/** The camera of that id; undefined when it was told that there is none, or what is wrong with the configuration. */
export async function namedCamera(
  id: string,
  file: string,
  context: Telling,
): Promise<CameraConfig | undefined> {
  const loaded = await loadConfig(file, context);
  if (!loaded) return undefined;
  const { cameras } = loaded.config;
  const camera = cameras.find((one) => one.id === id);
  if (!camera) {
    const known = cameras.map((one) => one.id).join(", ");
    context.err(`${fill(probeTexts.noSuchCamera, context.language, { id, file, cameras: known })}\n`);
  }
  return camera;
}
