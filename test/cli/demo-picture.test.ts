import { expect, test } from "vitest";
import { framesToSvg, parseAnsi } from "../../deploy/ansi-svg.ts";

test("ANSI colours become pieces of one style each, and nothing else is left of them", () => {
  expect(
    parseAnsi("a\x1b[31;1mđỏ\x1b[0m \x1b[2mmờ\x1b[0m").map(({ text, bold, dim }) => [text, bold, dim]),
  ).toEqual([
    ["a", false, false],
    ["đỏ", true, false],
    [" ", false, false],
    ["mờ", false, true],
  ]);
});

test("a picture holds every frame, each text at its column, the first visible where nothing moves", () => {
  const svg = framesToSvg(["một  <hai>\n", "ba\n"], { title: "demo", columns: 10, secondsPerFrame: 2 });
  expect(svg).toContain(">một  &lt;hai&gt;</text>");
  expect(svg).toContain(">ba</text>");
  expect(svg.match(/<g class="f"/g)).toHaveLength(2);
  expect(svg.match(/opacity="0"/g)).toHaveLength(1);
  expect(svg).not.toContain("\x1b");
});
