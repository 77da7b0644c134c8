import { cameraSchema, drivers } from "../../agent/model/config-camera.ts";
import { openCamera } from "../../drivers/registry.ts";
import { keepsTheContract } from "./contract.ts";
import { stands } from "./driver-stands.ts";

/** Every driver that the configuration knows; a new one is tried by itself. */
keepsTheContract(
  drivers.map((driver) => ({
    driver,
    stand: stands[driver],
    /** As the agent opens it. */
    open({ config, login, hosts, context }) {
      const checked = cameraSchema.parse(config);
      return openCamera({ config: checked, login }, { ...context, host: hosts.of(checked) });
    },
  })),
);
