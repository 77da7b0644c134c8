import fc from "fast-check";
import { expect, test } from "vitest";
import { channelsOfModel } from "../../drivers/discover/channel-count.ts";
import { dhipDatagram, readDhip } from "../../drivers/discover/dhip.ts";
import { macOf, makeOfMac } from "../../drivers/discover/mac-makes.ts";
import { conflictsOf, Neighbours, readNeighbours } from "../../drivers/discover/neighbours.ts";
import { readSadp } from "../../drivers/discover/sadp.ts";
import { hostsOf, parseSubnet, subnetsOf, subnetText } from "../../drivers/discover/subnet.ts";
import { readProbeMatches } from "../../drivers/discover/ws-discovery.ts";
import { probeMatches, sadpMatch } from "../fakes/discover-announcer.ts";
import { mangled } from "../fakes/mangled-text.ts";
import { TestClock } from "../fakes/test-clock.ts";

const hikvision = probeMatches({
  scopes:
    "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/hardware/DS-2CD2146G2-I " +
    "onvif://www.onvif.org/name/C%E1%BB%95ng%20ch%E1%BB%A3 onvif://www.onvif.org/MAC/44:19:b6:01:02:03",
  xaddrs: "http://[fe80::1]/onvif/device_service http://192.168.1.20:8000/onvif/device_service",
});

test("a ProbeMatch gives make, model, name, MAC and where ONVIF is", () => {
  expect(readProbeMatches(hikvision, "192.168.1.20")).toEqual([
    {
      by: "ws-discovery",
      address: "192.168.1.20",
      make: "Hikvision",
      model: "DS-2CD2146G2-I",
      name: "Cổng chợ",
      mac: "44:19:b6:01:02:03",
      onvif: { port: 8000, tls: false, path: "/onvif/device_service" },
    },
  ]);
});

test("a device is where its answer came from, whatever address it believes to have", () => {
  const [one] = readProbeMatches(probeMatches({ xaddrs: "http://10.0.0.9:8899/onvif/x" }), "192.168.1.21");
  expect(one).toMatchObject({ address: "192.168.1.21", onvif: { port: 8899, path: "/onvif/x" } });
});

test("a printer's answer, a question and broken texts are no device", () => {
  const printer = probeMatches({ types: "wsdp:Device", scopes: "http://example/printer" });
  const texts = [
    printer,
    "",
    "<",
    "\0\0",
    "<Envelope/>",
    "<a><b></a>",
    "x".repeat(20_000),
    "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
  ];
  for (const text of texts) expect(readProbeMatches(text, "192.168.1.2"), text.slice(0, 40)).toEqual([]);
});

