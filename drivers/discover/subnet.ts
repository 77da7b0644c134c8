import { fail, ok, type Result } from "../../agent/base/result.ts";

/** A range of IPv4 addresses. */
export interface Subnet {
  /** First address of the range, as a number. */
  readonly base: number;
  /** Bits that all of its addresses share. */
  readonly prefix: number;
}

export type SubnetProblem = "no-subnet" | "too-large" | "no-hosts";

/** The largest that is asked address by address: 4,094 hosts, a minute and a half. */
export const LONGEST_SWEEP_PREFIX = 20;
/** The largest that is asked without being named. */
const UNASKED_PREFIX = 22;

/** "192.168.1.0/24"; a host within stands for its subnet, and an address without "/" for itself. */
export function parseSubnet(text: string): Result<Subnet, SubnetProblem> {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text.trim());
  const bytes = match?.slice(1, 5).map(Number) ?? [];
  const prefix = Number(match?.[5] ?? 32);
  // As people and recorders never mean it: octal in one program and decimal in the next.
  const isPadded = match?.slice(1, 5).some((part) => /^0\d/.test(part));
  if (!match || isPadded || bytes.some((byte) => byte > 255) || prefix > 32) return fail("no-subnet");
  if (prefix < LONGEST_SWEEP_PREFIX) return fail("too-large");
  const first = bytes[0] ?? 0;
  // 0/8 is this host, 224/3 are groups and what is reserved (RFC 6890).
  if (first === 0 || first >= 224) return fail("no-hosts");
  return ok(subnetOf(numberOf(bytes), prefix));
}

function subnetOf(address: number, prefix: number): Subnet {
  return { base: address - (address % 2 ** (32 - prefix)), prefix };
}

function numberOf(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** As IPv4 addresses are sorted; NaN for what is none. */
export function addressNumber(address: string): number {
  const bytes = address.split(".").map(Number);
  return bytes.length === 4 ? numberOf(bytes) : Number.NaN;
}

function addressText(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");
}

export function subnetText({ base, prefix }: Subnet): string {
  return `${addressText(base)}/${prefix}`;
}

/** Each address of hosts once, ascending: without those of the nets themselves and their broadcasts (RFC 3021: but of /31). */
export function hostsOf(subnets: readonly Subnet[]): string[] {
  const hosts = new Set<number>();
  for (const { base, prefix } of subnets) {
    const size = 2 ** (32 - prefix);
    const edge = prefix < 31 ? 1 : 0;
    for (let at = edge; at < size - edge; at++) hosts.add(base + at);
  }
  return [...hosts].toSorted((a, b) => a - b).map(addressText);
}

/** An interface that is up, and its address. */
export interface LocalInterface {
  readonly name: string;
  /** IPv4. */
  readonly address: string;
  readonly prefix: number;
}

/** The subnets of the interfaces that are small enough to be asked unnamed, and those that are not. */
export function subnetsOf(interfaces: readonly LocalInterface[]): {
  readonly small: readonly Subnet[];
  readonly large: readonly { readonly interface: string; readonly subnet: Subnet }[];
} {
  const all = interfaces
    // A tunnel's end has no neighbours.
    .filter(({ prefix }) => prefix < 32)
    .map(({ name, address, prefix }) => ({
      interface: name,
      subnet: subnetOf(addressNumber(address), prefix),
    }));
  return {
    small: all.filter(({ subnet }) => subnet.prefix >= UNASKED_PREFIX).map(({ subnet }) => subnet),
    large: all.filter(({ subnet }) => subnet.prefix < UNASKED_PREFIX),
  };
}
