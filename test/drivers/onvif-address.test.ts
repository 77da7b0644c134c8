import { expect, test } from "vitest";
import { serviceUrl, snapshotUrl, streamAddress, withoutSecrets } from "../../drivers/onvif/address.ts";
import { endpointOf, httpUrl } from "../../drivers/protocol/endpoint.ts";

const endpoint = { protocol: "http:", hostname: "192.168.1.20", port: 8000 } as const;
const events = new URL("http://192.168.1.20:8000/onvif/events");
const service = (address: string | undefined) => serviceUrl(address, endpoint, events).href;

test("an address is host and port, 80 where it names none, and 443 over TLS", () => {
  const shown = (address: string) => httpUrl(endpointOf(address), "/x").href;
  expect(endpointOf("192.168.1.20")).toEqual({ protocol: "http:", hostname: "192.168.1.20", port: 80 });
  expect(endpointOf("HTTPS://[fd00::20]")).toEqual({ protocol: "https:", hostname: "[fd00::20]", port: 443 });
  expect(shown("cam.example:8000")).toBe("http://cam.example:8000/x");
  expect(shown("[fd00::20]:8000")).toBe("http://[fd00::20]:8000/x");
  expect(shown("cam.example:443")).toBe("http://cam.example:443/x");
  expect(shown("https://cam.example")).toBe("https://cam.example/x");
  expect(shown("https://cam.example:80")).toBe("https://cam.example:80/x");
});

test("over TLS a service that is named with http is asked over TLS all the same", () => {
  const tls = endpointOf("https://192.168.1.20");
  expect(serviceUrl("http://192.168.1.20:8080/onvif/Events", tls, events).href).toBe(
    "https://192.168.1.20/onvif/Events",
  );
  expect(snapshotUrl("http://192.168.1.20/snap.jpg", tls)?.href).toBe("https://192.168.1.20/snap.jpg");
  expect(snapshotUrl("https://192.168.1.20:8443/snap.jpg", tls)?.href).toBe(
    "https://192.168.1.20:8443/snap.jpg",
  );
});

test("a service on another host or port is asked at the configured one, path and query kept", () => {
  expect(service("http://10.0.0.9:8080/onvif/Events?v=1&w=2")).toBe(
    "http://192.168.1.20:8000/onvif/Events?v=1&w=2",
  );
  expect(service("https://[fe80::1]/onvif/Events")).toBe("http://192.168.1.20:8000/onvif/Events");
});

test("a subscription without host keeps its path", () => {
  expect(service("http:///onvif/sub?Idx=3")).toBe("http://192.168.1.20:8000/onvif/sub?Idx=3");
  expect(service("http://:80/onvif/sub?Idx=3")).toBe("http://192.168.1.20:8000/onvif/sub?Idx=3");
  expect(service("/onvif/sub?Idx=3")).toBe("http://192.168.1.20:8000/onvif/sub?Idx=3");
});

test("an empty or senseless address means the service itself", () => {
  for (const address of [undefined, "", "  ", "%%% not an address %%%", "http://192.168.1.20", "http://h/"])
    expect(service(address)).toBe(events.href);
});

test("no address leads anywhere but to the configured host", () => {
  for (const address of [
    "//evil.example/x",
    "http://a//evil.example/x",
    "http://a/@evil.example/",
    "/\\evil.example",
    "http:/\\evil/x",
  ])
    expect(new URL(service(address)).host).toBe("192.168.1.20:8000");
});

test("a stream is at the configured host, at the camera's port or the configured one, without login", () => {
  const uri = "rtsp://admin:secret@10.10.10.10:8554/user=a&b?c#d";
  expect(streamAddress(uri, "192.168.1.20", undefined)).toBe("rtsp://192.168.1.20:8554/user=a&b?c");
  expect(streamAddress(uri, "192.168.1.20", 10554)).toBe("rtsp://192.168.1.20:10554/user=a&b?c");
  expect(streamAddress("rtsp:///live", "192.168.1.20", undefined)).toBe("rtsp://192.168.1.20/live");
  expect(streamAddress("rtsp://[fd00::1]:99999/live", "[fd00::20]", undefined)).toBe(
    "rtsp://[fd00::20]/live",
  );
  expect(streamAddress("http://10.0.0.1/live", "192.168.1.20", undefined)).toBeUndefined();
});

test("a snapshot of a camera that knows itself by the configured host keeps its own port", () => {
  expect(snapshotUrl("http://192.168.1.20:80/snap.jpg?c=0", endpoint)?.href).toBe(
    "http://192.168.1.20/snap.jpg?c=0",
  );
  expect(snapshotUrl("https://192.168.1.20/snap.jpg", endpoint)?.href).toBe("https://192.168.1.20/snap.jpg");
});

test("a snapshot behind a translated address is asked where ONVIF is", () => {
  expect(snapshotUrl("http://10.0.0.9/snap.jpg?c=0", endpoint)?.href).toBe(
    "http://192.168.1.20:8000/snap.jpg?c=0",
  );
  expect(snapshotUrl("", endpoint)).toBeUndefined();
});

test("a password in a path or query is not shown", () => {
  expect(withoutSecrets("rtsp://c/user=admin_password=tlJwpbo6_channel=1_stream=0.sdp?real_stream")).toBe(
    "rtsp://c/user=admin_password=***_channel=1_stream=0.sdp?real_stream",
  );
  expect(withoutSecrets("http://c/snap.cgi?usr=admin&pwd=secret&c=1")).toBe(
    "http://c/snap.cgi?usr=admin&pwd=***&c=1",
  );
});
