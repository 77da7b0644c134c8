import { writeFile } from "node:fs/promises";
import { openCamera } from "../../drivers/registry.ts";
import { systemClock } from "../base/clock.ts";
import { judge } from "../core/health.ts";
import { type Line, paint, span } from "../core/terminal.ts";
import type { CameraSession, ProbeReport } from "../model/camera.ts";
import type { CameraConfig } from "../model/config.ts";
import { causes, type Fault, rungNumber, rungs } from "../model/fault.ts";
import { loginOf } from "../model/login.ts";
import { causeTexts } from "../model/messages/causes.ts";
import { probeTexts } from "../model/messages/cli-probe.ts";
import { rungNames } from "../model/messages/states.ts";
import { fill, type Language } from "../model/messages/text.ts";
import { HostGates } from "../run/host-gate.ts";
import { configOption, defineCommand, EXIT, jsonOption } from "./command.ts";
import { wantsColours } from "./live-screen.ts";
import { loadConfig } from "./load-config.ts";
import { offsetWords, streamWords } from "./show-camera.ts";

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

    const health = () => config.health;
    const login = loginOf(secrets, camera.credential);
    const host = new HostGates(systemClock, health).of(camera);
    const session = await openCamera({ config: camera, login }, { clock: systemClock, host, health });
    if (!options.json)
      err(`${fill(probeTexts.looking, language, { name: camera.name, address: addressOf(camera) })}\n`);
    const report = await session.probe(signal);
    if (signal.aborted) return EXIT.notFine;
    const { failed } = judge(report);
    if (options.json)
      out(
        `${JSON.stringify({ camera: id, ...report, verdict: failed ? { rung: failed.rung, ...failed.fault, code: causes[failed.fault.cause].code } : null })}\n`,
      );
    else
      write(
        ...showReport(report, language),
        ...(failed ? showFault(failed.fault, language) : [[span(`✔ ${probeTexts.fine[language]}`, "green")]]),
      );

    const pictured =
      options.snapshot === undefined
        ? undefined
        : await saveSnapshot(session, options.snapshot, signal, language);
    if (pictured) (options.json ? err : out)(`${pictured.text}\n`);
    return failed ? EXIT.notFine : (pictured?.code ?? EXIT.fine);
  },
});

function addressOf(camera: CameraConfig): string {
  return camera.driver === "rtsp" ? camera.stream : camera.address;
}

/** The ladder, rung by rung, and what was learned on the way. */
function showReport({ rungs: outcomes, facts, stream, clock }: ProbeReport, language: Language): Line[] {
  // Where nothing failed a missing rung is one that this camera has no answer to: bare RTSP tells no time.
  const absent = Object.values(outcomes).every(({ ok }) => ok) ? probeTexts.notTold : probeTexts.notReached;
  const ladder = rungs
    .filter((rung) => rung !== "events")
    .map((rung): Line => {
      const outcome = outcomes[rung];
      const title = `${rungNumber[rung]} ${rungNames[rung][language]}`;
      if (!outcome) return [span(`  · ${title}`, "dim"), span(`  ${absent[language]}`, "dim")];
      if (outcome.ok) return [span("  ✔ ", "green"), span(title)];
      return [
        span("  ✖ ", "red", "bold"),
        span(title, "bold"),
        span(`  ${causes[outcome.fault.cause].code}`, "dim"),
      ];
    });
  const device = [
    [facts.manufacturer, facts.model].filter(Boolean).join(" "),
    facts.firmware && fill(probeTexts.firmware, language, { firmware: facts.firmware }),
    facts.serial && fill(probeTexts.serial, language, { serial: facts.serial }),
    facts.mac,
  ].filter(Boolean);
  const seen: [string, string][] = [];
  if (device.length > 0) seen.push([probeTexts.factsTitle[language], device.join(", ")]);
  if (stream) {
    const keyframe = fill(probeTexts.keyframe, language, { ms: Math.round(stream.keyframeAfterMs) });
    seen.push([probeTexts.streamTitle[language], `${streamWords(stream, language)}, ${keyframe}`]);
  }
  if (clock) seen.push([probeTexts.clockTitle[language], offsetWords(clock.offsetMs, language)]);
  return [...ladder, ...seen.map(([title, text]): Line => [span(`  ${title}: `, "dim"), span(text)])];
}

function showFault({ cause, evidence }: Fault, language: Language): Line[] {
  const { what, next } = causeTexts[cause];
  return [
    [span(`✖ ${causes[cause].code} `, "red", "bold"), span(what[language], "bold")],
    [span(`  ${probeTexts.seen[language]}: `, "dim"), span(evidence[language])],
    [span(`  ${probeTexts.next[language]}: `, "dim"), span(next[language])],
  ];
}

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
