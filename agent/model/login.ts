import type { Secrets } from "./config.ts";

/** The login of an entry of the secrets file; undefined when there is no such entry, or none is asked for. */
export function loginOf(
  secrets: Secrets,
  entry: string | undefined,
): Secrets["credentials"][string] | undefined {
  if (entry === undefined || !Object.hasOwn(secrets.credentials, entry)) return undefined;
  return secrets.credentials[entry];
}
