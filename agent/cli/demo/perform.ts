import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { unreachable } from "../../base/result.ts";
import { type Line, paint, span } from "../../core/terminal.ts";
import { demoTexts } from "../../model/messages/cli-demo.ts";
import { fill, type Language } from "../../model/messages/text.ts";
import { type CommandSurroundings, EXIT } from "../command.ts";
import { openScreen, terminalSize, wantsColours } from "../live-screen.ts";
import type { DemoAgent } from "./agent-process.ts";
import { dashboard } from "./dashboard.ts";
import { PlainProgress } from "./plain-progress.ts";
import { openPlay, type Play, type PlayEnd } from "./play.ts";
import { agrees, showReckoning } from "./reckoning.ts";
import { openStage, type Stage } from "./stage.ts";
import { openTraffic, type Traffic } from "./traffic.ts";

const FRAME_EVERY_MS = 100;
/** Size of the frames that --frames writes. */
const PICTURE = { columns: 104, rows: 32 };
const LAST_WORDS = 12;
/** Motions a second while the demo is left running. */
const KEPT_PACE = 1;

export interface Performance extends CommandSurroundings {
  readonly language: Language;
  readonly keep: boolean;
  /** Folder for frames of the terminal; undefined: none are written. */
  readonly frames: string | undefined;
}

/** The whole demo; resolves with the exit code. */
export async function perform(options: Performance): Promise<number> {
  const { language, signal } = options;
  const colours = options.stdoutIsTTY && wantsColours(options.env);
  const write = (lines: readonly Line[]) => {
    for (const line of lines) options.out(`${paint(line, colours)}\n`);
  };
  await using stage = await openStage(language);
  const traffic = openTraffic(stage.cameras, systemClock);
  const agent = stage.startAgent();
  const play: Play = openPlay({
    language,
    stage,
    agent,
    traffic,
    clock: systemClock,
    onHeight: async (name) => {
      if (options.frames) await writeFrame(options.frames, name, play, language);
    },
  });
  const end = await show(play, () => play.run(signal), { ...options, colours, write });
  if (end.kind !== "finished") return tellFailure(end, agent, options, write);

  const { reckoning } = end;
  if (!options.stdoutIsTTY) write([[], ...showReckoning(reckoning, language)]);
  if (options.keep) await keepRunning(stage, traffic, options, write);
  return agrees(reckoning) ? EXIT.fine : EXIT.notFine;
}

interface Shown extends Performance {
  readonly colours: boolean;
  readonly write: (lines: readonly Line[]) => void;
}

/** Runs `work` while it is shown: redrawn in place in a terminal, otherwise line by line. */
async function show<T>(play: Play, work: () => Promise<T>, options: Shown): Promise<T> {
  const over = new AbortController();
  const shown = options.stdoutIsTTY
    ? showLive(play, options, over.signal)
    : showPlain(play, options, over.signal);
  try {
    return await work();
  } finally {
    over.abort();
    await shown;
  }
}

async function showLive(play: Play, { language, out, colours }: Shown, over: AbortSignal): Promise<void> {
  using screen = openScreen({ out, size: terminalSize, colours, alternate: false });
  for (;;) {
    screen.draw(dashboard(play.moment(), language, screen.size()));
    if (over.aborted) return;
    await systemClock.sleep(FRAME_EVERY_MS, over);
  }
}

async function showPlain(play: Play, { language, write }: Shown, over: AbortSignal): Promise<void> {
  const progress = new PlainProgress(language);
  for (;;) {
    write(progress.lines(play.moment()));
    if (over.aborted) return;
    await systemClock.sleep(FRAME_EVERY_MS, over);
  }
}

async function tellFailure(
  end: Exclude<PlayEnd, { kind: "finished" }>,
  agent: DemoAgent,
  { language }: Performance,
  write: (lines: readonly Line[]) => void,
): Promise<number> {
  const words = async () =>
    (await agent.lastWords(LAST_WORDS)).map((text): Line => [span(`  ${text}`, "dim")]);
  switch (end.kind) {
    case "interrupted":
      write([[], [span(demoTexts.interrupted[language])]]);
      return EXIT.notFine;
    case "late":
      write([
        [],
        [span(`✖ ${fill(demoTexts.late, language, { what: end.what[language] })}`, "red", "bold")],
        ...(await words()),
      ]);
      return EXIT.notFine;
    case "agent-ended":
      write([
        [],
        [span(`✖ ${fill(demoTexts.agentEnded, language, { code: end.code })}`, "red", "bold")],
        ...(await words()),
      ]);
      return EXIT.missing;
    default:
      return unreachable(end);
  }
}

/** Starts the agent again on the same journal and lets people pass the cameras until told to stop. */
async function keepRunning(
  stage: Stage,
  traffic: Traffic,
  { language, signal }: Performance,
  write: (lines: readonly Line[]) => void,
): Promise<void> {
  const agent = stage.startAgent();
  const words = { port: stage.broker.port, folder: stage.folder };
  write([
    [span(`  ${demoTexts.actKept[language]}`, "bold")],
    [span(`  ${fill(demoTexts.keptWatch, language, words)}`)],
    [span(`  ${fill(demoTexts.keptStatus, language, words)}`)],
  ]);
  traffic.pace = KEPT_PACE;
  await traffic.run(signal);
  await agent.stop();
}

async function writeFrame(folder: string, name: string, play: Play, language: Language): Promise<void> {
  await mkdir(folder, { recursive: true });
  const lines = dashboard(play.moment(), language, PICTURE).map((line) => paint(line, true));
  await writeFile(join(folder, `${name}.${language}.ansi`), `${lines.join("\n")}\n`);
}
