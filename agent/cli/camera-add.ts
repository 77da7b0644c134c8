import { judge } from "../core/health.ts";
import { paint } from "../core/terminal.ts";
import { type CameraEntry, changeCameras } from "../io/config-edit-text.ts";
import type { ProbeReport } from "../model/camera.ts";
import type { CameraConfig } from "../model/config.ts";
import { hasLogin } from "../model/config-found.ts";
import { cameraTexts as texts } from "../model/messages/cli-camera.ts";
import { fill } from "../model/messages/text.ts";
import { keepLogins, loginFor, loginOptions, tellAskProblem } from "./camera-credential.ts";
import { changeConfig } from "./camera-edit.ts";
import { checkEntry, entryOf, freeId } from "./camera-entry.ts";
import { looking } from "./camera-look.ts";
import { addressOf, placeKey } from "./camera-place.ts";
import { reach } from "./camera-reach.ts";
import { configOption, defineCommand, EXIT } from "./command.ts";
import { PROGRAM, usageProblem } from "./help.ts";
import { wantsColours } from "./live-screen.ts";
import { loadConfig } from "./load-config.ts";
import { showVerdict } from "./show-probe.ts";

export const command = defineCommand({
  summary: texts.addSummary,
  usage: texts.addUsage,
  arguments: [{ name: "address", text: texts.argumentAddress }],
  options: {
    config: configOption,
    id: { type: "string", value: "CODE", text: texts.optionId },
    name: { type: "string", value: "NAME", text: texts.optionName },
    driver: { type: "string", value: "DRIVER", text: texts.optionDriver },
    channel: { type: "string", value: "N", text: texts.optionChannel },
    stream: { type: "string", value: "main|sub", text: texts.optionStream },
    "rtsp-port": { type: "string", value: "PORT", text: texts.optionRtspPort },
    make: { type: "string", value: "MAKE", text: texts.optionMake },
    credential: { type: "string", value: "NAME", text: texts.optionCredential },
    ...loginOptions,
    anyway: { type: "boolean", text: texts.optionAnyway },
  },
  exitCodes: [
    { code: EXIT.fine, meaning: texts.exitAdded },
    { code: EXIT.notFine, meaning: texts.exitNotAdded },
    { code: EXIT.wrongUsage, meaning: texts.exitUsageAdd },
  ],
  async run(context) {
    const { options, language, out, err, signal } = context;
    const [address = ""] = context.arguments;
    const refuse = (sentence: string) => {
      err(usageProblem(`${PROGRAM} camera add`, sentence, language));
      return EXIT.wrongUsage;
    };
    if (hasLogin(address, true)) return refuse(texts.loginInAddress[language]);
    for (const option of ["channel", "rtsp-port"] as const) {
      const found = options[option];
      if (found !== undefined && !/^\d+$/.test(found))
        return refuse(fill(texts.notANumber, language, { option: `--${option}`, found }));
    }
    const loaded = await loadConfig(options.config, context);
    if (!loaded) return EXIT.wrongUsage;

    if (options.driver === undefined) err(`${fill(texts.identifying, language, { address })}\n`);
    const channel = options.channel === undefined ? undefined : Number(options.channel);
    const rtspPort = options["rtsp-port"] === undefined ? undefined : Number(options["rtsp-port"]);
    const { driver, make, stream, credential } = options;
    const reached = await reach({ address, driver, channel, rtspPort, make, stream }, language, signal);
    if (signal.aborted) return EXIT.notFine;
    if (!reached.ok) {
      err(`${reached.error}\n`);
      return EXIT.notFine;
    }
    if (reached.value.seen) err(`${reached.value.seen}\n`);

    const taken = new Set(loaded.config.cameras.map((camera) => camera.id));
    const place = channel === undefined ? address : `${address} ${channel}`;
    const id = options.id ?? freeId(options.name ?? place.replace(/^[a-z]+:\/\//i, ""), taken);
    const name = options.name ?? id;
    const tries: { readonly entry: CameraEntry; readonly camera: CameraConfig }[] = [];
    for (const way of reached.value.ways) {
      const entry = entryOf({ id, name, ...way, credential });
      const checked = checkEntry(entry);
      if (!checked.ok) {
        const words = checked.error.map(({ key, text }) =>
          fill(texts.entryProblem, language, { key, problem: text[language] }),
        );
        return refuse(words.join("\n"));
      }
      const same = loaded.config.cameras.find((one) => placeKey(one) === placeKey(checked.value));
      if (same) return refuse(fill(texts.alreadyThere, language, { id: same.id, name: same.name }));
      tries.push({ entry, camera: checked.value });
    }
    const known = await loginFor(credential, loaded, options, context);
    if (!known.ok) return tellAskProblem(known.error, "camera add", context);

    const look = looking(loaded.config.health);
    let last: { readonly entry: CameraEntry; readonly report: ProbeReport } | undefined;
    for (const { entry, camera } of tries) {
      err(`${fill(texts.trying, language, { address: addressOf(camera) })}\n`);
      last = { entry, report: await look(camera, known.value.login, signal) };
      if (signal.aborted) return EXIT.notFine;
      // A camera that knows no such address may know the make's next one; anything else is the same there.
      if (judge(last.report).failed?.rung !== "describe") break;
    }
    if (!last) return EXIT.notFine;
    const colours = context.stdoutIsTTY && wantsColours(context.env);
    for (const line of showVerdict(last.report, language)) out(`${paint(line, colours)}\n`);
    const failed = judge(last.report).failed;
    if (failed && failed.rung !== "clock" && !options.anyway) {
      err(`${texts.notAdded[language]}\n`);
      return EXIT.notFine;
    }
    const { entry } = last;
    const { login, isNew } = known.value;
    const logins = new Map(credential && login && isNew ? [[credential, login]] : []);
    const edit = {
      config: (text: string) => changeCameras(text, { kind: "add", cameras: [entry] }),
      secrets: keepLogins(loaded, options.config, logins),
    };
    return changeConfig(options.config, edit, fill(texts.added, language, { id, name }), context);
  },
});
