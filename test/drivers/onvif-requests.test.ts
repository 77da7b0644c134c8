import { expect, test } from "vitest";
import { requestBuilder } from "../../drivers/onvif/requests.ts";
import { textAt } from "../../drivers/protocol/xml.ts";
import { element } from "./onvif-open.ts";

const build = await requestBuilder();

test("durations go out in seconds, because some firmwares read minutes as seconds", () => {
  expect(textAt(element(build({ name: "CreatePullPointSubscription" }).body), "InitialTerminationTime")).toBe(
    "PT600S",
  );
  expect(textAt(element(build({ name: "Renew" }).body), "TerminationTime")).toBe("PT600S");
  const pull = element(build({ name: "PullMessages", seconds: 60, messages: 100 }).body);
  expect(textAt(pull, "Timeout")).toBe("PT60S");
  expect(textAt(pull, "MessageLimit")).toBe("100");
});

test("every call is one element of its own name and of a service", () => {
  const calls = [
    { name: "GetSystemDateAndTime", service: "device" },
    { name: "GetDeviceInformation", service: "device" },
    { name: "GetServices", service: "device" },
    { name: "GetCapabilities", service: "device" },
    { name: "GetNetworkInterfaces", service: "device" },
    { name: "CreatePullPointSubscription", service: "events" },
    { name: "SetSynchronizationPoint", service: "subscription" },
    { name: "Renew", service: "subscription" },
    { name: "Unsubscribe", service: "subscription" },
  ] as const;
  for (const { name, service } of calls) {
    const request = build({ name });
    expect(request).toMatchObject({ name, service });
    expect(element(request.body).name).toBe(name);
    expect(request.action).toContain(name);
  }
});

test("media calls go to the service that they are for, in its namespace", () => {
  for (const [media2, version] of [
    [true, "ver20"],
    [false, "ver10"],
  ] as const) {
    const request = build({ name: "GetProfiles", media2 });
    expect(request.service).toBe(media2 ? "media2" : "media");
    expect(element(request.body).namespace).toBe(`http://www.onvif.org/${version}/media/wsdl`);
  }
});

test("a profile token that is no XML stays what it is", () => {
  const { body } = build({ name: "GetStreamUri", media2: false, profile: `a&b<c>"d` });
  expect(textAt(element(body), "ProfileToken")).toBe(`a&b<c>"d`);
});

test("the package is given no login: no request carries its header", () => {
  expect(build({ name: "GetDeviceInformation" }).body).toBe(
    `<GetDeviceInformation xmlns="http://www.onvif.org/ver10/device/wsdl"/>`,
  );
});
