import { existsSync, readdirSync } from "node:fs";
import mqtt from "mqtt";
import { expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { openBroker } from "../../agent/cli/demo/broker.ts";
import { type DemoMoment, dashboard } from "../../agent/cli/demo/dashboard.ts";
import { agrees, countJournaled, showReckoning } from "../../agent/cli/demo/reckoning.ts";
import { ReturnWatch } from "../../agent/cli/demo/return-watch.ts";
import { CAMERAS } from "../../agent/cli/demo/scene.ts";
import { openStage } from "../../agent/cli/demo/stage.ts";
import { motionMade, openTraffic } from "../../agent/cli/demo/traffic.ts";
import { openUnit } from "../../agent/cli/demo/unit.ts";
import { lineWidth, paint } from "../../agent/core/terminal.ts";
import { emptyView, receive, type UnitView } from "../../agent/core/unit-view.ts";
import { openJournal } from "../../agent/io/journal-sqlite.ts";
import { demoTexts } from "../../agent/model/messages/cli-demo.ts";
import { createCamera } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { testSigner } from "../fakes/signer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { cameraStatus, motionEvent } from "../fakes/wire-samples.ts";

function viewOf(...messages: readonly (readonly [string, unknown])[]): UnitView {
  return messages.reduce(
    (view, [rest, value]) =>
      receive(
        view,
        {
          topic: `cam/v1/demo/an-binh/${rest}`,
          payload: new TextEncoder().encode(JSON.stringify(value)),
          retain: false,
        },
        0,
      ).view,
    emptyView,
  );
}

function moment(changes: Partial<DemoMoment> = {}): DemoMoment {
  return {
    act: { number: 5, total: 7, title: demoTexts.actOutage, more: demoTexts.actOutageMore },
    elapsedMs: 23_400,
    plannedMs: 40_000,
    view: emptyView,
    made: 130,
    received: 109,
    waiting: 21,
    brokerAway: true,
    latencyMs: 7.4,
    remark: undefined,
    reckoning: undefined,
    ...changes,
  };
}

test("the dashboard never passes the terminal and is as high whatever it shows", () => {
  const cameras = CAMERAS.map(({ id, name }) => [`camera/${id}`, cameraStatus({ id, name })] as const);
  const dead = {
    state: "offline",
    usable: false,
    rung: "stream",
    cause: "rtp-absent",
    code: "CAM-501",
  } as const;
  const views = [
    emptyView,
    viewOf(...cameras),
    viewOf(...cameras, ["camera/cau-moi", cameraStatus({ id: "cau-moi", ...dead })]),
    viewOf(...cameras, ...[1, 2, 3].map((seq) => ["event/motion", motionEvent({ seq })] as const)),
  ];
  for (const language of ["en", "vi"] as const)
    for (const size of [
      { columns: 80, rows: 24 },
      { columns: 104, rows: 32 },
      { columns: 220, rows: 60 },
    ]) {
      const heights = views.map((view) => {
        const lines = dashboard(moment({ view }), language, size);
        for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(Math.min(size.columns, 104));
        return lines.length;
      });
      expect(new Set(heights).size).toBe(1);
      expect(heights[0]).toBeLessThan(size.rows);
    }
});

test("the dashboard says what is wrong with the failed camera and what to do", () => {
  const dead = cameraStatus({
    id: "cau-moi",
    name: "Cầu Mới",
    state: "offline",
    usable: false,
    rung: "stream",
    cause: "rtp-absent",
    code: "CAM-501",
  });
  const text = dashboard(moment({ view: viewOf(["camera/cau-moi", dead]) }), "vi", { columns: 104, rows: 32 })
    .map((line) => paint(line, false))
    .join("\n");
  expect(text).toContain("CAM-501  Camera có mô tả luồng nhưng không gửi hình.");
  expect(text).toContain("→        Khởi động lại camera");
  expect(text).toContain("MẤT");
  expect(text).toContain("21 chờ gửi");
});

test("what people walk past is counted by the cameras, every start with its end", async () => {
  await using first = await createCamera({ rtsp: false });
  await using second = await createCamera({ rtsp: false });
  const cameras = [first, second];
  const traffic = openTraffic(cameras, systemClock);
  traffic.pace = 200;
  const stop = new AbortController();
  const done = traffic.run(stop.signal);
  await eventually("motion", () => motionMade(cameras) > 20);
  stop.abort();
  await done;
  expect(first.made.motionStarts + second.made.motionStarts).toBeGreaterThan(10);
  expect([first.made.motionEnds, second.made.motionEnds]).toEqual([
    first.made.motionStarts,
    second.made.motionStarts,
  ]);
});

test("the unit gets what was published while its own connection was down", async () => {
  await using broker = await openBroker();
  await using unit = await openUnit(broker.port);
  const publish = async (seq: number) => {
    const site = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, { protocolVersion: 4 });
    await site.publishAsync("cam/v1/demo/an-binh/event/motion", JSON.stringify(motionEvent({ seq })), {
      qos: 1,
    });
    await site.endAsync();
  };
  await publish(1);
  await eventually("the first event", () => unit.motionReceived === 1);
  await broker.goAway();
  expect(broker.away).toBe(true);
  await broker.comeBack();
  await publish(2);
  await publish(2);
  await publish(3);
  await eventually("every event once", () => unit.motionReceived === 3);
});

