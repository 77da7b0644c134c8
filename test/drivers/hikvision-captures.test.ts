import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { kindOf, readAlert } from "../../drivers/hikvision/alert.ts";
import { readProxyChannels, readVideoInputs } from "../../drivers/hikvision/channels.ts";
import { readDeviceInfo } from "../../drivers/hikvision/device-info.ts";
import { readDisks, readSmart } from "../../drivers/hikvision/disks.ts";
import { readRecordedDays } from "../../drivers/hikvision/recorded-days.ts";
import { readComplaint } from "../../drivers/hikvision/response-status.ts";
import { readDeviceTime } from "../../drivers/hikvision/time.ts";
import { escapeXml, parseXml, type XmlElement } from "../../drivers/protocol/xml.ts";
import { isapiAnswers, isapiDevices, isapiTranscript } from "../fakes/isapi-transcripts.ts";

/** What devices answered, ours and, where the machine has them, those of real ones. */

interface Answer {
  readonly from: string;
  readonly question: string;
  readonly xml: string;
}

const shared = new URL("../../../shared/fixtures/hikvision-isapi/", import.meta.url);

function ours(): Answer[] {
  return isapiDevices.flatMap((folder) =>
    isapiAnswers(folder).map((question) => ({
      from: folder,
      question: question.replaceAll(".", "/"),
      xml: isapiTranscript(folder, question)?.body ?? "",
    })),
  );
}

const captures = existsSync(shared) ? readdirSync(shared) : [];

function theirs(): Answer[] {
  return captures.flatMap((name) => {
    const text = readFileSync(new URL(name, shared), "utf8");
    if (name.endsWith(".xml")) return [{ from: name, question: questionOf(name), xml: text }];
    if (!name.endsWith(".json")) return [];
    const { data } = JSON.parse(text) as { data: { ISAPI: Record<string, { response?: object }> } };
    return Object.entries(data.ISAPI).flatMap(([question, { response }]) =>
      response ? [{ from: name, question, xml: asXml(response) }] : [],
    );
  });
}

function questionOf(name: string): string {
  return name.replace(/_.*$/, "").replaceAll(".", "/");
}

/** Attributes are members that begin with "@", as xmltodict writes them. */
function asXml(node: unknown): string {
  if (typeof node !== "object" || node === null) return escapeXml(String(node ?? ""));
  return Object.entries(node)
    .filter(([name]) => !name.startsWith("@") && name !== "#text")
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((each) => [name, each] as const))
    .map(([name, value]) => `<${name}${attributes(value)}>${textIn(value)}${asXml(value)}</${name}>`)
    .join("");
}

function attributes(node: unknown): string {
  if (typeof node !== "object" || node === null) return "";
  return Object.entries(node)
    .filter(([name]) => name.startsWith("@"))
    .map(([name, value]) => ` ${name.slice(1)}="${escapeXml(String(value))}"`)
    .join("");
}

function textIn(node: unknown): string {
  return typeof node === "object" && node !== null && "#text" in node ? escapeXml(String(node["#text"])) : "";
}

const answers = [...ours(), ...theirs()];
const rooted = answers
  .filter(({ xml }) => xml !== "")
  .map((answer) => {
    const root = parseXml(answer.xml);
    if (!root.ok) throw new Error(`${answer.from} ${answer.question}: ${root.error.en}`);
    return { ...answer, root: root.value };
  });
const named = (name: string) => rooted.filter(({ root }) => root.name === name);

test("every device says who it is", () => {
  const devices = named("DeviceInfo");
  expect(devices.length).toBeGreaterThanOrEqual(3);
  for (const { from, root } of devices) {
    const { facts, kind } = readDeviceInfo(root);
    expect(facts, from).toMatchObject({
      model: expect.any(String),
      firmware: expect.stringMatching(/^V\d.* build \d/),
    });
    expect(facts.mac, from).toMatch(/^[0-9a-f:]{17}$/);
    expect(kind, from).toBe(/^(?:iDS-7|DS-7)/.test(`${facts.model}`) ? "recorder" : "camera");
  }
});

test("every list of channels has channels, or is of a recorder that has none of that sort", () => {
  const lists = [...named("VideoInputChannelList"), ...named("InputProxyChannelStatusList")];
  expect(lists.length).toBeGreaterThanOrEqual(3);
  for (const { from, root } of lists) {
    const read = root.name === "VideoInputChannelList" ? readVideoInputs(root) : readProxyChannels(root);
    expect(
      read.map(({ number }) => number),
      from,
    ).toEqual(read.map((_, index) => index + 1));
    expect(read.length, from).toBe(root.children.length);
  }
});

test("every disk has a state that is known and a size", () => {
  const disks = named("storage").flatMap(({ from, root }) =>
    readDisks(root).map((disk) => ({ from, ...disk })),
  );
  expect(disks.length).toBeGreaterThanOrEqual(4);
  for (const { from, report } of disks) {
    expect(report.state, from).not.toBe("unknown");
    expect(report.capacityBytes, from).toBeGreaterThan(1e9);
  }
});

test("every refusal is read as one", () => {
  for (const { from, xml } of named("ResponseStatus"))
    expect(readComplaint(xml), from).toMatchObject({
      words: expect.any(String),
      subStatus: expect.any(String),
    });
});

test("every alert that a real device sent is read", () => {
  for (const { from, xml } of named("EventNotificationAlert")) {
    const alert = readAlert(xml);
    expect(alert, from).toMatchObject({ active: true, channel: expect.stringMatching(/^\d+$/), late: false });
    if (alert && alert.type !== "IO") expect(kindOf(alert), from).toBe("motion");
  }
});

test("no device and no capture is left out", () => {
  const read = new Set(rooted.map(({ from }) => from));
  expect([...isapiDevices, ...captures].filter((name) => !read.has(name))).toEqual([]);
});

test("no reader minds an answer to another question", () => {
  for (const { root, xml } of rooted) for (const read of readers) read(root, xml);
});

const readers: readonly ((root: XmlElement, xml: string) => unknown)[] = [
  readDeviceInfo,
  readVideoInputs,
  readProxyChannels,
  readDisks,
  readSmart,
  readDeviceTime,
  (root) => readRecordedDays(root, { year: 2026, month: 11 }),
  (_, xml) => readComplaint(xml),
  (_, xml) => readAlert(xml),
];
