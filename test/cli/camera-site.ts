import { readFileSync, writeFileSync } from "node:fs";
import { stringify } from "yaml";
import { commands } from "../../agent/cli/commands.ts";
import { dispatch } from "../../agent/cli/dispatch.ts";
import type { Login } from "../../agent/model/camera.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

interface SiteOptions {
  readonly cameras?: readonly object[];
  readonly credentials?: Readonly<Record<string, Login>>;
}

/** A site's configuration in a folder of its own, and the commands `camera …` upon it, in English. */
export function cameraSite({ cameras = [], credentials }: SiteOptions = {}) {
  const folder = temporaryFolder();
  const file = folder.file("config.yaml");
  const secrets = folder.file("secrets.yaml");
  const head = {
    site: { id: "site-a", name: "Xã A" },
    unit: { id: "unit-a", name: "Công an huyện A" },
    broker: { url: "mqtt://127.0.0.1" },
    health: { measureFor: "0s", requestTimeout: "2s", streamTimeout: "3s" },
  };
  const list = cameras.length > 0 ? `cameras: # tại xã\n${stringify(cameras)}` : "cameras: [] # tại xã\n";
  writeFileSync(file, `# Trạm\n${stringify(head)}\n${list}`);
  if (credentials) writeFileSync(secrets, stringify({ credentials }), { mode: 0o600 });
  return {
    file,
    secrets,
    inFolder: folder.file,
    config: () => readFileSync(file, "utf8"),
    async camera(args: readonly string[], surroundings = recordedSurroundings()) {
      const code = await dispatch(
        ["camera", ...args, "--config", file, ...(args.includes("--lang") ? [] : ["--lang", "en"])],
        commands,
        "",
        surroundings,
      );
      return { code, out: surroundings.written(), err: surroundings.errors() };
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
