import type { Clock } from "../../agent/base/clock.ts";
import type { Announcement } from "./found-device.ts";
import { macOf } from "./mac-makes.ts";
import { addressNumber } from "./subnet.ts";

/** Two devices that the network cannot tell apart, or one that it sees twice. */
export type Conflict =
  /** Several devices have the same address: now one answers, now another. */
  | { readonly kind: "address-shared"; readonly address: string; readonly macs: readonly string[] }
  /** One device answers at several addresses. */
  | { readonly kind: "mac-repeated"; readonly mac: string; readonly addresses: readonly string[] };

/** Address and MAC of each neighbour that answered, from the text of Linux's /proc/net/arp. Flag 2: the entry is complete. */
export function readNeighbours(text: string): [address: string, mac: string][] {
  return text
    .split("\n", 16_384)
    .slice(1)
    .flatMap((line): [string, string][] => {
      const [address = "", , flags, hardware = ""] = line.trim().split(/\s+/);
      const mac = macOf(hardware);
      return mac !== undefined && (Number(flags) & 2) !== 0 ? [[address, mac]] : [];
    });
}

/** Old readings tell of addresses that changed their MAC; more often than this there is nothing new. */
const AGE_MS = 500;

/** MACs of the box's neighbours, gathered over time. */
export class Neighbours {
  readonly #read: () => Promise<string>;
  readonly #clock: Clock;
  readonly #macs = new Map<string, Set<string>>();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  /** `read` gives the text of the ARP table, empty where there is none. */
  constructor(read: () => Promise<string>, clock: Clock) {
    this.#read = read;
    this.#clock = clock;
  }

  /** The MAC seen last; reads the table again where it is half a second old. */
  async macOf(address: string): Promise<string | undefined> {
    if (this.#clock.monotonic() - this.#readAt >= AGE_MS) await this.look();
    return [...(this.#macs.get(address) ?? [])].at(-1);
  }

  look(): Promise<void> {
    this.#reading ??= this.#read()
      .then((text) => {
        for (const [address, mac] of readNeighbours(text)) {
          const macs = this.#macs.get(address) ?? new Set();
          // The one that answers now comes last.
          macs.delete(mac);
          this.#macs.set(address, macs.add(mac));
        }
        this.#readAt = this.#clock.monotonic();
      })
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }

  /** All MACs that were seen at an address. */
  macsOf(address: string): ReadonlySet<string> {
    return this.#macs.get(address) ?? new Set();
  }
}

/** Conflicts among the devices at `addresses`. What one kind of answer says is compared with its own kind only: a
 * recorder's SADP names the MAC of one network port and ARP that of the other. */
export function conflictsOf(
  addresses: readonly string[],
  neighbours: Pick<Neighbours, "macsOf">,
  announcements: readonly Announcement[],
): Conflict[] {
  const shared = addresses.flatMap((address): Conflict[] => {
    const seen = [neighbours.macsOf(address)];
    for (const by of ["ws-discovery", "sadp", "dhip"] as const)
      seen.push(
        new Set(
          announcements
            .filter((one) => one.by === by && one.address === address)
            .flatMap(({ mac }) => (mac === undefined ? [] : [mac])),
        ),
      );
    const macs = seen.find((one) => one.size > 1);
    return macs ? [{ kind: "address-shared", address, macs: [...macs].toSorted() }] : [];
  });
  const byMac = Map.groupBy(
    addresses.filter((address) => neighbours.macsOf(address).size === 1),
    (address) => [...neighbours.macsOf(address)][0] ?? "",
  );
  const repeated = [...byMac].flatMap(([mac, at]): Conflict[] =>
    at.length < 2
      ? []
      : [
          {
            kind: "mac-repeated",
            mac,
            addresses: at.toSorted((a, b) => addressNumber(a) - addressNumber(b)),
          },
        ],
  );
  return [...shared, ...repeated];
}
