import { judge } from "../core/health.ts";
import { table } from "../core/table.ts";
import { type Line, paint, progressBar, span } from "../core/terminal.ts";
import type { ProbeReport } from "../model/camera.ts";
import type { CameraConfig } from "../model/config.ts";
import { type Cause, causes, rungs } from "../model/fault.ts";
import { loginOf } from "../model/login.ts";
import { causeTexts } from "../model/messages/causes.ts";
import { cameraTexts as texts } from "../model/messages/cli-camera.ts";
import { probeTexts } from "../model/messages/cli-probe.ts";
import { fill, type Language } from "../model/messages/text.ts";
import { sessions, sideBySide } from "./camera-look.ts";
import { addressOf } from "./camera-place.ts";
import { type Recorded, recordedOf } from "./camera-recorded.ts";
import { configOption, defineCommand, EXIT, jsonOption } from "./command.ts";
import { PROGRAM, usageProblem } from "./help.ts";
import { openScreen, terminalSize, wantsColours } from "./live-screen.ts";
import { loadConfig } from "./load-config.ts";
import { probeJson, showVerdict } from "./show-probe.ts";

/** Cameras looked at side by side; a host's own budget is kept by its gate. */
const AT_ONCE = 16;
/** Of a table that goes into a file, where nothing is to be cut. */
const UNLIMITED = 1_000;
const BAR_COLUMNS = 40;

interface Looked {
  readonly report: ProbeReport;
  /** Asked of cameras that are named: of all of a site it would take too long. */
  readonly recorded: Recorded;
}

interface Tested extends Looked {
  readonly camera: CameraConfig;
}

export const command = defineCommand({
  summary: texts.testSummary,
  usage: texts.testUsage,
  arguments: [{ name: "id", optional: true, many: true, text: texts.argumentIds }],
  options: {
    config: configOption,
    all: { type: "boolean", text: texts.optionAll },
    json: jsonOption,
  },
  exitCodes: [
    { code: EXIT.fine, meaning: texts.exitAllFine },
    { code: EXIT.notFine, meaning: texts.exitSomeWrong },
    { code: EXIT.wrongUsage, meaning: probeTexts.exitUsage },
  ],
  async run(context) {
    const { options, language, out, err, env, stdoutIsTTY, signal } = context;
    const ids = [...new Set(context.arguments)];
    if (options.all === ids.length > 0) {
      const sentence = (options.all ? texts.notBoth : texts.whichCameras)[language];
      err(usageProblem(`${PROGRAM} camera test`, sentence, language));
      return EXIT.wrongUsage;
    }
    const loaded = await loadConfig(options.config, context);
    if (!loaded) return EXIT.wrongUsage;
    const { config, secrets } = loaded;
    const unknown = ids.find((id) => !config.cameras.some((camera) => camera.id === id));
    if (unknown !== undefined) {
      const cameras = config.cameras.map(({ id }) => id).join(", ");
      err(`${fill(probeTexts.noSuchCamera, language, { id: unknown, file: options.config, cameras })}\n`);
      return EXIT.wrongUsage;
    }

    const asked = options.all ? config.cameras : config.cameras.filter(({ id }) => ids.includes(id));
    const colours = stdoutIsTTY && wantsColours(env);
    const screen =
      stdoutIsTTY && !options.json
        ? openScreen({ out, size: terminalSize, colours, alternate: false })
        : undefined;
    const reports = new Map<string, Looked>();
    const draw = () => screen?.draw([showProgress(reports.size, asked.length, language)]);
    try {
      const open = sessions(config.health);
      draw();
      const test = async (camera: CameraConfig) => {
        const session = await open(camera, loginOf(secrets, camera.credential));
        const report = await session.probe(signal);
        const recorded = options.all ? {} : await recordedOf(session, report, signal);
        reports.set(camera.id, { report, recorded });
        draw();
      };
      await sideBySide(asked, AT_ONCE, test, signal);
      screen?.draw([]);
    } finally {
      screen?.[Symbol.dispose]();
    }
    if (signal.aborted) return EXIT.notFine;

    const tested = asked.flatMap((camera): Tested[] => {
      const looked = reports.get(camera.id);
      return looked ? [{ camera, ...looked }] : [];
    });
    const summary = byCause(tested);
    if (options.json)
      out(
        `${JSON.stringify({ cameras: tested.map(({ camera, report, recorded }) => probeJson(camera.id, report, recorded)), causes: summary })}\n`,
      );
    else {
      const room = stdoutIsTTY ? terminalSize().columns : UNLIMITED;
      const lines = options.all ? showTable(tested, room, language) : showEach(tested, language);
      for (const line of [...lines, [], ...showSummary(summary, tested.length, language)])
        out(`${paint(line, colours).trimEnd()}\n`);
    }
    return summary.length > 0 ? EXIT.notFine : EXIT.fine;
  },
});

