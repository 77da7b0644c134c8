import { writeFile } from "node:fs/promises";
import { judge } from "../core/health.ts";
import { type Line, paint } from "../core/terminal.ts";
import type { CameraSession } from "../model/camera.ts";
import { causes } from "../model/fault.ts";
import { loginOf } from "../model/login.ts";
import { causeTexts } from "../model/messages/causes.ts";
import { probeTexts } from "../model/messages/cli-probe.ts";
import { fill, type Language } from "../model/messages/text.ts";
import { sessions } from "./camera-look.ts";
import { addressOf } from "./camera-place.ts";
import { recordedOf } from "./camera-recorded.ts";
import { configOption, defineCommand, EXIT, jsonOption } from "./command.ts";
import { wantsColours } from "./live-screen.ts";
import { loadConfig } from "./load-config.ts";
import { probeJson, showVerdict } from "./show-probe.ts";

export const command = defineCommand({
  summary: probeTexts.summary,
  usage: probeTexts.usage,
  arguments: [{ name: "camera", text: probeTexts.argumentCamera }],
  options: {
    config: configOption,
    snapshot: { type: "string", value: "FILE", text: probeTexts.optionSnapshot },
    json: jsonOption,
  },
  exitCodes: [
    { code: EXIT.fine, meaning: probeTexts.exitFine },
    { code: EXIT.notFine, meaning: probeTexts.exitNotFine },
    { code: EXIT.wrongUsage, meaning: probeTexts.exitUsage },
    { code: EXIT.missing, meaning: probeTexts.exitMissing },
  ],
  async run(context) {
    const { options, language, out, err, signal } = context;
    const write = (...lines: Line[]) => {
      for (const line of lines) out(`${paint(line, context.stdoutIsTTY && wantsColours(context.env))}\n`);
    };
    const loaded = await loadConfig(options.config, context);
    if (!loaded) return EXIT.wrongUsage;
    const { config, secrets } = loaded;
    const [id = ""] = context.arguments;
    const camera = config.cameras.find((one) => one.id === id);
    if (!camera) {
      const cameras = config.cameras.map((one) => one.id).join(", ");
      err(`${fill(probeTexts.noSuchCamera, language, { id, file: options.config, cameras })}\n`);
      return EXIT.wrongUsage;
    }

    const session = await sessions(config.health)(camera, loginOf(secrets, camera.credential));
    if (!options.json)
      err(`${fill(probeTexts.looking, language, { name: camera.name, address: addressOf(camera) })}\n`);
    const report = await session.probe(signal);
    const recorded = await recordedOf(session, report, signal);
    if (signal.aborted) return EXIT.notFine;
    const { failed } = judge(report);
    if (options.json) out(`${JSON.stringify(probeJson(id, report, recorded))}\n`);
    else write(...showVerdict(report, language, recorded));

    const pictured =
      options.snapshot === undefined
        ? undefined
        : await saveSnapshot(session, options.snapshot, signal, language);
    if (pictured) (options.json ? err : out)(`${pictured.text}\n`);
    return failed ? EXIT.notFine : (pictured?.code ?? EXIT.fine);
  },
});

async function saveSnapshot(
  session: CameraSession,
  file: string,
  signal: AbortSignal,
  language: Language,
): Promise<{ readonly code: number; readonly text: string }> {
  if (!session.snapshot) return { code: EXIT.notFine, text: probeTexts.snapshotNone[language] };
  const picture = await session.snapshot(signal);
  if (!picture.ok) {
    const { cause, evidence } = picture.error;
    return {
      code: EXIT.notFine,
      text: `${causes[cause].code} ${causeTexts[cause].what[language]} (${evidence[language]})`,
    };
  }
  try {
    await writeFile(file, picture.value, { mode: 0o600 });
  } catch (error) {
    const { code: reason, message } = error as NodeJS.ErrnoException;
    const text = fill(probeTexts.snapshotFailed, language, { file, reason: reason ?? message });
    return { code: EXIT.missing, text };
  }
  return {
    code: EXIT.fine,
    text: fill(probeTexts.snapshotSaved, language, { file, bytes: picture.value.byteLength }),
  };
}