test("the remark after an outage counts backlog, messages and new events that did not wait", () => {
  const backAt = Date.parse("2026-11-24T01:00:00.002Z");
  const watch = new ReturnWatch(backAt);
  const late = (seq: number) => ({ ...motionEvent({ seq }), recordedtime: "2026-11-24T00:59:50.000Z" });
  expect(watch.remark("en")).toBeUndefined();
  watch.take([motionEvent({ seq: 100 })], 0);
  watch.take([late(1), late(2), late(3)], 10);
  watch.take([motionEvent({ seq: 101 })], 15);
  watch.take([late(4)], 30);
  watch.take([motionEvent({ seq: 102 })], 40);
  expect(watch.remark("en")).toBe(
    "4 events had waited; they came in 2 messages within 20 ms, 2 new ones ahead of them.",
  );
});

test("the journal's motion is counted from its file, without what the agent concluded itself", async () => {
  using folder = temporaryFolder();
  const path = folder.file("journal.db");
  expect(countJournaled(path)).toBe(0);
  const opened = await openJournal({
    path,
    site: "an-binh",
    clock: systemClock,
    stamp: () => ({ bootId: "b1", clockSynced: true }),
    random: (bytes) => new Uint8Array(bytes).fill(7),
    signer: testSigner(),
  });
  if (!opened.ok) throw new Error(opened.error.evidence);
  const { data } = motionEvent({ seq: 1 });
  if (!("activity" in data)) throw new Error("not motion");
  for (const reason of ["reported", "reported", "max-active"] as const)
    await opened.value.append({ kind: "motion", camera: "gate", at: 0, data: { ...data, reason } });
  await opened.value.append({ kind: "tamper", camera: "gate", at: 0, data });
  await opened.value.close();
  expect(countJournaled(path)).toBe(2);
});

test("the numbers agree only when all three ends counted the same and nothing is missing", () => {
  const right = { made: 8, journaled: 8, received: 8, duplicates: 1, missing: 0, latencyMs: 7, seconds: 40 };
  expect(agrees(right)).toBe(true);
  expect(agrees({ ...right, made: 0, journaled: 0, received: 0 })).toBe(false);
  for (const wrong of [{ journaled: 7 }, { received: 7 }, { missing: 1 }])
    expect(agrees({ ...right, ...wrong })).toBe(false);
  const said = showReckoning(right, "vi").map((line) => paint(line, false));
  expect(said.at(-1)).toBe("✔ Các con số khớp nhau.  tổng cộng 40 giây");
});

test("a stage that is left leaves no folder and no port behind", async () => {
  const stage = await openStage("vi");
  const { folder, broker, cameras } = stage;
  expect(readdirSync(folder).toSorted()).toEqual(["config.yaml", "secrets.yaml"]);
  await stage[Symbol.asyncDispose]();
  expect(existsSync(folder)).toBe(false);
  for (const port of [broker.port, ...cameras.map(({ rtspPort }) => rtspPort)])
    await expect(
      mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, connectTimeout: 500 }),
    ).rejects.toThrow();
});
