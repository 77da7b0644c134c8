import { textWidth } from "../agent/core/text-width.ts";

/** Text with SGR colours, as terminals show it, drawn as SVG. Knows what `agent/core/terminal.ts` writes. */

const CELL = { width: 8.4, height: 17, size: 14 } as const;
const MARGIN = 16;
const BAR = 28;
const FONT =
  "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace";

/** A dark terminal's colours with a contrast of at least 4.5 to the background. */
const COLOURS = {
  background: "#11151c",
  bar: "#1b212b",
  text: "#d7dde7",
  31: "#ff6b6b",
  32: "#5fd38d",
  33: "#f2c55c",
  34: "#6aa9ff",
  35: "#d7a1ff",
  36: "#59d0e0",
  90: "#7f8b9c",
} as const;

interface Piece {
  readonly text: string;
  readonly colour: string;
  readonly bold: boolean;
  readonly dim: boolean;
}

/** One line of ANSI text as pieces of one style each. */
export function parseAnsi(line: string): Piece[] {
  const pieces: Piece[] = [];
  let style = { colour: COLOURS.text as string, bold: false, dim: false };
  // Everything after an escape begins with the parameters of its SGR; what stands before the first has none.
  for (const [index, part] of line.split("\u001b[").entries()) {
    const match = index === 0 ? null : /^([\d;]*)m/.exec(part);
    if (match) {
      for (const code of (match[1] || "0").split(";").map(Number)) {
        if (code === 0) style = { colour: COLOURS.text, bold: false, dim: false };
        else if (code === 1) style = { ...style, bold: true };
        else if (code === 2) style = { ...style, dim: true };
        else if (code in COLOURS) style = { ...style, colour: COLOURS[code as keyof typeof COLOURS] };
      }
    }
    const text = match ? part.slice(match[0].length) : part;
    if (text !== "") pieces.push({ text, ...style });
  }
  return pieces;
}

const escapeXml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Every piece is put at its column, so that another font's widths do not shift what follows. */
function drawLine(line: string, row: number): string {
  const y = BAR + MARGIN + row * CELL.height + CELL.size;
  let column = 0;
  const spans: string[] = [];
  for (const { text, colour, bold, dim } of parseAnsi(line)) {
    const width = textWidth(text);
    if (text.trim() !== "") {
      const lead = text.length - text.trimStart().length;
      const shown = text.trim();
      const x = (MARGIN + (column + lead) * CELL.width).toFixed(1);
      const length = (textWidth(shown) * CELL.width).toFixed(1);
      const style = [
        colour === COLOURS.text ? "" : ` fill="${colour}"`,
        bold ? ' font-weight="bold"' : "",
        dim ? ' opacity=".65"' : "",
      ].join("");
      spans.push(
        `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${style}>${escapeXml(shown)}</text>`,
      );
    }
    column += width;
  }
  return spans.join("");
}

export interface SvgOptions {
  readonly title: string;
  readonly columns: number;
  readonly secondsPerFrame: number;
}

/**
 * The frames one after the other, each for `secondsPerFrame`, over and over. Where animations are not shown, the
 * first frame is what is seen.
 */
export function framesToSvg(frames: readonly string[], options: SvgOptions): string {
  const lines = frames.map((frame) => frame.trimEnd().split("\n"));
  const rows = Math.max(...lines.map((frame) => frame.length));
  const width = Math.ceil(options.columns * CELL.width + 2 * MARGIN);
  const height = BAR + rows * CELL.height + 2 * MARGIN;
  const share = 100 / frames.length;
  const total = frames.length * options.secondsPerFrame;
  // Each frame's animation is already under way, so that none is shown before its turn.
  const groups = lines.map((frame, index) => {
    const body = frame.map((line, row) => drawLine(line, row)).filter((text) => text !== "");
    return `<g class="f" style="animation-delay:${index * options.secondsPerFrame - total}s"${index === 0 ? "" : ' opacity="0"'}>\n${body.join("\n")}\n</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(options.title)}">
<title>${escapeXml(options.title)}</title>
<style>
text{white-space:pre}
@keyframes show{0%{opacity:1}${share.toFixed(2)}%{opacity:1}${(share + 0.01).toFixed(2)}%{opacity:0}100%{opacity:0}}
.f{animation:show ${total}s linear infinite}
@media (prefers-reduced-motion:reduce){.f{animation:none}}
</style>
<rect width="${width}" height="${height}" rx="10" fill="${COLOURS.background}"/>
<path d="M0 ${BAR}V10a10 10 0 0 1 10-10H${width - 10}a10 10 0 0 1 10 10V${BAR}Z" fill="${COLOURS.bar}"/>
<g fill="#ff5f57"><circle cx="18" cy="14" r="5"/></g><g fill="#febc2e"><circle cx="36" cy="14" r="5"/></g><g fill="#28c840"><circle cx="54" cy="14" r="5"/></g>
<text x="${width / 2}" y="19" text-anchor="middle" font-family="${FONT}" font-size="12" fill="${COLOURS[90]}">${escapeXml(options.title)}</text>
<g font-family="${FONT}" font-size="${CELL.size}" fill="${COLOURS.text}">
${groups.join("\n")}
</g>
</svg>
`;
}
