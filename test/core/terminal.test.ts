import { expect, test } from "vitest";
import { table } from "../../agent/core/table.ts";
import { cutLine, lineWidth, pad, paint, redraw, span, spread } from "../../agent/core/terminal.ts";
import { cut, printable, textWidth, wrap } from "../../agent/core/text-width.ts";

const text = (line: Parameters<typeof paint>[0]) => paint(line, false);

test("Vietnamese is as wide composed as with combining marks", () => {
  const name = "Cổng chợ Đồng Xuân, hướng Tây";
  expect(textWidth(name)).toBe(29);
  expect(name.normalize("NFD").length).toBeGreaterThan(29);
  expect(textWidth(name.normalize("NFD"))).toBe(29);
});

test("East Asian characters and emoji take two columns, joiners and lone marks none", () => {
  expect(textWidth("漢字")).toBe(4);
  expect(textWidth("한국")).toBe(4);
  expect(textWidth("🎥")).toBe(2);
  expect(textWidth("👨‍👩‍👧")).toBe(2);
  expect(textWidth("\u200b\u0301")).toBe(0);
  expect(textWidth("● ▲ ✖ ─ …")).toBe(9);
});

test("text is cut to its columns between characters, never inside one", () => {
  expect(cut("Chuyển động", 20)).toBe("Chuyển động");
  expect(cut("Chuyển động", 11)).toBe("Chuyển động");
  expect(cut("Chuyển động", 7)).toBe("Chuyển…");
  expect(cut("Chuyển động".normalize("NFD"), 7).normalize("NFC")).toBe("Chuyển…");
  expect(cut("漢字漢字", 4)).toBe("漢…");
  expect(cut("abc", 0)).toBe("");
});

test("what a camera says cannot drive the terminal", () => {
  expect(printable("a\x1b[2Jb\x07c\r\nd\x9be")).toBe("a [2Jb c d e");
  expect(printable("cam\u202egpj.exe")).toBe("cam gpj.exe");
  expect(paint([span("\x1b]0;owned\x07name", "red")], true)).toBe("\x1b[31m ]0;owned name\x1b[0m");
});

test("a line is cut over its spans and keeps their styles", () => {
  const line = [span("Camera ", "bold"), span("cổng chợ", "red"), span(" hỏng")];
  expect(lineWidth(line)).toBe(20);
  expect(text(cutLine(line, 20))).toBe("Camera cổng chợ hỏng");
  expect(text(cutLine(line, 15))).toBe("Camera cổng ch…");
  expect(text(cutLine(line, 12))).toBe("Camera cổng…");
  expect(paint(cutLine(line, 9), true)).toBe("\x1b[1mCamera \x1b[0m\x1b[31mc…\x1b[0m");
});

test("a line is filled to exactly the columns asked for", () => {
  expect(text(pad([span("ấm")], 5))).toBe("ấm   ");
  expect(text(pad([span("ấm")], 5, "right"))).toBe("   ấm");
  expect(text(spread([span("left side")], [span("right")], 12))).toBe("left…  right");
  expect(text(spread([span("left")], [span("right")], 12))).toBe("left   right");
});

test("no style is written where colours are off", () => {
  expect(paint([span("a", "red", "bold"), span("b")], true)).toBe("\x1b[31;1ma\x1b[0mb");
  expect(paint([span("a", "red", "bold"), span("b")], false)).toBe("ab");
});

test("a table narrows its widest column and stands in line whatever the letters", () => {
  const columns = [
    { title: "camera", least: 6 },
    { title: "cause", least: 8 },
    { title: "n", align: "right" as const },
  ];
  const rows = [
    [[span("Cổng chợ")], [span("Thiết bị không trả lời")], [span("7")]],
    [[span("漢字")], [span("ok")], [span("120")]],
  ];
  expect(table(columns, rows, 40).map(text)).toEqual([
    "camera    cause                     n",
    "Cổng chợ  Thiết bị không trả lời    7",
    "漢字      ok                      120",
  ]);
  const narrow = table(columns, rows, 28);
  expect(narrow.map(text)).toEqual([
    "camera    cause            n",
    "Cổng chợ  Thiết bị khô…    7",
    "漢字      ok             120",
  ]);
  expect(narrow.map(lineWidth)).toEqual([28, 28, 28]);
});

test("a table with too little room leaves out what it can do without", () => {
  const columns = [
    { title: "camera" },
    { title: "motion", dispensable: 1 },
    { title: "since", dispensable: 2 },
  ];
  const rows = [[[span("gate")], [span("quiet")], [span("14:00")]]];
  expect(table(columns, rows, 40).map(text)).toEqual(["camera  motion  since", "gate    quiet   14:00"]);
  expect(table(columns, rows, 16).map(text)).toEqual(["camera  motion", "gate    quiet "]);
  expect(table(columns, rows, 8).map(text)).toEqual(["camera", "gate  "]);
});

test("only lines that changed are written again", () => {
  expect(redraw([], ["a", "b"])).toBe("\x1b[?2026h\ra\x1b[0m\x1b[K\r\nb\x1b[0m\x1b[K\r\n\x1b[?2026l");
  expect(redraw(["a", "b"], ["a", "b"])).toBe("");
  expect(redraw(["a", "b"], ["a", "c"])).toBe("\x1b[?2026h\x1b[2A\r\r\nc\x1b[0m\x1b[K\r\n\x1b[?2026l");
  expect(redraw(["a", "b"], ["a"])).toBe("\x1b[?2026h\x1b[2A\r\r\n\x1b[J\x1b[?2026l");
});

test("text is wrapped between words by columns", () => {
  expect(wrap("Kiểm tra camera có điện và đã cắm dây mạng chưa", 20)).toEqual([
    "Kiểm tra camera có",
    "điện và đã cắm dây",
    "mạng chưa",
  ]);
  expect(wrap("a verylongword b", 8)).toEqual(["a", "verylon…", "b"]);
});
