import { expect, test } from "vitest";
import { type Alert, isHeartbeat, isWholeAlert, kindOf, readAlert } from "../../drivers/hikvision/alert.ts";
import { AlertStates } from "../../drivers/hikvision/alert-states.ts";
import { HeartbeatCadence } from "../../drivers/protocol/event-stream.ts";
import { isapiAlert, isapiAlerts } from "../fakes/isapi-transcripts.ts";

function alert(name: string): Alert {
  const read = readAlert(isapiAlert(name));
  if (!read) throw new Error(`${name} is no alert`);
  return read;
}

const vmd: Alert = { type: "VMD", active: true, channel: "1", late: false, data: {} };
const heartbeat: Alert = { type: "videoloss", active: false, channel: "1", late: false, data: {} };

test("an alert is read with channel, time and its own fields", () => {
  expect(alert("vmd-active.xml")).toEqual({
    type: "VMD",
    active: true,
    channel: "1",
    late: false,
    cameraTime: "2026-11-24T01:00:00.000Z",
    data: {
      channelID: "1",
      activePostCount: "1",
      eventType: "VMD",
      eventState: "active",
      eventDescription: "VMD alarm",
      channelName: "Cong chinh",
    },
  });
});

test("a model that names its channel by dynChannelID alone is understood", () => {
  expect(alert("vmd-dyn-channel.xml").channel).toBe("9");
});

test("an empty activePostCount spoils nothing", () => {
  const read = alert("vmd-empty-post-count.xml");
  expect(read.active).toBe(true);
  expect(read.data).not.toHaveProperty("activePostCount");
});

test("region and target of a smart event are told, the first where there are several", () => {
  expect(alert("fielddetection-region.xml").data).toMatchObject({ regionID: "3", detectionTarget: "human" });
});

test('"duration" is the event that still goes on', () => {
  expect(alert("duration-of-linedetection.xml").type).toBe("linedetection");
});

test("an alert of the old namespace without a zone has no time that could be ordered by", () => {
  const read = alert("psia-without-zone.xml");
  expect(read).toMatchObject({ type: "fielddetection", channel: "34" });
  expect(read).not.toHaveProperty("cameraTime");
});

test("an alert in JSON says the same as one in XML", () => {
  expect(alert("vmd.json")).toMatchObject({
    type: "VMD",
    active: true,
    channel: "1",
    cameraTime: "2026-11-24T01:00:00.000Z",
    data: { eventDescription: "Motion alarm" },
  });
});

test("what is no alert is none", () => {
  for (const text of ["", "{", "{}", "[1]", "<html/>", "<EventNotificationAlert/>", "\u0000ÿØÿ"])
    expect(readAlert(text)).toBeUndefined();
});

test("an alert is whole at its last tag or brace, and not before", () => {
  for (const name of isapiAlerts) {
    const text = isapiAlert(name);
    expect(isWholeAlert(text), name).toBe(true);
    expect(isWholeAlert(text.trimEnd().slice(0, -1)), name).toBe(false);
  }
  expect(isWholeAlert("<ns:EventNotificationAlert></ns:EventNotificationAlert>")).toBe(true);
  expect(isWholeAlert('{"a": {}')).toBe(false);
});

test('"videoloss inactive" is a heartbeat, and a picture that is lost is not', () => {
  expect(isHeartbeat(alert("heartbeat.xml"))).toBe(true);
  expect(isHeartbeat({ ...heartbeat, active: true })).toBe(false);
  expect(isHeartbeat({ ...heartbeat, type: "heartBeat", active: true })).toBe(true);
  expect(isHeartbeat(vmd)).toBe(false);
});

test.each([
  ["VMD", "motion"],
  ["regionEntrance", "motion"],
  ["regionExiting", "motion"],
  ["regionExit", "motion"],
  ["linedetection", "motion"],
  ["shelteralarm", "tamper"],
  ["videoloss", "tamper"],
  ["scenechangedetection", "tamper"],
  ["defocus", "tamper"],
  ["diskfull", "device"],
  ["diskerror", "device"],
  ["nicbroken", "device"],
  ["illaccess", "device"],
  ["IO", undefined],
])("%s is of the kind %s", (type, kind) => {
  expect(kindOf({ ...vmd, type })).toBe(kind);
});

test("motion that is repeated each second is told each time, so that its end is learned from its silence", () => {
  const states = new AlertStates();
  for (const now of [0, 1_000, 2_000])
    expect(states.take(vmd, now)).toMatchObject({
      kind: "motion",
      topic: "VMD",
      source: "1",
      channels: ["1"],
      value: { active: true, initial: false },
    });
});

test("an end is told where something began, and nowhere else", () => {
  const states = new AlertStates();
  const ended = { ...vmd, active: false };
  expect(states.take(ended, 0)).toBeUndefined();
  states.take(vmd, 1_000);
  expect(states.take({ ...ended, channel: "2" }, 1_500)).toBeUndefined();
  expect(states.take(ended, 2_000)).toMatchObject({ value: { active: false } });
  expect(states.take(ended, 3_000)).toBeUndefined();
});

test("heartbeats end a lost picture once nothing repeats it any more", () => {
  const states = new AlertStates();
  expect(states.take(heartbeat, 0)).toBeUndefined();
  expect(states.take({ ...heartbeat, active: true }, 1_000)).toMatchObject({ kind: "tamper" });
  expect(states.take(heartbeat, 1_300)).toBeUndefined();
  states.take({ ...heartbeat, active: true }, 2_000);
  expect(states.take(heartbeat, 4_900)).toBeUndefined();
  expect(states.take(heartbeat, 5_000)).toMatchObject({ value: { active: false } });
});

test("what a device has as a whole is of no channel, whatever number it writes beside it", () => {
  const signal = new AlertStates().take({ ...vmd, type: "diskerror" }, 0);
  expect(signal).toMatchObject({ kind: "device", source: "" });
  expect(signal).not.toHaveProperty("channels");
});

test("channel 0 is none", () => {
  expect(new AlertStates().take({ ...vmd, channel: "0" }, 0)).not.toHaveProperty("channels");
});

test("what happened while nobody listened, and what is of no interest, is not told", () => {
  expect(alert("shelteralarm-sent-late.xml").late).toBe(true);
  expect(new AlertStates().take(alert("shelteralarm-sent-late.xml"), 0)).toBeUndefined();
  expect(new AlertStates().take({ ...vmd, type: "IO" }, 0)).toBeUndefined();
});

test("a device that invents channels is remembered within bounds", () => {
  const states = new AlertStates();
  for (let channel = 1; channel <= 2_000; channel++) states.take({ ...vmd, channel: `${channel}` }, 0);
  expect(states.take({ ...vmd, active: false, channel: "1" }, 10)).toBeUndefined();
  expect(states.take({ ...vmd, active: false, channel: "2000" }, 10)).toBeDefined();
});

test.each([
  [300, 10_000],
  [1_000, 10_000],
  [10_000, 40_000],
])("a heartbeat every %i ms is learned, and missed after %i ms", (interval, deadAfter) => {
  const cadence = new HeartbeatCadence();
  for (let beat = 0; beat < 3; beat++) {
    cadence.beat(beat * interval);
    expect(cadence.deadAfter).toBeUndefined();
  }
  cadence.beat(3 * interval);
  expect(cadence.deadAfter).toBe(deadAfter);
});

test("a device that becomes slower is given more time", () => {
  const cadence = new HeartbeatCadence();
  for (let beat = 0; beat < 10; beat++) cadence.beat(beat * 300);
  cadence.beat(2_700 + 8_000);
  expect(cadence.deadAfter).toBe(32_000);
});
