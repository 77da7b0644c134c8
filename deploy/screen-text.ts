/** What is left on a terminal's screen and above it, line by line, after all that a program wrote to it. */
export function screenText(written: string): string {
  const lines: string[][] = [[]];
  let row = 0;
  let column = 0;
  const line = (): string[] => {
    while (lines.length <= row) lines.push([]);
    return lines[row] as string[];
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what terminals are told to do.
  const pieces = written.matchAll(/\x1b\[([?\d;]*)([A-Za-z])|\x1b.|[\s\S]/gu);
  for (const [piece, parameter = "", order] of pieces) {
    const count = Number(parameter) || 1;
    if (order === "A") row = Math.max(0, row - count);
    else if (order === "C") column += count;
    else if (order === "D") column = Math.max(0, column - count);
    else if (order === "G") column = count - 1;
    else if (order === "K") line().length = Math.min(line().length, column);
    else if (order === "J") {
      line().length = Math.min(line().length, column);
      lines.length = row + 1;
    } else if (piece === "\r") column = 0;
    else if (piece === "\n") {
      row += 1;
      column = 0;
      line();
    } else if (!piece.startsWith("\x1b")) {
      const cells = line();
      while (cells.length < column) cells.push(" ");
      cells[column] = piece;
      column += 1;
    }
  }
  return lines
    .map((cells) => cells.join("").trimEnd())
    .join("\n")
    .trimEnd();
}
