import type { Discovery } from "../../drivers/discover/discover.ts";
import type { Announcer, FoundDevice } from "../../drivers/discover/found-device.ts";
import type { Conflict } from "../../drivers/discover/neighbours.ts";
import { unreachable } from "../base/result.ts";
import { type Column, table } from "../core/table.ts";
import { type Line, span } from "../core/terminal.ts";
import { discoverTexts as texts } from "../model/messages/cli-discover.ts";
import { fill, type Language } from "../model/messages/text.ts";

/** Codes of the configured cameras at an address; undefined where the configuration is not known. */
export type ConfiguredAt = ((address: string) => readonly string[]) | undefined;

/** Devices named in one line; a network of offices has many. */
const MOST_NAMED = 12;
const MOST_CODES = 3;

const PROTOCOLS: Readonly<Record<Announcer, string>> = {
  "ws-discovery": "WS-Discovery",
  sadp: "SADP",
  dhip: "DHIP",
};

/** A line a camera, then what is odd about the network. */
export function showDiscovery(
  { devices, conflicts, unasked }: Discovery,
  configuredAt: ConfiguredAt,
  room: number,
  language: Language,
): Line[] {
  const cameras = devices.filter(({ isCamera }) => isCamera);
  const others = devices.filter(({ isCamera }) => !isCamera);
  const warn = (text: string): Line => [span("! ", "yellow", "bold"), span(text)];
  return [
    ...(cameras.length > 0 ? [...cameraTable(cameras, configuredAt, room, language), []] : []),
    ...conflicts.map((conflict) => warn(conflictWords(conflict, language))),
    ...(cameras.some(({ drivers }) => drivers.length === 0) ? [warn(texts.driverlessNext[language])] : []),
    ...unasked.map(({ by, interface: on, reason }) =>
      warn(
        fill(texts.unasked, language, {
          protocol: PROTOCOLS[by],
          interface: on ?? texts.everyInterface[language],
          reason,
        }),
      ),
    ),
    ...(others.length > 0
      ? [
          [
            span(
              fill(texts.others, language, { addresses: named(others.map(({ address }) => address)) }),
              "dim",
            ),
          ],
        ]
      : []),
  ];
}

function named(addresses: readonly string[]): string {
  return addresses.slice(0, MOST_NAMED).join(", ") + (addresses.length > MOST_NAMED ? ", …" : "");
}

function cameraTable(
  cameras: readonly FoundDevice[],
  configuredAt: ConfiguredAt,
  room: number,
  language: Language,
): Line[] {
  const columns: Column[] = [
    { title: texts.columnAddress[language] },
    { title: texts.columnMake[language], least: 6 },
    { title: texts.columnModel[language], least: 12 },
    { title: texts.columnMac[language], dispensable: 2 },
    { title: texts.columnPorts[language], least: 8, dispensable: 1 },
    { title: texts.columnDriver[language] },
    ...(configuredAt ? [{ title: texts.columnConfigured[language], least: 8 }] : []),
  ];
  const rows = cameras.map((camera): Line[] => {
    const { address, make = "", mac = "", ports, drivers } = camera;
    const [driver] = drivers;
    const codes = configuredAt?.(address) ?? [];
    return [
      [span(address, "bold")],
      [span(make)],
      [span(modelWords(camera))],
      [span(mac, "dim")],
      [span(ports.join(" "), "dim")],
      driver === undefined ? [span(texts.noDriver[language], "yellow")] : [span(driver)],
      codes.length === 0 ? [span(texts.notConfigured[language], "dim")] : [span(codeWords(codes), "green")],
    ];
  });
  return table(columns, rows, room);
}

function modelWords({ model, name }: FoundDevice): string {
  return [...new Set([model, name])].filter((text) => text !== undefined).join(", ");
}

/** A recorder has a code for each of its channels. */
function codeWords(codes: readonly string[]): string {
  const more = codes.length - MOST_CODES;
  return codes.slice(0, MOST_CODES).join(", ") + (more > 0 ? ` +${more}` : "");
}

function conflictWords(conflict: Conflict, language: Language): string {
  switch (conflict.kind) {
    case "address-shared":
      return fill(texts.addressShared, language, {
        address: conflict.address,
        macs: named(conflict.macs),
      });
    case "mac-repeated":
      return fill(texts.macRepeated, language, {
        mac: conflict.mac,
        addresses: named(conflict.addresses),
      });
    default:
      return unreachable(conflict);
  }
}
