import { channelCount } from "./channel-count.ts";
import type { Announcement } from "./found-device.ts";
import { macOf } from "./mac-makes.ts";
import { makeOfTexts } from "./make-banners.ts";
import { plainText } from "./plain-text.ts";
import type { Question } from "./question.ts";

/**
 * Dahua's DHIP: 32 bytes of header (its size, "DHIP", twice the length of what follows, little-endian) and JSON. Bare
 * JSON gets no answer (rroller/dahua discovery.py; mhouse/UniversalScanner Dahua2.cs).
 */
export const dhip: Question = {
  by: "dhip",
  group: "239.255.255.251",
  port: 37_810,
  answersGoToGroup: false,
  message: () => dhipDatagram({ method: "DHDiscover.search", params: { mac: "", uni: 1 } }),
  read: readDhip,
};

const HEADER_BYTES = 32;
const MAGIC = "DHIP";

export function dhipDatagram(content: object): Buffer {
  const body = Buffer.from(`${JSON.stringify(content)}\n`);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(HEADER_BYTES, 0);
  header.write(MAGIC, 4, "latin1");
  header.writeUInt32LE(body.length, 16);
  header.writeUInt32LE(body.length, 24);
  return Buffer.concat([header, body]);
}

/** The device of a client.notifyDevInfo from the address `from`; none where the bytes are something else. */
export function readDhip(bytes: Buffer, from: string): Announcement[] {
  if (bytes.length <= HEADER_BYTES || bytes.toString("latin1", 4, 8) !== MAGIC) return [];
  const text = bytes.toString("utf8", HEADER_BYTES).replace(/[\0\s]+$/, "");
  const said = parseJson(text);
  if (textIn(said, "method") !== "client.notifyDevInfo") return [];
  const info = valueIn(valueIn(said, "params"), "deviceInfo");
  if (typeof info !== "object" || info === null) return [];
  const model = textIn(info, "DeviceType");
  const serial = textIn(info, "SerialNo");
  const name = textIn(info, "MachineName");
  const mac = macOf(textIn(said, "mac") ?? "");
  const makers = [textIn(info, "Vendor"), textIn(info, "Manufacturer")];
  const port = valueIn(info, "HttpPort");
  const channels = channelCount(
    ["VideoInputChannels", "RemoteVideoInputChannels"].map((key) => Number(valueIn(info, key))),
  );
  return [
    {
      by: "dhip",
      address: from,
      // Brands of Dahua's answer in their own name; some give none, or "Private".
      make:
        makeOfTexts(makers) ?? makers.find((one) => one && !/^(?:private|general)$/i.test(one)) ?? "Dahua",
      ...(model !== undefined && { model }),
      ...(serial !== undefined && { serial }),
      ...(name !== undefined && { name }),
      ...(mac !== undefined && { mac }),
      ...(channels !== undefined && { channels }),
      ...(typeof port === "number" &&
        Number.isInteger(port) &&
        port >= 1 &&
        port <= 65_535 && { http: { port, tls: false } }),
    },
  ];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function valueIn(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function textIn(value: unknown, key: string): string | undefined {
  const text = valueIn(value, key);
  return typeof text === "string" ? plainText(text) : undefined;
}
