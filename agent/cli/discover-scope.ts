import { localInterfaces } from "../../drivers/discover/interfaces.ts";
import {
  hostsOf,
  LONGEST_SWEEP_PREFIX,
  type LocalInterface,
  parseSubnet,
  type Subnet,
  type SubnetProblem,
  subnetsOf,
} from "../../drivers/discover/subnet.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { discoverTexts as texts } from "../model/messages/cli-discover.ts";
import { compose, type Message } from "../model/messages/text.ts";

/** Where to look, as the options say it. */
export interface Scope {
  readonly interfaces: readonly LocalInterface[];
  readonly subnets: readonly Subnet[];
  readonly hosts: readonly string[];
  /** Networks of the box that are not tried because nobody named them. */
  readonly leftOut: readonly { readonly interface: string; readonly subnet: Subnet }[];
  readonly ports: readonly number[] | undefined;
}

const MOST_HOSTS = 2 ** (32 - LONGEST_SWEEP_PREFIX);
/** Tried by fours, each four 1.2 s at most. */
const MOST_PORTS = 16;

const problemTexts: Readonly<Record<SubnetProblem, Message>> = {
  "no-subnet": texts.noSubnet,
  "too-large": texts.tooLarge,
  "no-hosts": texts.noHosts,
};

/** Each option's values parted by commas. The error says what cannot be looked through; nothing has been sent. */
export function scopeOf(options: {
  readonly subnet: string | undefined;
  readonly interface: string | undefined;
  readonly port: string | undefined;
}): Result<Scope, Message> {
  const subnets: Subnet[] = [];
  for (const found of listed(options.subnet)) {
    const subnet = parseSubnet(found);
    if (!subnet.ok) return fail(compose(problemTexts[subnet.error], { found }));
    subnets.push(subnet.value);
  }
  const named = listed(options.interface);
  const interfaces = localInterfaces(named);
  const unknown = named.find((name) => !interfaces.some((one) => one.name === name));
  if (unknown !== undefined) {
    const names = [...new Set(localInterfaces().map(({ name }) => name))].join(", ") || "–";
    return fail(compose(texts.noInterface, { found: unknown, names }));
  }
  const ports = listed(options.port);
  const wrong = ports.find((port) => !/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535);
  if (wrong !== undefined) return fail(compose(texts.noPort, { found: wrong }));
  if (ports.length > MOST_PORTS) return fail(compose(texts.tooManyPorts, { most: MOST_PORTS }));
  const own = subnetsOf(interfaces);
  const chosen = subnets.length > 0 ? subnets : own.small;
  const mine = new Set(interfaces.map(({ address }) => address));
  const hosts = hostsOf(chosen).filter((host) => !mine.has(host));
  if (hosts.length > MOST_HOSTS)
    return fail(compose(texts.tooLarge, { found: listed(options.subnet).join(", ") }));
  return ok({
    interfaces,
    subnets: chosen,
    hosts,
    leftOut: subnets.length > 0 ? [] : own.large,
    ports: ports.length > 0 ? ports.map(Number) : undefined,
  });
}

function listed(option: string | undefined): string[] {
  return (option ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
