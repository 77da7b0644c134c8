import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** test/FIELD-FAULTS.md says what it says only while what it names is there. */

const root = new URL("../../", import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), "utf8");
const list = text("test/FIELD-FAULTS.md");

interface Row {
  readonly complaint: string;
  readonly source: string;
  readonly simulators: readonly string[];
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

/** Rows of the tables of four columns, without their heads. */
const rows: readonly Row[] = list
  .split("\n")
  .filter((line) => /^\|(?:[^|]*\|){4}$/.test(line) && !/^\| (?:complaint|folder) \||^\|-/.test(line))
  .map((line) => {
    const [, complaint = "", source = "", simulated = "", tests = ""] = line
      .split("|")
      .map((cell) => cell.trim());
    return {
      complaint,
      source,
      simulators: [...simulated.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
      tests: tests.split("<br>").map((each) => {
        const [, file = "", name = ""] = /^`([^`]+)` “(.+)”$/.exec(each.trim()) ?? [];
        return { file, name };
      }),
    };
  });
const captures = rows.filter(({ complaint }) => complaint.startsWith("`"));
const complaints = rows.filter((row) => !captures.includes(row));

test("every test that the list of field faults names is there, under that name", () => {
  expect(complaints.length).toBeGreaterThan(50);
  const gone = rows.flatMap(({ complaint, tests }) =>
    tests
      .filter(({ file, name }) => !isNamed(file, name))
      .map(({ file, name }) => `${complaint}: ${file || "(no file)"} “${name}”`),
  );
  expect(gone).toEqual([]);
});

/** Whether a file has a test of the name, in whatever quotes. */
function isNamed(file: string, name: string): boolean {
  if (name === "" || !existsSync(new URL(file, root))) return false;
  const code = text(file);
  return [`"${name}"`, `'${name}'`, `\`${name}\``].some((literal) => code.includes(literal));
}

test("every fault of the list has a simulator that is there", () => {
  const gone = complaints.flatMap(({ complaint, simulators }) =>
    simulators.length === 0
      ? [`${complaint}: none`]
      : simulators
          .filter((simulator) => !isThere(simulator))
          .map((simulator) => `${complaint}: ${simulator}`),
  );
  expect(gone).toEqual([]);
});

function isThere(simulator: string): boolean {
  const [path = "", name] = simulator.split("#");
  if (!path.startsWith("test/") || !existsSync(new URL(path, root))) return false;
  return name === undefined || new RegExp(`\\b${name}\\b`).test(text(path));
}

test("every complaint has a source", () => {
  for (const { complaint, source } of complaints) expect(source, complaint).toMatch(/#\d+|^spec|^field|QĐ/);
});

const plan = new URL("../shared/camera-protocols.md", root);
test("every report that the plan cites, where it lies beside the project, is in the list", () => {
  const cited = (where: string) => new Set([...where.matchAll(/#(\d{2,})/g)].map(([, number]) => number));
  const listed = cited(list);
  expect(listed.size).toBeGreaterThan(15);
  const wanted = existsSync(plan) ? cited(readFileSync(plan, "utf8")) : [];
  expect([...wanted].filter((number) => !listed.has(number))).toEqual([]);
});

const shared = new URL("../shared/fixtures/", root);
test("every folder of captures that lies beside the project is read by a test that names it", () => {
  expect(captures.length).toBeGreaterThan(0);
  const known = captures.map(({ complaint }) => complaint.replaceAll("`", ""));
  const folders = existsSync(shared)
    ? readdirSync(shared, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  expect(known).toEqual(expect.arrayContaining(folders.map(({ name }) => name)));
  for (const { name } of folders) {
    // The readers take these and pass over any other.
    const files = readdirSync(new URL(`${name}/`, shared));
    expect(files.filter((file) => !/\.(?:json|xml|txt)$/.test(file))).toEqual([]);
    expect(files.length).toBeGreaterThan(0);
  }
});
