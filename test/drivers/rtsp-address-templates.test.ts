import { expect, test } from "vitest";
import { configSchema } from "../../agent/model/config.ts";
import { parseRtspUrl } from "../../drivers/protocol/rtsp-url.ts";
import { addressOf, addressTemplates, templatesOf } from "../../drivers/rtsp/address-templates.ts";

const first = (make: string, channel: number, stream: "main" | "sub") => {
  const [template] = templatesOf(make);
  return template && addressOf(template, "10.0.0.9", channel, stream);
};

test("the address of a channel's stream is written as its make has it", () => {
  expect(first("hikvision", 16, "sub")).toBe("rtsp://10.0.0.9/Streaming/Channels/1602");
  expect(first("DAHUA", 2, "main")).toBe("rtsp://10.0.0.9/cam/realmonitor?channel=2&subtype=0");
  expect(first("KBVision", 1, "sub")).toBe("rtsp://10.0.0.9/cam/realmonitor?channel=1&subtype=1");
  expect(first("Reolink", 3, "main")).toBe("rtsp://10.0.0.9/h264Preview_03_main");
  expect(first("Foscam", 1, "sub")).toBe("rtsp://10.0.0.9:88/videoSub");
  expect(first("Tapo", 1, "sub")).toBe("rtsp://10.0.0.9/stream2");
});

test("channels may be counted from nought, and a camera with one has no second", () => {
  const [camera, sensors, recorder] = templatesOf("Hanwha");
  expect(camera && addressOf(camera, "cam", 2, "main")).toBeUndefined();
  expect(sensors && addressOf(sensors, "cam", 1, "main")).toBe("rtsp://cam/0/profile2/media.smp");
  expect(recorder && addressOf(recorder, "nvr:558", 2, "main")).toBe(
    "rtsp://nvr:558/LiveChannel/1/media.smp",
  );
});

test("a login that stands in the address is left to the credential", () => {
  expect(first("Xiongmai", 1, "main")).toBe(
    "rtsp://10.0.0.9/user={username}&password={password}&channel=1&stream=0.sdp",
  );
});

test("a make is found however a banner writes it, and an unknown one has none", () => {
  for (const make of ["HIKVISION", "Hikvision Digital Technology", "tp-link tapo", "Tapo"])
    expect(templatesOf(make).length).toBeGreaterThan(0);
  for (const make of ["", "—", "Nobody's"]) expect(templatesOf(make)).toEqual([]);
});

test("every template makes addresses that the configuration takes, says where it is from, and is there once", () => {
  for (const template of addressTemplates) {
    const addresses = (["main", "sub"] as const).map(
      (stream) => addressOf(template, "10.0.0.9", 1, stream) ?? "",
    );
    for (const stream of addresses) {
      const { cameras } = configSchema.shape;
      const camera = { id: "gate", name: "Gate", driver: "rtsp", stream };
      expect(cameras.safeParse([camera]).success).toBe(true);
      expect(parseRtspUrl(stream)).toBeDefined();
      expect(stream).not.toMatch(/\{(?!username|password)/);
    }
    expect(template.source).not.toBe("");
  }
  const places = addressTemplates.map(({ make, path, port }) => `${make} ${path} ${port}`);
  expect(new Set(places).size).toBe(places.length);
});
