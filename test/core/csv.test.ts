import fc from "fast-check";
import { expect, test } from "vitest";
import { readCsv, writeCsv } from "../../agent/core/csv.ts";

const cells = (text: string) => {
  const read = readCsv(text);
  return read.ok ? read.value.map((row) => row.cells) : read.error;
};

test.each([
  ["semicolons, BOM and CRLF", "\uFEFFid;tên\r\n1;Cổng, sau\r\n"],
  ["commas and no last line end", 'id,tên\n1,"Cổng, sau"'],
  ["tabs and the line ends of old Macs", "id\ttên\r1\tCổng, sau\r"],
])("a table with %s is read", (_, text) => {
  expect(cells(text)).toEqual([
    ["id", "tên"],
    ["1", "Cổng, sau"],
  ]);
});

test("quotes hold separators, line ends and doubled quotes; a row is told by the line that it begins in", () => {
  expect(readCsv('a;b\n"1\r\n;""x""";2\n;;\n3;\n')).toEqual({
    ok: true,
    value: [
      { line: 1, cells: ["a", "b"] },
      { line: 2, cells: ['1\r\n;"x"', "2"] },
      { line: 5, cells: ["3", ""] },
    ],
  });
});

test("a quote that is not closed, or has text behind it, is told with its line", () => {
  expect(cells('a;b\n1;2\n3;"4\n5;6\n')).toEqual({ line: 3 });
  expect(cells('a;b\n"1"x;2\n')).toEqual({ line: 2 });
});

test("whatever is written is read again, and anything at all is read without throwing", () => {
  const cell = fc
    .string({ unit: "binary" })
    .filter((text) => text === text.trim() && !/^[=+\-@\t\r']/.test(text));
  const row = fc.array(cell, { minLength: 2, maxLength: 4 }).map((row) => ["x", ...row]);
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), (rows) => {
      const head = ["a", "b", "c"];
      expect(cells(writeCsv([head, ...rows]))).toEqual([head, ...rows]);
    }),
    { numRuns: 40 },
  );
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void readCsv(text)));
  fc.assert(fc.property(fc.stringMatching(/^[;,"\r\na]*$/), (text) => void readCsv(text)));
});

test("what a spreadsheet would take for a formula is written as text", () => {
  expect(writeCsv([["=1+1", "a;b"]])).toBe(`\uFEFF'=1+1;"a;b"\r\n`);
});
