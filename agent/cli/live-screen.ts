import {
  CURSOR_HIDE,
  CURSOR_SHOW,
  cutLine,
  type Line,
  paint,
  redraw,
  SCREEN_ENTER,
  SCREEN_LEAVE,
} from "../core/terminal.ts";

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Part of the terminal that is redrawn in place. Disposing it gives the terminal back as it was. */
export interface LiveScreen extends Disposable {
  /** Asked at every frame: people resize windows. */
  size(): ScreenSize;
  draw(lines: readonly Line[]): void;
}

export interface ScreenOptions {
  readonly out: (text: string) => void;
  readonly size: () => ScreenSize;
  readonly colours: boolean;
  /** Draw on the alternate screen, so that nothing stays behind; otherwise below what is there, and it stays. */
  readonly alternate: boolean;
}

export function openScreen({ out, size, colours, alternate }: ScreenOptions): LiveScreen {
  let shown: string[] = [];
  let shownAt: ScreenSize = size();
  out(`${alternate ? SCREEN_ENTER : ""}${CURSOR_HIDE}`);
  return {
    size,
    draw(lines) {
      const now = size();
      if (now.columns !== shownAt.columns || now.rows !== shownAt.rows) {
        // Lines that stood there have been wrapped anew by the terminal: only a clean start is right again.
        out("\x1b[2J\x1b[H");
        shown = [];
        shownAt = now;
      }
      // The cursor rests on the line below, which must be on the screen too.
      const next = lines.slice(0, now.rows - 1).map((line) => paint(cutLine(line, now.columns), colours));
      const bytes = redraw(shown, next);
      shown = next;
      if (bytes !== "") out(bytes);
    },
    [Symbol.dispose]() {
      out(`${CURSOR_SHOW}${alternate ? SCREEN_LEAVE : ""}`);
    },
  };
}

/** Whether to colour, after https://no-color.org and what terminals without colours call themselves. */
export function wantsColours(env: NodeJS.ProcessEnv): boolean {
  return !env.NO_COLOR && env.TERM !== "dumb";
}

/** Of standard output; 100 × 30 where it is no terminal. */
export function terminalSize(): ScreenSize {
  return { columns: process.stdout.columns ?? 100, rows: process.stdout.rows ?? 30 };
}
