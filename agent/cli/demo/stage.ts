import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Behaviour, describesButSendsNoRtp } from "../../../test/fakes/behaviours.ts";
import { createCamera, type SimulatedCamera } from "../../../test/fakes/camera.ts";
import type { Language } from "../../model/messages/text.ts";
import { type DemoAgent, startAgent } from "./agent-process.ts";
import { type DemoBroker, openBroker } from "./broker.ts";
import { CAMERAS, configYaml, LOGIN, secretsYaml } from "./scene.ts";
import { type DemoUnit, openUnit } from "./unit.ts";

/** Everything that takes part. Disposing it ends every process and socket and removes the folder. */
export interface Stage extends AsyncDisposable {
  readonly cameras: readonly SimulatedCamera[];
  readonly broker: DemoBroker;
  readonly unit: DemoUnit;
  readonly folder: string;
  /** Writes config.yaml with the first cameras only; at the start there is one. */
  configure(cameraCount: number): Promise<void>;
  startAgent(): DemoAgent;
}

export async function openStage(language: Language): Promise<Stage> {
  await using setUp = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "camera-agent-demo-"));
  setUp.defer(() => rm(folder, { recursive: true, force: true }));
  const broker = setUp.use(await openBroker());
  const cameras: SimulatedCamera[] = [];
  for (const { address } of CAMERAS) {
    const camera = await createCamera({ address, login: LOGIN });
    cameras.push(setUp.use(camera));
  }
  const unit = setUp.use(await openUnit(broker.port));
  const ports = cameras.map((camera) => camera.onvifPort);
  const configure = (cameraCount: number) =>
    writeFile(
      join(folder, "config.yaml"),
      configYaml({ folder, brokerPort: broker.port, ports: ports.slice(0, cameraCount), language }),
    );
  await configure(1);
  await writeFile(join(folder, "secrets.yaml"), secretsYaml(), { mode: 0o600 });
  const stage = setUp.move();
  return {
    cameras,
    broker,
    unit,
    folder,
    configure,
    startAgent: () => stage.use(startAgent(folder)),
    [Symbol.asyncDispose]: () => stage.disposeAsync(),
  };
}

/** A camera whose encoder hangs: everything answers, nothing streams. */
export const hanging: () => Behaviour = describesButSendsNoRtp;
