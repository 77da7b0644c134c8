import { readFileSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { createAuthority } from "../fakes/certificates.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { brokerConfig, endOf, sessionOf } from "../fakes/session-of.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

async function secureBroker() {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const authority = createAuthority(folder.path);
  const broker = await startMosquitto({ tls: { ca: authority.ca, ...authority.server() } });
  onTestFinished(() => broker[Symbol.asyncDispose]());
  return { folder, authority, broker };
}

test("a site with its certificate is let in and confined to its own topics", async () => {
  const { authority, broker } = await secureBroker();
  const site = { url: broker.url, ca: authority.ca, ...authority.client("site-1") };
  const session = await sessionOf(brokerConfig(site));
  onTestFinished(() => session.end());
  const publish = (topic: string) => session.publish({ topic, payload: "{}", retain: false });
  expect(await publish("cam/v1/unit-1/site-1/health")).toMatchObject({ kind: "acknowledged" });
  expect(await publish("cam/v1/unit-1/site-2/health")).toMatchObject({ kind: "refused", reasonCode: 0x87 });
});

test("the broker's name is checked as well as its authority", async () => {
  const { authority, broker, folder } = await secureBroker();
  const site = { ca: authority.ca, ...authority.client("site-1") };
  const byName = await sessionOf(brokerConfig({ ...site, url: `mqtts://localhost:${broker.port}` }));
  await byName.end();
  const stranger = createAuthority(folder.path, "stranger");
  const end = await endOf(brokerConfig({ ...site, url: broker.url, ca: stranger.ca }));
  expect(end.reason.en).toMatch(/self-signed certificate|unable to (get|verify)|signature/);
  expect(end.reason.vi).toMatch(/^chứng thư của máy chủ/);
});

test("a site without a certificate, or with one of another authority, is refused with a reason", async () => {
  const { authority, broker, folder } = await secureBroker();
  const none = await endOf(brokerConfig({ url: broker.url, ca: authority.ca }));
  expect(none.reason.en).toMatch(/certificate required|alert|cut|reset/i);
  const stranger = createAuthority(folder.path, "stranger").client("site-1");
  const foreign = await endOf(brokerConfig({ url: broker.url, ca: authority.ca, ...stranger }));
  expect(foreign.reason.en).toMatch(/unknown ca|alert|cut|reset/i);
});

test("a certificate file that is missing or holds none is an end with a reason, not a crash", async () => {
  const { authority, broker, folder } = await secureBroker();
  const own = authority.client("site-1");
  const site = { url: broker.url, ca: authority.ca, ...own };
  const missing = await endOf(brokerConfig({ ...site, key: folder.file("none.key") }));
  expect(missing.reason.en).toMatch(/ENOENT.*none\.key/);
  writeFileSync(folder.file("bad.pem"), "not a certificate");
  const bad = await endOf(brokerConfig({ ...site, certificate: folder.file("bad.pem") }));
  expect(bad.reason.en).toMatch(/PEM|no start line|bad/i);
});

test("a certificate that was renewed on disk is used at the next connection", async () => {
  const { authority, broker, folder } = await secureBroker();
  const broken = folder.file("site.pem");
  writeFileSync(broken, "not yet");
  const own = authority.client("site-1");
  const config = brokerConfig({ url: broker.url, ca: authority.ca, certificate: broken, key: own.key });
  await endOf(config);
  writeFileSync(broken, readFileSync(own.certificate));
  await (await sessionOf(config)).end();
});
