import { expect, test } from "vitest";
import { needsRestart, siteInfo } from "../../agent/core/site-info.ts";
import { type Config, configSchema } from "../../agent/model/config.ts";
import { infoSchema } from "../../agent/model/wire.ts";

const config = configSchema.parse({
  site: {
    id: "xa-tan-phu",
    name: "Xã Tân Phú",
    commune: "Tân Phú",
    position: { latitude: 10.9, longitude: 106.8 },
  },
  unit: { id: "ca-huyen", name: "Công an huyện" },
  broker: { url: "mqtts://broker" },
  cameras: [{ id: "gate", name: "Cổng", driver: "rtsp", stream: "rtsp://10.0.0.9/live" }],
});

test("the unit is told what the site is, within the contract", () => {
  const info = siteInfo(config, {
    version: "1.2.3",
    epoch: "e",
    publicKey: "MCowBQ",
    box: { kernel: "6.1" },
    commands: ["ping"],
  });
  expect(infoSchema.parse(info)).toMatchObject({
    site: "xa-tan-phu",
    commune: "Tân Phú",
    cameras: [{ id: "gate", name: "Cổng" }],
  });
});

test("whose journal it is, where it lies and what is logged cannot change under a running agent; all else can", () => {
  const changed = (change: Partial<Config>) => needsRestart(config, { ...config, ...change });
  expect(changed({ site: { ...config.site, id: "other" } })).toContain("site.id");
  expect(changed({ journal: { ...config.journal, path: "/elsewhere" } })).toContain("journal.path");
  expect(changed({ journal: { ...config.journal, signingKey: "/other.key" } })).toContain("signingKey");
  expect(changed({ logLevel: "debug" })).toContain("logLevel");
  expect(
    changed({
      cameras: [],
      unit: { id: "merged", name: "x", commandKeys: [] },
      site: { ...config.site, name: "renamed" },
    }),
  ).toBeUndefined();
});
