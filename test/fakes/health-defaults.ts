import { configSchema } from "../../agent/model/config.ts";

/** The `health` section with its defaults, as a config.yaml without one gives it. */
export const siteHealthDefaults = configSchema.parse({
  site: { id: "s", name: "s" },
  unit: { id: "u", name: "u" },
  broker: { url: "mqtt://broker" },
}).health;
