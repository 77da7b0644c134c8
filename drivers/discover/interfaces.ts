import { networkInterfaces } from "node:os";
import type { LocalInterface } from "./subnet.ts";

/** IPv4 addresses of the interfaces that are up: those that are named, or all but loopback where none is. */
export function localInterfaces(named: readonly string[] = []): LocalInterface[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(
        ({ family, internal }) => family === "IPv4" && (named.length > 0 ? named.includes(name) : !internal),
      )
      .map(({ address, cidr }) => ({ name, address, prefix: Number(cidr?.split("/")[1] ?? 32) })),
  );
}
