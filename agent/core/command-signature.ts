import { createPublicKey, hash, type KeyObject, verify } from "node:crypto";
import type { Command } from "../model/command.ts";
import type { Config } from "../model/config.ts";
import type { SiteAddress } from "../model/topics.ts";
import { keyIdOf } from "./signed-text.ts";

/** Where a command goes: its topic, in parts. */
export type CommandAddress = SiteAddress & { readonly command: string; readonly request: string };

export type SignedCommand = Command & {
  readonly issued: string;
  readonly keyId: string;
  readonly signature: string;
};

/**
 * What an officer signs, as text with one field a line, none of which can hold a line break. The arguments go in by
 * their hash, as they were sent: to write the JSON anew cannot change what is signed.
 */
export function commandText(
  { unit, site, command, request }: CommandAddress,
  { issued, expires, arguments: given }: Pick<SignedCommand, "issued" | "expires" | "arguments">,
): string {
  const digest = hash("sha256", given, "hex");
  return ["camera-agent/command/1", unit, site, command, request, issued, expires, digest].join("\n");
}

export type CommandKey = Config["unit"]["commandKeys"][number];

/** Who may command a site, by the id of the key. */
export type Officers = ReadonlyMap<string, { readonly name: string; readonly key: KeyObject }>;

export function readOfficers(keys: readonly CommandKey[]): Officers {
  return new Map(
    keys.map(({ name, key: text }) => {
      const der = Buffer.from(text, "base64url");
      return [keyIdOf(der), { name, key: createPublicKey({ key: der, format: "der", type: "spki" }) }];
    }),
  );
}

export function hasSignature(body: Command): body is SignedCommand {
  return body.issued !== undefined && body.keyId !== undefined && body.signature !== undefined;
}

/** Name of the officer whose signature it is, or why there is none. */
export function signerOf(
  address: CommandAddress,
  body: Command,
  officers: Officers,
): { readonly by: string } | { readonly reason: "unsigned" | "no-keys" | "unknown-key" | "bad-signature" } {
  if (!hasSignature(body)) return { reason: "unsigned" };
  if (officers.size === 0) return { reason: "no-keys" };
  const officer = officers.get(body.keyId);
  if (!officer) return { reason: "unknown-key" };
  const signed = Buffer.from(commandText(address, body));
  const good = verify(null, signed, officer.key, Buffer.from(body.signature, "base64url"));
  return good ? { by: officer.name } : { reason: "bad-signature" };
}
