import type { FoundDevice } from "../../drivers/discover/found-device.ts";
import { addressOf, templatesOf } from "../../drivers/rtsp/address-templates.ts";

/** Columns of the table that `camera import` reads. */
const COLUMNS = ["id", "name", "driver", "address", "channel", "credential"] as const;
/** One more, where a device has RTSP elsewhere than on 554. */
const RTSP_PORT = "rtspPort";

/**
 * The devices as a table for `camera import`, and for people to put names in: UTF-8 with a byte order mark, semicolons
 * and CRLF, as Excel with Vietnamese or any other regional settings opens it. Devices that no driver fits are left out.
 *
 * @param taken Codes of cameras that are configured.
 */
export function csvOf(
  devices: readonly FoundDevice[],
  taken: ReadonlySet<string>,
): { text: string; rows: number } {
  const rows = devices.filter(({ drivers }) => drivers.length > 0);
  const labels = rows.map(labelOf);
  const hasPort = rows.some((device) => rtspPortOf(device, device.drivers[0] ?? "") !== "");
  const lines = rows.map((device, index) => {
    const label = labels[index] ?? "";
    const isAlone = labels.indexOf(label) === labels.lastIndexOf(label);
    const { driver, address } = placeOf(device);
    const name = label === "" ? device.address : isAlone ? label : `${label} ${device.address}`;
    const channel = driver === "hikvision" || driver === "dahua" ? channelsOf(device) : "";
    const cells = [idOf(device.address, taken), name, driver, address, channel, credentialOf(device, driver)];
    return hasPort ? [...cells, rtspPortOf(device, driver)] : cells;
  });
  const text = [hasPort ? [...COLUMNS, RTSP_PORT] : COLUMNS, ...lines]
    .map((cells) => cells.map(cell).join(";"))
    .join("\r\n");
  return { text: `\ufeff${text}\r\n`, rows: rows.length };
}

/** All of a recorder's, in the way that no spreadsheet takes for a date. */
function channelsOf({ channels = 1 }: FoundDevice): string {
  return channels === 1 ? "1" : `1..${channels}`;
}

/** What the device calls itself; empty where that is nothing. */
function labelOf({ name, make, model }: FoundDevice): string {
  // "HIKVISION DS-2CD2146G2-I" says what it is, "IPC" and "IPCamera" nothing.
  const own =
    name !== undefined && !/^(?:ip[ -]?c(?:amera)?|camera|nvr|dvr|onvif.*)$/i.test(name) ? name : undefined;
  const said = own ?? [make, model].filter(Boolean).join(" ");
  // A cell that begins so is a formula to Excel, and devices are not to write those.
  return said.replace(/^[-=+@\s]+/, "").slice(0, 100);
}

function placeOf(device: FoundDevice): { readonly driver: string; readonly address: string } {
  const [driver = "rtsp"] = device.drivers;
  if (driver === "rtsp") return { driver, address: streamOf(device) };
  const door = (driver === "onvif" ? device.onvif : device.http) ?? { port: 80, tls: false };
  const host = door.port === (door.tls ? 443 : 80) ? device.address : `${device.address}:${door.port}`;
  return { driver, address: door.tls ? `https://${host}` : host };
}

/** The make's usual address; without one that is known, the host's, which then wants its path. */
function streamOf({ address, make, rtsp = 554 }: FoundDevice): string {
  const host = rtsp === 554 ? address : `${address}:${rtsp}`;
  const [template] = templatesOf(make ?? "");
  return (template && addressOf(template, host, 1, "main")) ?? `rtsp://${host}/`;
}

/** ONVIF tells the port by itself, and an RTSP address has it. */
function rtspPortOf({ rtsp = 554 }: FoundDevice, driver: string): string {
  return rtsp === 554 || driver === "onvif" || driver === "rtsp" ? "" : String(rtsp);
}

function idOf(address: string, taken: ReadonlySet<string>): string {
  const plain = `cam-${address.replaceAll(/[^0-9a-z]+/gi, "-").toLowerCase()}`;
  let id = plain;
  for (let count = 2; taken.has(id); count++) id = `${plain}-${count}`;
  return id;
}

/** Cameras of one make mostly share a login at a site, and a login is tried on one of its cameras first. */
function credentialOf({ make }: FoundDevice, driver: string): string {
  return (
    (make ?? driver)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, "")
      .slice(0, 32) || driver
  );
}

function cell(text: string): string {
  return /[;"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
