import { judge } from "../core/health.ts";
import { type Line, span } from "../core/terminal.ts";
import type { ProbeReport } from "../model/camera.ts";
import { causes, type Fault, rungNumber, rungs } from "../model/fault.ts";
import { causeTexts } from "../model/messages/causes.ts";
import { probeTexts } from "../model/messages/cli-probe.ts";
import { rungNames } from "../model/messages/states.ts";
import { fill, type Language } from "../model/messages/text.ts";
import { type Recorded, recordedJson } from "./camera-recorded.ts";
import { offsetWords, streamWords } from "./show-camera.ts";
import { showRecorded } from "./show-recorded.ts";

/** A look at a camera for programs. */
export function probeJson(camera: string, report: ProbeReport, recorded: Recorded = {}) {
  const { failed } = judge(report);
  const verdict = failed && { rung: failed.rung, ...failed.fault, code: causes[failed.fault.cause].code };
  return { camera, ...report, ...recordedJson(recorded), verdict: verdict ?? null };
}

/** What a look comes to: the ladder, and what is wrong with what to do next, or that nothing is. */
export function showVerdict(report: ProbeReport, language: Language, recorded: Recorded = {}): Line[] {
  const { failed } = judge(report);
  return [
    ...showReport(report, language),
    ...showRecorded(recorded, language),
    ...(failed ? showFault(failed.fault, language) : [[span(`✔ ${probeTexts.fine[language]}`, "green")]]),
  ];
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
