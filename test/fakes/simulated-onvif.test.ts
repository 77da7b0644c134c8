import { createRequire } from "node:module";
import { expect, test } from "vitest";
import type { Login } from "../../agent/model/camera.ts";
import { createCamera, type OnvifOptions, type SimulatedCamera } from "./camera.ts";
import { eventually } from "./eventually.ts";
import { children, find, localName, readXml, textOf, type XmlElement } from "./onvif-device-xml.ts";
import { digest, type HttpAnswer, http, soapEnvelope, usernameToken } from "./simulated-client.ts";
import { TestClock } from "./test-clock.ts";

const login: Login = { username: "quản&trị", password: "Mật<khẩu>&1" };
/** The user name as it must stand in XML. */
const inXml: Login = { ...login, username: "quản&amp;trị" };

const device = (onvif: OnvifOptions = {}, clock = new TestClock()) =>
  createCamera({ login, onvif, rtsp: false, clock });
const open = { authentication: "none" } as const;

interface Answer {
  readonly status: number;
  readonly body: XmlElement;
  /** Fault subcodes, outermost first; empty for an answer that is no fault. */
  readonly subcodes: readonly string[];
  readonly headers: HttpAnswer["headers"];
}

interface Ask {
  readonly content?: string;
  readonly header?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

async function ask(
  camera: SimulatedCamera,
  action: string,
  { content, header, path, ...rest }: Ask = {},
): Promise<Answer> {
  const answer = await http({
    port: camera.onvifPort,
    path: path ?? "/onvif/device_service",
    body: soapEnvelope(action, content, header),
    ...rest,
  });
  const body = find(readXml(answer.body.toString("utf8")), "Body");
  const first = body && children(body)[0];
  if (!first) throw new Error(`no SOAP body in ${answer.body.toString("utf8")}`);
  const outer = find(first, "Code", "Subcode");
  const subcodes = [outer, find(outer, "Subcode")].map((code) => textOf(find(code, "Value")));
  const known = subcodes.filter((code) => code !== undefined);
  return { status: answer.status, body: first, subcodes: known, headers: answer.headers } satisfies Answer &
    object;
}

const signed = (password: string, clock: TestClock, shiftMs = 0) =>
  usernameToken({ ...inXml, password }, new Date(clock.wall() + shiftMs).toISOString());

test("GetSystemDateAndTime needs no login and tells the device's own clock, also a wrong one", async () => {
  const clock = new TestClock(Date.UTC(2026, 10, 24, 1, 2, 3));
  await using camera = await device({ authentication: "wsse", clockOffsetMs: 3_600_000 }, clock);
  const { status, body } = await ask(camera, "tds:GetSystemDateAndTime");
  expect(status).toBe(200);
  const utc = find(body, "SystemDateAndTime", "UTCDateTime");
  const parts = ["Hour", "Minute", "Second"].map((name) => textOf(find(utc, "Time", name)));
  expect(parts).toEqual(["2", "2", "3"]);
  expect(["Year", "Month", "Day"].map((name) => textOf(find(utc, "Date", name)))).toEqual([
    "2026",
    "11",
    "24",
  ]);
});

test("everything else without login is NotAuthorized", async () => {
  await using camera = await device({ authentication: "wsse" });
  const { status, subcodes } = await ask(camera, "tds:GetDeviceInformation");
  expect({ status, subcodes }).toEqual({ status: 400, subcodes: ["ter:NotAuthorized"] });
  expect(camera.stats().loginsRefused).toBe(0);
});

test.for(["wsse", "both"] as const)(
  "with %s a username token is taken once, right and fresh by the device's clock",
  async (authentication) => {
    const clock = new TestClock();
    await using camera = await device({ authentication, clockOffsetMs: 60_000 }, clock);
    const withToken = (header: string) => ask(camera, "tds:GetDeviceInformation", { header });
    const good = signed(login.password, clock, 60_000);
    expect((await withToken(good)).status).toBe(200);
    expect((await withToken(good)).subcodes).toEqual(["ter:NotAuthorized"]);
    expect((await withToken(signed("wrong", clock, 60_000))).subcodes).toEqual(["ter:NotAuthorized"]);
    expect((await withToken(signed(login.password, clock))).subcodes).toEqual(["ter:NotAuthorized"]);
    expect((await withToken(signed(login.password, clock, 64_999))).status).toBe(200);
    expect((await withToken(signed(login.password, clock, 65_001))).status).not.toBe(200);
    expect(camera.stats().loginsRefused).toBe(4);
  },
);

test.for(["digest-md5", "digest-sha256"] as const)(
  "HTTP %s is challenged, checked and not taken twice",
  async (scheme) => {
    await using camera = await device({ authentication: "digest", httpSchemes: [scheme] });
    const path = "/onvif/device_service";
    const challenged = await ask(camera, "tds:GetDeviceInformation");
    expect(challenged).toMatchObject({ status: 401, subcodes: ["ter:NotAuthorized"] });
    const challenge = String(challenged.headers["www-authenticate"]);
    const withDigest = (by: Login) => {
      // node:http writes header values as Latin-1; the device reads UTF-8.
      const authorization = Buffer.from(digest(challenge, by, "POST", path)).toString("latin1");
      return ask(camera, "tds:GetDeviceInformation", { headers: { authorization } });
    };
    expect((await withDigest({ ...login, password: "wrong" })).status).toBe(401);
    expect((await withDigest(login)).status).toBe(200);
    const replayed = await withDigest(login);
    expect(replayed.status).toBe(401);
    expect(String(replayed.headers["www-authenticate"])).toContain("stale=true");
    expect(camera.stats().loginsRefused).toBe(1);
  },
);

test("a device that wants digest takes no token, and one that wants tokens no digest", async () => {
  const clock = new TestClock();
  await using wantsDigest = await device({ authentication: "digest" }, clock);
  const token = { header: signed(login.password, clock) };
  expect((await ask(wantsDigest, "tds:GetDeviceInformation", token)).status).toBe(401);
  await using wantsToken = await device({ authentication: "wsse" }, clock);
  const refused = await ask(wantsToken, "tds:GetDeviceInformation");
  expect(refused.headers["www-authenticate"]).toBeUndefined();
});

test("facts are told character by character", async () => {
  await using camera = await device({ ...open, facts: { model: "A&B <2>" } });
  const { body } = await ask(camera, "tds:GetDeviceInformation");
  const facts = Object.fromEntries(children(body).map((child) => [localName(child), textOf(child)]));
  expect(facts).toEqual({
    Manufacturer: "Simulated",
    Model: "A&B <2>",
    FirmwareVersion: "1.10",
    SerialNumber: "0012345678901234567",
    HardwareId: "1.0",
  });
  const network = await ask(camera, "tds:GetNetworkInterfaces");
  expect(textOf(find(network.body, "NetworkInterfaces", "Info", "HwAddress"))).toBe("02:00:5e:10:00:01");
});

test("services, profiles and addresses lead to the stream and the snapshot", async () => {
  await using camera = await createCamera({ login, onvif: open });
  const services = await ask(camera, "tds:GetServices");
  const addresses = children(services.body).map((service) => textOf(find(service, "XAddr")));
  expect(addresses).toContain(`http://127.0.0.1:${camera.onvifPort}/onvif/event_service`);
  const profiles = await ask(camera, "trt:GetProfiles");
  const token = find(profiles.body, "Profiles")?.attributes.token;
  const content = `<trt:ProfileToken>${token}</trt:ProfileToken>`;
  const stream = await ask(camera, "trt:GetStreamUri", { content });
  expect(textOf(find(stream.body, "MediaUri", "Uri"))).toBe(camera.streamUri);
  const content2 = `<tr2:ProfileToken>${token}</tr2:ProfileToken>`;
  expect(textOf(find((await ask(camera, "tr2:GetStreamUri", { content: content2 })).body, "Uri"))).toBe(
    camera.streamUri,
  );
  const snapshot = new URL(
    textOf(find((await ask(camera, "trt:GetSnapshotUri", { content })).body, "MediaUri", "Uri")) ?? "",
  );
  const picture = await http({
    port: camera.onvifPort,
    method: "GET",
    path: snapshot.pathname + snapshot.search,
  });
  expect(picture.headers["content-type"]).toBe("image/jpeg");
  expect(picture.body.subarray(0, 3).toString("hex")).toBe("ffd8ff");
  const unknown = await ask(camera, "trt:GetStreamUri", {
    content: "<trt:ProfileToken>x</trt:ProfileToken>",
  });
  expect(unknown).toMatchObject({ status: 400, subcodes: ["ter:InvalidArgVal", "ter:NoProfile"] });
});

test("the snapshot wants HTTP Digest even where SOAP wants tokens", async () => {
  await using camera = await device({ authentication: "wsse" });
  const path = "/onvif/snapshot.jpg";
  const challenged = await http({ port: camera.onvifPort, method: "GET", path });
  expect(challenged.status).toBe(401);
  const challenge = String(challenged.headers["www-authenticate"]);
  const authorization = Buffer.from(digest(challenge, login, "GET", path)).toString("latin1");
  const answer = await http({ port: camera.onvifPort, method: "GET", path, headers: { authorization } });
  expect(answer.status).toBe(200);
});

test("a device behind a NAT tells the names that it believes in", async () => {
  await using camera = await createCamera({
    login,
    onvif: { ...open, advertised: { host: "192.0.2.9", port: 80 } },
  });
  const capabilities = await ask(camera, "tds:GetCapabilities");
  expect(textOf(find(capabilities.body, "Capabilities", "Media", "XAddr"))).toBe(
    "http://192.0.2.9:80/onvif/media_service",
  );
});

test("what the device does not know and what is no SOAP are faults", async () => {
  await using camera = await device(open);
  expect(await ask(camera, "tds:SystemReboot")).toMatchObject({
    status: 500,
    subcodes: ["ter:ActionNotSupported"],
  });
  const answer = await http({ port: camera.onvifPort, path: "/onvif/device_service", body: "<open>" });
  expect(answer.status).toBe(400);
  expect(answer.body.toString()).toContain("ter:WellFormed");
});

/** Subscribes; gives the path that the device tells and, as asked, what it says of time. */
async function subscribe(camera: SimulatedCamera, life = "PT60S") {
  const content = `<tev:InitialTerminationTime>${life}</tev:InitialTerminationTime>`;
  const answer = await ask(camera, "tev:CreatePullPointSubscription", { content });
  const address = new URL(textOf(find(answer.body, "SubscriptionReference", "Address")) ?? "");
  const at = (name: string) => Date.parse(textOf(find(answer.body, name)) ?? "");
  return { path: address.pathname + address.search, lifeMs: at("TerminationTime") - at("CurrentTime") };
}

async function pull(
  camera: SimulatedCamera,
  path: string,
  { timeout = "PT60S", limit = 10, signal }: { timeout?: string; limit?: number; signal?: AbortSignal } = {},
) {
  const content = `<tev:Timeout>${timeout}</tev:Timeout><tev:MessageLimit>${limit}</tev:MessageLimit>`;
  const answer = await ask(camera, "tev:PullMessages", { path, content, ...(signal ? { signal } : {}) });
  const messages = children(answer.body).filter((child) => localName(child) === "NotificationMessage");
  return {
    subcodes: answer.subcodes,
    messages: messages.map((message) => {
      const inner = find(message, "Message", "Message");
      const items = children(find(inner, "Data") ?? message);
      return {
        topic: textOf(find(message, "Topic")),
        operation: inner?.attributes.PropertyOperation,
        data: Object.fromEntries(items.map((item) => [item.attributes.Name, item.attributes.Value])),
      };
    }),
  };
}

const started = { topic: "tns1:VideoSource/MotionAlarm", operation: "Changed", data: { State: "true" } };

test("a waiting pull is answered as soon as there is motion", async () => {
  await using camera = await device(open);
  const { path } = await subscribe(camera);
  const waiting = pull(camera, path);
  await eventually("the pull waits", () => camera.stats().requests.PullMessages === 1);
  camera.motion(true);
  expect(await waiting).toEqual({ subcodes: [], messages: [started] });
  expect(camera.made).toMatchObject({ count: 1, motionStarts: 1, motionEnds: 0 });
  expect(Math.abs((camera.made.times[0] ?? 0) / 1000 - Date.now())).toBeLessThan(60_000);
});

test("a pull without news is answered empty after its Timeout", async () => {
  const clock = new TestClock();
  await using camera = await device(open, clock);
  const { path } = await subscribe(camera);
  const waiting = pull(camera, path, { timeout: "PT20S" });
  await eventually("the pull waits", () => clock.waiting === 2);
  await clock.advance(20_000);
  expect(await waiting).toEqual({ subcodes: [], messages: [] });
});

test("messages come in order, at most MessageLimit at a time, to every subscription", async () => {
  await using camera = await device({ ...open, motionTopics: ["RuleEngine/CellMotionDetector/Motion"] });
  const first = await subscribe(camera);
  const second = await subscribe(camera);
  for (const active of [true, false, true]) camera.motion(active);
  const states = async (path: string, limit: number) =>
    (await pull(camera, path, { limit })).messages.map(({ data }) => data.IsMotion);
  expect(await states(first.path, 2)).toEqual(["true", "false"]);
  expect(await states(first.path, 2)).toEqual(["true"]);
  expect(await states(second.path, 10)).toEqual(["true", "false", "true"]);
});

test("a client that hangs up while it pulls loses no message", async () => {
  await using camera = await device(open);
  const { path } = await subscribe(camera);
  const client = new AbortController();
  const waiting = pull(camera, path, { signal: client.signal });
  await eventually("the pull waits", () => camera.stats().requests.PullMessages === 1);
  client.abort();
  await expect(waiting).rejects.toThrow();
  await eventually("the connection is gone", () => camera.stats().sockets.http === 0);
  camera.motion(true);
  expect((await pull(camera, path)).messages).toEqual([started]);
});

test("a subscription ends by its own clock unless it is renewed", async () => {
  const clock = new TestClock();
  await using camera = await device(open, clock);
  const { path, lifeMs } = await subscribe(camera, "PT30S");
  expect(lifeMs).toBe(30_000);
  await clock.advance(29_000);
  const renewed = await ask(camera, "wsnt:Renew", {
    path,
    content: "<wsnt:TerminationTime>PT1M</wsnt:TerminationTime>",
  });
  expect(Date.parse(textOf(find(renewed.body, "TerminationTime")) ?? "")).toBe(clock.wall() + 60_000);
  await clock.advance(59_000);
  expect(camera.stats().subscriptions).toBe(1);
  const waiting = pull(camera, path);
  await eventually("the pull waits", () => clock.waiting === 2);
  await clock.advance(1_000);
  expect((await waiting).subcodes).toEqual(["wsrf-rw:ResourceUnknownFault"]);
  expect(camera.stats().subscriptions).toBe(0);
});

test("Unsubscribe frees a place where subscriptions are few", async () => {
  await using camera = await device({ ...open, maxSubscriptions: 1 });
  const { path } = await subscribe(camera);
  const refused = await ask(camera, "tev:CreatePullPointSubscription");
  expect(refused.subcodes).toEqual(["wsnt:SubscribeCreationFailedFault"]);
  expect((await ask(camera, "wsnt:Unsubscribe", { path })).status).toBe(200);
  expect((await ask(camera, "wsnt:Unsubscribe", { path })).subcodes).toEqual([
    "wsrf-rw:ResourceUnknownFault",
  ]);
  expect((await ask(camera, "tev:CreatePullPointSubscription")).status).toBe(200);
});

test("SetSynchronizationPoint replays the state as Initialized, and no pulse", async () => {
  await using camera = await device(open);
  camera.motion(true);
  camera.send({
    topic: "tns1:RuleEngine/LineDetector/Crossed",
    data: { ObjectId: "1" },
    operation: undefined,
  });
  const { path } = await subscribe(camera);
  await ask(camera, "tev:SetSynchronizationPoint", { path });
  expect((await pull(camera, path)).messages).toEqual([{ ...started, operation: "Initialized" }]);
});

test("with reference parameters the subscription's id goes in the header, as Axis does", async () => {
  await using camera = await device({ ...open, subscriptionBy: "reference-parameters" });
  await subscribe(camera);
  const created = await ask(camera, "tev:CreatePullPointSubscription");
  const reference = find(created.body, "SubscriptionReference");
  expect(textOf(find(reference, "Address"))).toBe(`http://127.0.0.1:${camera.onvifPort}/onvif/subscription`);
  const header = `<a:SubscriptionId xmlns:a="http://www.axis.com/2009/event">1</a:SubscriptionId>`;
  expect(textOf(find(reference, "ReferenceParameters", "SubscriptionId"))).toBe("2");
  expect((await ask(camera, "wsnt:Unsubscribe", { path: "/onvif/subscription", header })).status).toBe(200);
  expect(camera.stats().subscriptions).toBe(1);
});

interface OnvifCam {
  readonly profiles: readonly unknown[];
  pullMessages(options: object, done: (error: unknown, answer: unknown) => void): void;
  createPullPointSubscription(done: (error: unknown) => void): void;
}
type OnvifPackage = {
  Cam: new (options: object, done: (this: OnvifCam, error: unknown) => void) => OnvifCam;
};

test.for(["wsse", "digest"] as const)(
  "the onvif package connects with %s and pulls motion",
  async (authentication) => {
    const plain: Login = { username: "admin", password: "plain1" };
    await using camera = await createCamera({
      login: plain,
      onvif: { authentication, notAuthorizedStatus: 401 },
    });
    const { Cam } = createRequire(import.meta.url)("onvif") as OnvifPackage;
    const options = { hostname: "127.0.0.1", port: camera.onvifPort, ...plain, timeout: 5_000 };
    const cam = await new Promise<OnvifCam>((resolve, reject) => {
      new Cam({ ...options, useWSSecurity: authentication === "wsse" }, function (error) {
        if (error) reject(error);
        else resolve(this);
      });
    });
    expect(cam.profiles).toHaveLength(2);
    await new Promise<void>((resolve, reject) =>
      cam.createPullPointSubscription((error) => (error ? reject(error) : resolve())),
    );
    camera.motion(true);
    const pulled = await new Promise((resolve, reject) =>
      cam.pullMessages({ timeout: 5_000, messageLimit: 1 }, (error, answer) =>
        error ? reject(error) : resolve(answer),
      ),
    );
    expect(JSON.stringify(pulled)).toContain("MotionAlarm");
  },
);

test("a closed camera leaves no socket and no port, and may be closed again", async () => {
  const camera = await createCamera({ login, onvif: open });
  const { path } = await subscribe(camera);
  const waiting = pull(camera, path).catch(() => "cut");
  await eventually("the pull waits", () => camera.stats().requests.PullMessages === 1);
  await camera.close();
  await camera.close();
  expect(await waiting).toBe("cut");
  expect(camera.stats()).toMatchObject({ sockets: { http: 0, rtsp: 0 }, subscriptions: 0 });
  await expect(http({ port: camera.onvifPort, path: "/" })).rejects.toThrow("ECONNREFUSED");
});
