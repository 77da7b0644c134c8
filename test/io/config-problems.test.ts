import { basename } from "node:path";
import { expect, test } from "vitest";
import { problemLine } from "../../agent/model/config-problem.ts";
import { good, problemsOf } from "./config-cases.ts";

/** A change of the good configuration → the one problem that it must give. */
const cases: [what: string, from: string | RegExp, to: string, problem: object, words: RegExp][] = [
  [
    "an unknown key names what was probably meant",
    "    address: 192.168.1.10\n",
    "    address: 192.168.1.10\n    prot: 80\n    pth: /x\n",
    { line: 13, column: 5, key: "cameras[0].pth", kind: "unknown-key" },
    /did you mean `path`.*rtspPort/,
  ],
  [
    "a missing key is told at the line of its group",
    "  url: mqtts://broker.example\n",
    "  window: 50\n",
    { line: 3, column: 1, key: "broker.url", kind: "missing-key" },
    /`url` is missing; allowed: an address that begins with mqtt:\/\/ or mqtts:\/\//,
  ],
  [
    "a missing key of a list's entry is told at the entry",
    "    address: 192.168.1.12:8000\n",
    "",
    { line: 17, column: 5, key: "cameras[2].address", kind: "missing-key" },
    /`address` is missing/,
  ],
  [
    "a bad address is quoted",
    "192.168.1.10",
    "192.168.1.300",
    { line: 11, column: 14, key: "cameras[0].address", found: { en: '"192.168.1.300"' } },
    /found "192\.168\.1\.300"; allowed: an IPv4 address/,
  ],
  [
    "a bad stream address says which scheme is wanted",
    "rtsp://192.168.1.11:554/ch1",
    "http://192.168.1.11/ch1",
    { line: 16, column: 13, key: "cameras[1].stream" },
    /begins with rtsp:\/\//,
  ],
  [
    "a duration without unit is shown as it is written",
    "60s",
    "060",
    { line: 6, column: 13, key: "health.interval", found: { en: "060", vi: "060" } },
    /a duration from 1s to 1h/,
  ],
  [
    "a duration out of range says the range",
    "60s",
    "2h",
    { line: 6, column: 13, key: "health.interval", found: { en: '"2h"' } },
    /a duration from 1s to 1h/,
  ],
  [
    "a number out of range says the range",
    "health:",
    "  window: 5000\nhealth:",
    { line: 5, column: 11, key: "broker.window", found: { en: "5000" } },
    /a whole number from 1 to 1000/,
  ],
  [
    "a fraction where a whole number is wanted is refused",
    "health:",
    "  window: 1.5\nhealth:",
    { line: 5, column: 11, key: "broker.window", found: { en: "1.5" } },
    /a whole number from 1 to 1000/,
  ],
  [
    "a number where text is wanted asks for quotes",
    "name: Cổng",
    "name: 0123",
    { line: 9, column: 11, key: "cameras[0].name", found: { en: "0123" } },
    /put it in quotes/,
  ],
  [
    "a choice that YAML reads as a number asks for quotes",
    "health:",
    "  protocol: 5\nhealth:",
    { line: 5, column: 13, key: "broker.protocol" },
    /put it in quotes.*"5", auto, 3\.1\.1|put it in quotes.*auto, "5", 3\.1\.1/,
  ],
  [
    "yes is no truth value in YAML 1.2",
    "    credential: camera\n",
    "    maintenance: yes\n",
    { line: 12, column: 18, key: "cameras[0].maintenance", found: { en: '"yes"' } },
    /true or false/,
  ],
  [
    "a group where a text is wanted is refused",
    "name: Cổng",
    "name: { vi: Cổng }",
    { line: 9, column: 11, key: "cameras[0].name", found: { en: "a group of keys" } },
    /text of 1 to 200 characters/,
  ],
  [
    "a text where a camera is wanted is refused",
    "  - id: cam-2\n    name: Chợ\n    driver: rtsp\n    stream: rtsp://192.168.1.11:554/ch1\n",
    "  - cam-2\n",
    { line: 13, column: 5, key: "cameras[1]", found: { en: '"cam-2"' } },
    /a group of keys: id, name/,
  ],
  [
    "an empty section is told at its key",
    "health:\n  interval: 60s\n",
    "health:\n",
    { line: 5, column: 1, key: "health", found: { en: "nothing", vi: "giá trị trống" } },
    /a group of keys: interval/,
  ],
  [
    "an unknown driver names those there are",
    "driver: rtsp",
    "driver: rtps",
    { line: 15, column: 13, key: "cameras[1].driver" },
    /one of: onvif, hikvision, dahua, rtsp/,
  ],
  [
    "an id that is unfit for a topic says what is fit",
    "id: cam-2",
    "id: Cam_2",
    { line: 13, column: 9, key: "cameras[1].id", found: { en: '"Cam_2"' } },
    /1 to 64 of a-z, 0-9 and hyphen/,
  ],
  [
    "an id that two cameras have names the other's line",
    "id: cam-3",
    "id: cam-1",
    { line: 17, column: 9, key: "cameras[2].id", kind: "duplicate-camera" },
    /found "cam-1".*\(line 8\)/,
  ],
  [
    "a key that stands twice names the first line",
    "health:",
    "unit: { id: ca-tinh, name: Công an tỉnh }\nhealth:",
    { line: 5, column: 1, key: "unit", kind: "duplicate-key" },
    /the first is in line 2/,
  ],
  [
    "a certificate needs its key",
    "health:",
    "  certificate: /dev/null\nhealth:",
    { line: 5, column: 3, key: "broker.certificate", kind: "pair" },
    /`key` is missing/,
  ],
  [
    "a file that is not there is told at its key",
    "health:",
    "  ca: no-such.pem\nhealth:",
    { line: 5, column: 7, key: "broker.ca", kind: "file" },
    /there is no file .*\/no-such\.pem/,
  ],
  [
    "a shortest pause above the longest is refused",
    "health:",
    "  reconnect: { min: 10m, max: 20s }\nhealth:",
    { line: 5, column: 21, key: "broker.reconnect.min", kind: "order" },
    /`min` \(10m\) is longer than `max` \(20s\)/,
  ],
  [
    "a longest pause below the default of the shortest is refused",
    "health:",
    "  reconnect: { max: 500ms }\nhealth:",
    { line: 5, column: 21, key: "broker.reconnect.max", kind: "order" },
    /`min` \(1s\) is longer than `max` \(500ms\)/,
  ],
  [
    "a credential that the secrets do not have names those they have",
    "credential: camera",
    "credential: camra",
    { line: 12, column: 17, key: "cameras[0].credential", kind: "credential", allowed: { en: "camera" } },
    /found "camra", which is no entry of secrets\.yaml; allowed: camera/,
  ],
  [
    "a tab in the indentation is named",
    "  interval: 60s",
    "\tinterval: 60s",
    { line: 6, column: 1, kind: "syntax" },
    /a tab in the indentation; use spaces/,
  ],
  ["a quote that is never closed is named", "name: Cầu", 'name: "Cầu', { kind: "syntax" }, /closing quote/],
  [
    "a second document is refused",
    "health:",
    "---\nhealth:",
    { line: 5, column: 1, kind: "syntax" },
    /a second document/,
  ],
  [
    "a tag is refused",
    "name: Cầu",
    "name: !!js/function Cầu",
    { line: 18, column: 11, kind: "syntax" },
    /unknown tag/,
  ],
  [
    "an alias without anchor is refused",
    "name: Cầu",
    "name: *cau",
    { line: 18, column: 11, kind: "syntax" },
    /must be in quotes/,
  ],
];

test.each(cases)("%s", async (what, from, to, problem, words) => {
  const problems = await problemsOf(good.replace(from, to));
  const expected = what.startsWith("an unknown key") ? problems[1] : problems[0];
  expect(problems).toHaveLength(what.startsWith("an unknown key") ? 2 : 1);
  expect(expected).toMatchObject({ severity: "error", ...problem });
  expect(expected && problemLine(expected, "en")).toMatch(words);
  for (const { text, found, allowed, file } of problems) {
    expect(basename(file)).toBe("config.yaml");
    for (const language of ["en", "vi"] as const) {
      expect(text[language]).not.toMatch(/\{\w+\}/);
      if (found && problem && "found" in problem) expect(text[language]).toContain(found[language]);
      if (allowed) expect(text[language]).toContain(allowed[language]);
    }
    expect(text.vi).not.toBe(text.en);
  }
});