interface CauseCount {
  readonly cause: Cause;
  readonly code: string;
  readonly cameras: readonly string[];
}

/** The commonest first; among equals in the order of the ladder. */
function byCause(tested: readonly Tested[]): readonly CauseCount[] {
  const failed = tested.flatMap(({ camera, report }) => {
    const cause = judge(report).failed?.fault.cause;
    return cause ? [{ cause, id: camera.id }] : [];
  });
  return [...Map.groupBy(failed, ({ cause }) => cause)]
    .map(([cause, group]) => ({ cause, code: causes[cause].code, cameras: group.map(({ id }) => id) }))
    .toSorted((a, b) => b.cameras.length - a.cameras.length || a.code.localeCompare(b.code));
}

function showProgress(done: number, total: number, language: Language): Line {
  const words = fill(texts.progress, language, { done, total });
  return [...progressBar(done, total, BAR_COLUMNS), span(`  ${words}`)];
}

/** One line a camera, with its ladder in short. */
function showTable(tested: readonly Tested[], room: number, language: Language): Line[] {
  const columns = [
    { title: texts.columnId[language] },
    { title: texts.columnName[language], least: 12 },
    { title: texts.columnLadder[language] },
    { title: texts.columnVerdict[language], least: 20 },
  ];
  const rows = tested.map(({ camera, report }): Line[] => {
    const { failed } = judge(report);
    return [
      [span(camera.id)],
      [span(camera.name)],
      shortLadder(report),
      failed
        ? [
            span(`${causes[failed.fault.cause].code} `, "dim"),
            span(causeTexts[failed.fault.cause].what[language]),
          ]
        : [],
    ];
  });
  return table(columns, rows, room);
}

function shortLadder({ rungs: outcomes }: ProbeReport): Line {
  return rungs
    .filter((rung) => rung !== "events")
    .map((rung) => {
      const outcome = outcomes[rung];
      if (!outcome) return span("·", "dim");
      return outcome.ok ? span("✔", "green") : span("✖", "red", "bold");
    });
}

function showEach(tested: readonly Tested[], language: Language): Line[] {
  return tested.flatMap(({ camera, report, recorded }, index): Line[] => [
    ...(index > 0 ? [[]] : []),
    [span(`${camera.id} ${camera.name}`, "bold"), span(`  ${addressOf(camera)}`, "dim")],
    ...showVerdict(report, language, recorded),
  ]);
}

/** Cameras named under a cause; the table or the JSON has the rest. */
const MOST_NAMED = 8;

function showSummary(summary: readonly CauseCount[], total: number, language: Language): Line[] {
  const n = total - summary.reduce((sum, { cameras }) => sum + cameras.length, 0);
  const fine = span(
    fill(texts.sumFine, language, { n, total }),
    ...(n === total ? (["green"] as const) : []),
  );
  return [
    [fine],
    ...summary.flatMap(({ cause, code, cameras }): Line[] => {
      const { what, next } = causeTexts[cause];
      const words = fill(texts.sumCause, language, { n: cameras.length, code, what: what[language] });
      const named = cameras.slice(0, MOST_NAMED).join(", ") + (cameras.length > MOST_NAMED ? ", …" : "");
      return [
        [span("✖ ", "red", "bold"), span(words, "bold")],
        [span(`  ${named}`, "dim")],
        [span(`  ${probeTexts.next[language]}: `, "dim"), span(next[language])],
      ];
    }),
  ];
}
