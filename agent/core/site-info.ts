import type { Config } from "../model/config.ts";
import type { SiteInfo } from "../model/wire.ts";

export interface AgentFacts {
  readonly version: string;
  readonly epoch: string;
  readonly publicKey: string;
  readonly box: SiteInfo["box"];
  /** Commands that the site answers. */
  readonly commands: readonly string[];
}

/** What the site is, as the unit is told. */
export function siteInfo(
  { site, unit, cameras }: Config,
  { version, epoch, publicKey, box, commands }: AgentFacts,
): SiteInfo {
  return {
    site: site.id,
    name: site.name,
    ...(site.commune !== undefined && { commune: site.commune }),
    ...(site.position && { position: site.position }),
    unit: { id: unit.id, name: unit.name },
    version,
    epoch,
    publicKey,
    cameras: cameras.map(({ id, name }) => ({ id, name })),
    capabilities: [...commands],
    box,
  };
}

/**
 * Keys that a running agent cannot change: whose journal it is and where it lies. Gives the first that differs, as
 * the reason to keep the old configuration.
 */
export function needsRestart(present: Config, next: Config): string | undefined {
  if (present.site.id !== next.site.id) return "site.id changed: restart the agent";
  if (present.journal.path !== next.journal.path) return "journal.path changed: restart the agent";
  if (present.journal.signingKey !== next.journal.signingKey)
    return "journal.signingKey changed: restart the agent";
  for (const key of ["maxSize", "maxEvents", "keepFree"] as const)
    if (present.journal[key] !== next.journal[key]) return `journal.${key} changed: restart the agent`;
  if (present.logLevel !== next.logLevel) return "logLevel changed: restart the agent";
  return undefined;
}
