import { writeFileSync } from "node:fs";
import { type LoadedConfig, readConfig } from "../../agent/io/config-file.ts";
import type { ConfigProblem } from "../../agent/model/config-problem.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

/** A configuration with nothing wrong: 19 lines, cameras from line 7. */
export const good = `site: { id: xa-tan-an, name: Xã Tân An }
unit: { id: ca-huyen, name: Công an huyện }
broker:
  url: mqtts://broker.example
health:
  interval: 60s
cameras:
  - id: cam-1
    name: Cổng
    driver: onvif
    address: 192.168.1.10
    credential: camera
  - id: cam-2
    name: Chợ
    driver: rtsp
    stream: rtsp://192.168.1.11:554/ch1
  - id: cam-3
    name: Cầu
    driver: onvif
    address: 192.168.1.12:8000
`;

export const goodSecrets = "credentials:\n  camera: { username: viewer, password: hunter2 }\n";

/** Reads a configuration from a folder of its own, with `secrets` beside it. */
export async function read(
  config: string | Uint8Array,
  secrets: string | undefined = goodSecrets,
): ReturnType<typeof readConfig> {
  using folder = temporaryFolder();
  writeFileSync(folder.file("config.yaml"), config);
  if (secrets !== undefined) writeFileSync(folder.file("secrets.yaml"), secrets, { mode: 0o600 });
  return await readConfig(folder.file("config.yaml"), {});
}

/** The problems of a configuration that has some. */
export async function problemsOf(
  config: string | Uint8Array,
  secrets: string | undefined = goodSecrets,
): Promise<readonly ConfigProblem[]> {
  const result = await read(config, secrets);
  if (result.ok) throw new Error("the configuration has no problem");
  return result.error;
}

/** What a good configuration was read as. */
export async function loaded(config: string, secrets?: string): Promise<LoadedConfig> {
  const result = await read(config, secrets);
  if (!result.ok) throw new Error(result.error.map(({ text }) => text.en).join("\n"));
  return result.value;
}
