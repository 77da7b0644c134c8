import { once } from "node:events";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { identify } from "../../drivers/discover/identify.ts";
import { createCamera } from "../fakes/camera.ts";
import { selfSigned } from "../fakes/certificates.ts";
import { createDahua } from "../fakes/dahua-device.ts";
import { eventually } from "../fakes/eventually.ts";
import { createIsapi } from "../fakes/isapi-device.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { startTlsDoor } from "../fakes/tls-door.ts";

const live = new AbortController().signal;

const look = (host: string, ports: readonly number[], signal = live) =>
  identify({ host }, { clock: systemClock, ports }, signal);

/** Something that listens at `host` and answers each connection by `serve`. */
async function listener(host: string, serve: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // Unread, it would never see the other end close.
    socket
      .on("error", () => {})
      .on("close", () => sockets.delete(socket))
      .resume();
    serve(socket);
  });
  server.listen(0, host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    open: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

async function webServer(
  host: string,
  answer: (path: string) => [status: number, headers: object, body: string],
) {
  const asked: { path: string; authorization: string | undefined }[] = [];
  const server = createHttp((request, response) => {
    asked.push({ path: request.url ?? "", authorization: request.headers.authorization });
    const [status, headers, body] = answer(request.url ?? "");
    response.writeHead(status, { ...headers }).end(body);
  });
  server.listen(0, host);
  await once(server, "listening");
  return {
    asked,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

test("an ONVIF camera is known by the time that it tells everybody, and its RTSP beside it", async () => {
  await using camera = await createCamera({ address: "127.1.41.1" });
  const found = await look("127.1.41.1", [camera.onvifPort, camera.rtspPort]);
  expect(found).toMatchObject({
    address: "127.1.41.1",
    drivers: ["onvif", "rtsp"],
    onvif: { port: camera.onvifPort, tls: false, path: "/onvif/device_service" },
    rtsp: camera.rtspPort,
    isCamera: true,
  });
  expect(camera.stats().loginsRefused).toBe(0);
});

test("bare RTSP is found on whatever port, also where HTTP is asked first", async () => {
  await using camera = await createCamera({ address: "127.1.41.2", onvif: false });
  const found = await look("127.1.41.2", [camera.rtspPort]);
  expect(found).toMatchObject({ drivers: ["rtsp"], rtsp: camera.rtspPort, ports: [camera.rtspPort] });
});

test("a Hikvision device is known by ISAPI's own words, with no login spent on it", async () => {
  await using device = await createIsapi({ device: "camera-ds-2cd2146g2-v5.7.18", address: "127.1.41.3" });
  const found = await look("127.1.41.3", [device.httpPort, device.rtspPort]);
  expect(found).toMatchObject({
    make: "Hikvision",
    drivers: ["hikvision", "rtsp"],
    http: { port: device.httpPort, tls: false },
  });
  expect(device.stats().loginsRefused).toBe(0);
});

test("a Dahua device is known by its realm, with no login spent on it", async () => {
  const realm =
    'WWW-Authenticate: Digest realm="Login to 4A0B1CPAZ00FF11", qop="auth", nonce="7", opaque="7"\r\n';
  await using device = await createDahua({
    address: "127.1.41.4",
    behaviours: [
      {
        name: "a start page and a realm as real devices have them",
        onCgiRequest: ({ target }) =>
          target === "/"
            ? "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html><title>WEB SERVICE</title></html>"
            : `HTTP/1.1 401 Unauthorized\r\n${realm}Content-Length: 0\r\nConnection: close\r\n\r\n`,
      },
    ],
  });
  const found = await look("127.1.41.4", [device.httpPort, device.rtspPort]);
  expect(found).toMatchObject({ make: "Dahua", drivers: ["dahua", "rtsp"] });
  expect(device.loginsRefused).toBe(0);
});

test("no question carries a login", async () => {
  await using web = await webServer("127.1.41.5", () => [401, { "WWW-Authenticate": 'Basic realm="x"' }, ""]);
  await look("127.1.41.5", [web.port]);
  expect(web.asked.map(({ path }) => path)).toContain("/");
  expect(web.asked.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
});

test("a server that wants a login for everything is no camera for that", async () => {
  await using web = await webServer("127.1.41.6", (path) =>
    path === "/"
      ? [200, {}, "<title>Router</title>"]
      : [401, { "WWW-Authenticate": 'Digest realm="router", nonce="1"' }, ""],
  );
  const found = await look("127.1.41.6", [web.port]);
  expect(found).toMatchObject({ drivers: [], isCamera: false });
});

test("a router's page is a device that is no camera", async () => {
  await using web = await webServer("127.1.41.7", (path) =>
    path === "/" ? [200, { Server: "lighttpd" }, "<title>Modem</title>"] : [404, {}, ""],
  );
  expect(await look("127.1.41.7", [web.port])).toMatchObject({ drivers: [], isCamera: false });
});

test("makes are known by their pages' server, title and address", async () => {
  const makeOf = async (headers: object, body = "") => {
    await using web = await webServer("127.1.41.8", (path) => [path === "/" ? 200 : 404, headers, body]);
    return (await look("127.1.41.8", [web.port])).make;
  };
  expect(await makeOf({ Server: "App-webs/" })).toBe("Hikvision");
  expect(await makeOf({}, '<script>window.location.href = "/doc/page/login.asp?_1"</script>')).toBe(
    "Hikvision",
  );
  expect(await makeOf({}, "<title>NETSurveillance WEB</title>")).toBe("Xiongmai");
  expect(await makeOf({ "WWW-Authenticate": 'Digest realm="AXIS_ACCC8E012345", nonce="1"' })).toBe("Axis");
  expect(await makeOf({ Server: "nginx" }, "<title>Nothing of the kind</title>")).toBe(undefined);
});

test("garbage, silence and floods end in a device without a driver, and leave no connection", async () => {
  const flood = Buffer.alloc(65_536, "x");
  await using garbage = await listener("127.1.41.9", (socket) =>
    socket.end(Buffer.from([0, 255, 13, 10, 7, 200])),
  );
  await using cut = await listener("127.1.41.9", (socket) => socket.destroy());
  await using endless = await listener("127.1.41.9", (socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const more = () => {
      while (!socket.destroyed && socket.write(flood));
    };
    socket.on("drain", more);
    more();
  });
  const found = await look("127.1.41.9", [garbage.port, cut.port, endless.port]);
  expect(found).toMatchObject({ drivers: [], isCamera: false });
  expect(found.ports).toHaveLength(3);
  await eventually("no connection", () => garbage.open() + cut.open() + endless.open() === 0);
});

test("a device that is not there has no ports, and one that says nothing is given up when told to", async () => {
  expect(await look("127.1.41.10", [9])).toMatchObject({ ports: [], drivers: [], isCamera: false });
  const stop = new AbortController();
  await using mute = await listener("127.1.41.10", (socket) => socket.once("data", () => stop.abort()));
  const found = await look("127.1.41.10", [mute.port], stop.signal);
  expect(found).toMatchObject({ ports: [mute.port], drivers: [] });
});

test("a device that is said to speak TLS is asked over TLS, whatever its port and certificate", async () => {
  using folder = temporaryFolder();
  await using camera = await createCamera({ rtsp: false });
  await using door = await startTlsDoor(selfSigned(folder.path), camera.onvifPort);
  const options = { clock: systemClock, ports: [] };
  const over = (tls: boolean) => identify({ host: "127.0.0.1", port: door.port, tls }, options, live);
  expect(await over(true)).toMatchObject({ drivers: ["onvif"], onvif: { port: door.port, tls: true } });
  expect(await over(false)).toMatchObject({ drivers: [], ports: [door.port] });
});