test("what a device says of itself is cut, and can drive no terminal", () => {
  const scopes = `onvif://www.onvif.org/name/%1b%5b31mred%0a${"x".repeat(350)} onvif://www.onvif.org/hardware/%E0%A4%A`;
  const [one] = readProbeMatches(probeMatches({ scopes }), "192.168.1.2");
  expect(one?.name).toMatch(/^\[31mred x+$/);
  expect(one?.name?.length).toBe(128);
  expect(one?.model).toBe("%E0%A4%A");
});

test("no damage to an answer makes a reader throw", () => {
  const notify = dhipDatagram({
    method: "client.notifyDevInfo",
    params: { deviceInfo: { DeviceType: "NVR" } },
  });
  const sadp = sadpMatch({
    DeviceDescription: "DS-7608NI",
    MAC: "44-19-b6-01-02-03",
    IPv4Address: "192.168.1.64",
  });
  const anyOf = fc.constantFrom(hikvision, sadp, notify.toString("latin1"));
  fc.assert(
    fc.property(mangled(anyOf), (text) => {
      readProbeMatches(text, "192.168.1.2");
      readSadp(text, "192.168.1.2");
      readDhip(Buffer.from(text, "latin1"), "192.168.1.2");
    }),
    { numRuns: 500 },
  );
  for (const text of [
    "null",
    "[]",
    '{"method":"client.notifyDevInfo","params":{"deviceInfo":[]}}',
    '{"method":7}',
    "{",
  ])
    readDhip(Buffer.concat([notify.subarray(0, 32), Buffer.from(text)]), "192.168.1.2");
});

test("SADP tells model, serial number, MAC and port, and of a fresh device the address of another subnet", () => {
  const text = sadpMatch({
    DeviceDescription: "DS-2CD1043G0-I",
    DeviceSN: "DS-2CD1043G0-I20260101AAWRE12345678",
    MAC: "44-19-b6-0a-0b-0c",
    IPv4Address: "192.168.1.64",
    HttpPort: "80",
  });
  expect(readSadp(text, "10.0.0.7")).toEqual([
    {
      by: "sadp",
      address: "192.168.1.64",
      make: "Hikvision",
      model: "DS-2CD1043G0-I",
      serial: "DS-2CD1043G0-I20260101AAWRE12345678",
      mac: "44:19:b6:0a:0b:0c",
      http: { port: 80, tls: false },
    },
  ]);
  expect(readSadp("<Probe><Types>inquiry</Types></Probe>", "10.0.0.1")).toEqual([]);
});

test("how many channels a device has is told by both makes' answers, else by a recorder's model", () => {
  const sadpOf = (facts: Readonly<Record<string, string>>) =>
    readSadp(sadpMatch(facts), "10.0.0.7")[0]?.channels;
  expect(sadpOf({ AnalogChannelNum: "4", DigitalChannelNum: "2" })).toBe(6);
  expect(sadpOf({ AnalogChannelNum: "0", DigitalChannelNum: "16" })).toBe(16);
  for (const broken of ["-1", "9999999", "1.5", "x", ""])
    expect(sadpOf({ DigitalChannelNum: broken }), broken).toBeUndefined();
  const dhipOf = (deviceInfo: object) =>
    readDhip(dhipDatagram({ method: "client.notifyDevInfo", params: { deviceInfo } }), "10.0.0.8")[0]
      ?.channels;
  expect(dhipOf({ VideoInputChannels: 0, RemoteVideoInputChannels: 8 })).toBe(8);
  expect(dhipOf({ VideoInputChannels: 1, RemoteVideoInputChannels: 0 })).toBe(1);
  expect(dhipOf({ VideoInputChannels: "many" })).toBeUndefined();
  expect(
    [
      "DS-7608NXI-I2/8P",
      "iDS-7204HUHI-M1",
      "DHI-NVR4108HS-4KS2",
      "XVR5116HS",
      "NVR608-64",
      "DS-2CD2146G2-I",
      undefined,
    ].map(channelsOfModel),
  ).toEqual([8, 4, 8, 16, undefined, undefined, undefined]);
});

test("DHIP tells the brand's own name, and Dahua's where there is none", () => {
  const said = (deviceInfo: object) =>
    readDhip(
      dhipDatagram({ mac: "b4:4c:3b:f4:e3:01", method: "client.notifyDevInfo", params: { deviceInfo } }),
      "10.0.0.8",
    );
  expect(
    said({
      DeviceType: "IPC-HFW1230S",
      Vendor: "KBVision",
      SerialNo: "7K",
      HttpPort: 8081,
      MachineName: "Sân",
    }),
  ).toEqual([
    {
      by: "dhip",
      address: "10.0.0.8",
      make: "KBVision",
      model: "IPC-HFW1230S",
      serial: "7K",
      name: "Sân",
      mac: "b4:4c:3b:f4:e3:01",
      http: { port: 8081, tls: false },
    },
  ]);
  expect(said({ Vendor: "Private" })).toMatchObject([{ make: "Dahua" }]);
});

test("subnets of people are read, and what cannot be swept is refused", () => {
  const read = (text: string) => {
    const subnet = parseSubnet(text);
    return subnet.ok ? subnetText(subnet.value) : subnet.error;
  };
  expect(read("192.168.1.0/24")).toBe("192.168.1.0/24");
  expect(read("192.168.1.77/24")).toBe("192.168.1.0/24");
  expect(read("192.168.1.77")).toBe("192.168.1.77/32");
  expect(read("255.255.255.255/20")).toBe("no-hosts");
  expect(read("10.0.0.0/20")).toBe("10.0.0.0/20");
  for (const text of ["0.0.0.0/0", "10.0.0.0/19", "10.0.0.0/16", "10.0.0.0/8"])
    expect(read(text), text).toBe("too-large");
  for (const text of ["0.0.0.0/24", "224.0.0.0/24", "255.255.255.255"])
    expect(read(text), text).toBe("no-hosts");
  for (const text of [
    "",
    "x",
    "192.168.1",
    "192.168.1.256/24",
    "192.168.1.0/33",
    "192.168.001.0/24",
    "::1/64",
    "1.2.3.4/24/7",
  ])
    expect(read(text), text).toBe("no-subnet");
});

test("the hosts of subnets are each asked once, without the net's own address and its broadcast", () => {
  const hosts = (...texts: string[]) =>
    hostsOf(
      texts.flatMap((text) => {
        const one = parseSubnet(text);
        return one.ok ? [one.value] : [];
      }),
    );
  expect(hosts("192.168.1.0/24")).toHaveLength(254);
  expect(hosts("192.168.1.0/30")).toEqual(["192.168.1.1", "192.168.1.2"]);
  expect(hosts("192.168.1.4/31")).toEqual(["192.168.1.4", "192.168.1.5"]);
  expect(hosts("192.168.1.9", "192.168.1.8/30", "9.255.255.255")).toEqual([
    "9.255.255.255",
    "192.168.1.9",
    "192.168.1.10",
  ]);
});

test("unnamed, the subnets of the interfaces are asked up to /22; tunnels have none", () => {
  const { small, large } = subnetsOf([
    { name: "eth0", address: "192.168.5.9", prefix: 24 },
    { name: "eth1", address: "10.1.2.3", prefix: 16 },
    { name: "tun0", address: "10.8.0.2", prefix: 32 },
  ]);
  expect(small.map(subnetText)).toEqual(["192.168.5.0/24"]);
  expect(large.map((one) => [one.interface, subnetText(one.subnet)])).toEqual([["eth1", "10.1.0.0/16"]]);
});

test("makes are known by the register of MACs; groups and blanks are no MAC", () => {
  expect(makeOfMac("44:19:b6:01:02:03")).toBe("Hikvision");
  expect(makeOfMac("ec:71:db:01:02:03")).toBe("Reolink");
  expect(makeOfMac("02:00:5e:10:00:01")).toBe(undefined);
  expect(macOf("44-19-B6-01-02-03")).toBe("44:19:b6:01:02:03");
  for (const text of ["", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "44:19:b6"])
    expect(macOf(text), text).toBe(undefined);
});

const HEAD = "IP address       HW type     Flags       HW address            Mask     Device";
const arp = (...entries: [address: string, mac: string, flags?: string][]) =>
  [HEAD, ...entries.map(([ip, mac, flags = "0x2"]) => `${ip}  0x1  ${flags}  ${mac}  *  eth0`)].join("\n");

test("only neighbours that answered have a MAC", () => {
  const text = arp(
    ["10.0.0.1", "44:19:b6:00:00:01"],
    ["10.0.0.2", "00:00:00:00:00:00", "0x0"],
    ["10.0.0.3", "44:19:b6:00:00:03", "0x0"],
  );
  expect(readNeighbours(`${text}\ngarbage\n`)).toEqual([["10.0.0.1", "44:19:b6:00:00:01"]]);
});

test("an address that changes its MAC is shared by two devices; one MAC at two addresses is one device", async () => {
  const clock = new TestClock();
  const tables = [
    arp(["10.0.0.1", "44:19:b6:00:00:01"], ["10.0.0.9", "44:19:b6:00:00:09"]),
    arp(["10.0.0.1", "44:19:b6:00:00:02"], ["10.0.0.10", "44:19:b6:00:00:09"]),
  ];
  const neighbours = new Neighbours(async () => tables.shift() ?? "", clock);
  await neighbours.look();
  await neighbours.look();
  expect(await neighbours.macOf("10.0.0.1")).toBe("44:19:b6:00:00:02");
  expect(conflictsOf(["10.0.0.1", "10.0.0.9", "10.0.0.10"], neighbours, [])).toEqual([
    { kind: "address-shared", address: "10.0.0.1", macs: ["44:19:b6:00:00:01", "44:19:b6:00:00:02"] },
    { kind: "mac-repeated", mac: "44:19:b6:00:00:09", addresses: ["10.0.0.9", "10.0.0.10"] },
  ]);
});

test("two devices that announce themselves from one address share it", () => {
  const neighbours = { macsOf: () => new Set<string>() };
  const said = (by: "sadp" | "dhip", mac: string) => ({ by, address: "10.0.0.1", mac });
  const one = said("sadp", "44:19:b6:00:00:01");
  expect(conflictsOf(["10.0.0.1"], neighbours, [one, one, said("dhip", "44:19:b6:00:00:02")])).toEqual([]);
  expect(conflictsOf(["10.0.0.1"], neighbours, [one, said("sadp", "44:19:b6:00:00:02")])).toMatchObject([
    { kind: "address-shared", address: "10.0.0.1" },
  ]);
});
