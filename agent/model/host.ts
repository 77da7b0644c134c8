import type { SiteHealth, SiteInfo } from "./wire.ts";

/** What is read of the recorder box at one moment; the rest of the site's `health` is the agent's own. */
export type HostFacts = Pick<
  SiteHealth,
  "uptimeSeconds" | "clockSynced" | "cpu" | "memory" | "temperatureCelsius" | "disks"
>;

export interface HostReader {
  /** Never rejects; what cannot be read is null or names its error. */
  read(disks: readonly string[]): Promise<HostFacts>;
  /** Maker, model, system: read once, slow. Never rejects; when `signal` aborts it gives at once what it has. */
  inventory(signal?: AbortSignal): Promise<SiteInfo["box"]>;
}
