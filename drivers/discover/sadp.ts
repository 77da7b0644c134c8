import { randomUUID } from "node:crypto";
import { parseXml, textAt } from "../protocol/xml.ts";
import { channelCount } from "./channel-count.ts";
import type { Announcement } from "./found-device.ts";
import { macOf } from "./mac-makes.ts";
import { plainText } from "./plain-text.ts";
import type { Question } from "./question.ts";

/**
 * Hikvision's SADP: the inquiry of its own tool, which reads and changes nothing (cameronnewman/hikvision-tooling;
 * mhouse/UniversalScanner Hikvision.cs). Devices answer also from an address of another subnet than ours: fresh ones
 * are at 192.168.1.64.
 */
export const sadp: Question = {
  by: "sadp",
  group: "239.255.255.250",
  port: 37_020,
  // Firmware before 5.7 answers to the group alone.
  answersGoToGroup: true,
  message: () =>
    Buffer.from(
      `<?xml version="1.0" encoding="utf-8"?>\n<Probe>\n<Uuid>${randomUUID().toUpperCase()}</Uuid>\n<Types>inquiry</Types>\n</Probe>`,
    ),
  read: (bytes, from) => readSadp(bytes.toString("utf8"), from),
};

/** The device of a ProbeMatch from the address `from`; none where the text is something else, our own question too. */
export function readSadp(text: string, from: string): Announcement[] {
  const parsed = parseXml(text);
  if (!parsed.ok || parsed.value.name !== "ProbeMatch") return [];
  const match = parsed.value;
  const fact = (name: string) => plainText(textAt(match, name));
  const model = fact("DeviceDescription");
  const serial = fact("DeviceSN");
  const mac = macOf(fact("MAC") ?? "");
  const port = Number(fact("HttpPort") ?? Number.NaN);
  const channels = channelCount([fact("AnalogChannelNum"), fact("DigitalChannelNum")].map(Number));
  // Its own word for its address: the answer may come by another interface of a recorder.
  const address = fact("IPv4Address") ?? "";
  return [
    {
      by: "sadp",
      address: isHost(address) ? address : from,
      make: "Hikvision",
      ...(model !== undefined && { model }),
      ...(serial !== undefined && { serial }),
      ...(mac !== undefined && { mac }),
      ...(channels !== undefined && { channels }),
      ...(Number.isInteger(port) && port >= 1 && port <= 65_535 && { http: { port, tls: false } }),
    },
  ];
}

function isHost(text: string): boolean {
  return (
    /^(?:\d{1,3}\.){3}\d{1,3}$/.test(text) &&
    text.split(".").every((byte) => Number(byte) <= 255) &&
    !/^0\./.test(text)
  );
}
