import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { EventHub } from "../../agent/run/event-hub.ts";
import { RequestGate } from "../../agent/run/host-gate.ts";
import { eventually } from "../fakes/eventually.ts";
import { recorder } from "./hikvision-answers.ts";
import { impatient, never, openHikvision, simulated } from "./hikvision-open.ts";

const quiet = () => {};
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

test("a recorder of sixteen channels has one login, one look and one event stream for all that it tells", async () => {
  const device = await simulated({ device: recorder, rtspSchemes: [] });
  const gate = new RequestGate(systemClock, () => impatient);
  const hub = new EventHub({ clock: systemClock, random: () => 0.5, log });
  const stop = new AbortController();
  const heard = new Map<number, string[]>();
  const joined = Array.from({ length: 16 }, (_, index) => index + 1).map((channel) => {
    const session = openHikvision(device, { gate, config: { channel } });
    const told: string[] = [];
    heard.set(channel, told);
    if (!session.events) throw new Error("a recorder has events");
    const hearing = {
      channelOpened: () => void told.push("open"),
      channelAlive: quiet,
      channelLost: async () => void told.push("lost"),
      signal: async ({ topic }: { topic: string }) => void told.push(topic),
    };
    return Promise.all([session.probe(never), hub.join(session.events, hearing, stop.signal)]);
  });
  onTestFinished(async () => {
    stop.abort();
    await Promise.all(joined);
  });
  await eventually("all hear", () => [...heard.values()].every((told) => told.length === 1));
  expect(device.stats().streams).toBe(1);
  device.alerts.tell("vmd-active.xml", (text) => text.replace("<channelID>1<", "<channelID>5<"));
  device.alerts.tell("vmd-active.xml", (text) => text.replaceAll("VMD", "diskerror"));
  await eventually("the failing disk", () => [...heard.values()].some((told) => told.includes("diskerror")));
  const hearing = (topic: string) =>
    [...heard].flatMap(([channel, told]) => (told.includes(topic) ? [channel] : []));
  expect(hearing("VMD")).toEqual([5]);
  expect(hearing("diskerror")).toEqual([1]);
  const { requests, loginsRefused } = device.stats();
  expect(loginsRefused).toBe(0);
  expect(requests["Event/notification/alertStream"]).toBe(1);
  expect(requests["ContentMgmt/InputProxy/channels/status"]).toBeLessThanOrEqual(2);
  device.alerts.endAll();
  await eventually("all know that it is lost", () => hearing("lost").length === 16);
  stop.abort();
  await Promise.all(joined);
  await eventually("no connection stays", () => device.stats().sockets.http === 0);
});
