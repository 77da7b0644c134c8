import { expect, test } from "vitest";
import {
  readCapabilities,
  readDeviceInformation,
  readLife,
  readMac,
  readProfiles,
  readServices,
  readSubscription,
  readUri,
} from "../../drivers/onvif/answers.ts";
import { answerIn, element } from "./onvif-open.ts";

test("facts keep every digit: firmware 1.10 and a serial with leading zeros", () => {
  expect(readDeviceInformation(answerIn("device-information"))).toEqual({
    manufacturer: "Example & Sons",
    model: "IPC-2100",
    firmware: "1.10",
    serial: "00123456789012345678",
  });
});

test("a fact that the camera leaves out is absent, and one of unlikely length is cut", () => {
  const answer = element(`<R><Model>${"m".repeat(5_000)}</Model><SerialNumber/></R>`);
  expect(readDeviceInformation(answer)).toEqual({ model: "m".repeat(128) });
});

test("services are found by namespace, other makes' own beside them", () => {
  expect(readServices(answerIn("services"))).toEqual({
    media: "http://10.0.0.9/onvif/Media",
    media2: "http://10.0.0.9/onvif/Media2",
    events: "http://10.0.0.9:8080/onvif/Events?v=1&w=2",
  });
});

test("capabilities tell the services of cameras before GetServices", () => {
  expect(readCapabilities(answerIn("capabilities"))).toEqual({
    media: "http://192.168.1.88/onvif/media_service",
    events: "http://192.168.1.88/onvif/event_service",
  });
});

test("the MAC is that of the interface that is on, in one form", () => {
  expect(readMac(answerIn("network-interfaces"))).toBe("02:00:5e:10:ab:cd");
  expect(
    readMac(
      element("<R><NetworkInterfaces><Info><HwAddress>none</HwAddress></Info></NetworkInterfaces></R>"),
    ),
  ).toBe(undefined);
});

test("profiles of Media and Media2 say whether they have video, and by what events may name them", () => {
  expect(readProfiles(answerIn("profiles-media"))).toEqual([
    { token: "audio", name: "sound only", video: false, tokens: {} },
    {
      token: "000",
      name: "mainStream",
      video: true,
      tokens: { source: "v0", configuration: "v", analytics: "a", encoder: "e" },
    },
  ]);
  expect(readProfiles(answerIn("profiles-media2"))).toEqual([
    { token: "meta", name: "metadata", video: false, tokens: {} },
    {
      token: "p1",
      name: "main",
      video: true,
      tokens: { source: "v0", configuration: "v", analytics: "a", encoder: "e" },
    },
  ]);
});

test("an address with a bare ampersand is read whole", () => {
  expect(readUri(answerIn("stream-uri-bare-ampersand"))).toBe(
    "rtsp://10.10.10.10:554/user=admin_password=secret_channel=1_stream=0&onvif=0.sdp?real_stream",
  );
  expect(readUri(answerIn("snapshot-uri-media2"))).toContain("cmd=onvifSnapPic&channel=0");
});

test("a subscription is read where prefixes are not declared, with its reference parameters", () => {
  const plain = answerIn("create-pull-point-undeclared-prefix");
  expect(readSubscription(plain)).toEqual({
    address: "http://192.168.100.71:80/onvif/Events/PullMessagesManager?Idx=0",
    parameters: [],
  });
  expect(readLife(plain)).toBe(600_000);
  expect(readSubscription(answerIn("create-pull-point-axis")).parameters).toMatchObject([
    { name: "SubscriptionId", text: "17" },
  ]);
});

test("a life that is over, missing or unreadable is no life", () => {
  expect(readLife(answerIn("pull-messages-tapo"))).toBeUndefined();
  expect(readLife(element("<R><CurrentTime>2026-11-24T01:00:00Z</CurrentTime></R>"))).toBeUndefined();
  expect(
    readLife(element("<R><CurrentTime>now</CurrentTime><TerminationTime>later</TerminationTime></R>")),
  ).toBe(undefined);
});

test("times without a zone are one zone's", () => {
  const answer = element(
    "<R><CurrentTime>2026-11-24T01:00:00</CurrentTime><TerminationTime>2026-11-24T01:02:00Z</TerminationTime></R>",
  );
  expect(readLife(answer)).toBe(120_000);
});
