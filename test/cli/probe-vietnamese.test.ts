import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { runCommand } from "../../agent/cli/dispatch.ts";
import { command } from "../../agent/cli/probe.ts";
import { type BehaviourName, behaviourNamed } from "../fakes/behaviours.ts";
import { createCamera, type SimulatedCamera } from "../fakes/camera.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

/** Runs `probe` in Vietnamese; "gate" is ONVIF, "yard" nothing but RTSP. */
async function probe(camera: SimulatedCamera, id: "gate" | "yard", login = camera.login): Promise<string> {
  using folder = temporaryFolder();
  const common = { name: "Cổng", credential: "camera" };
  const config = {
    site: { id: "site-a", name: "Xã A" },
    unit: { id: "unit-a", name: "Công an huyện A" },
    broker: { url: "mqtt://127.0.0.1" },
    health: { measureFor: "0s", requestTimeout: "300ms", streamTimeout: "300ms" },
    cameras: [
      { id: "gate", driver: "onvif", address: `127.0.0.1:${camera.onvifPort}`, ...common },
      { id: "yard", driver: "rtsp", stream: camera.streamUri, ...common },
    ],
  };
  const file = folder.file("config.yaml");
  writeFileSync(file, stringify(config));
  writeFileSync(folder.file("secrets.yaml"), stringify({ credentials: { camera: login } }), { mode: 0o600 });
  const surroundings = recordedSurroundings();
  await runCommand("probe", command, ["--config", file, "--lang", "vi", id], surroundings);
  return surroundings.written();
}

/** Words that every English sentence of ours has one of; a camera's own reason after its SOAP codes may have any. */
const ENGLISH =
  /\b(?:the|to|of|is|are|no|not|within|but|without|and|with|answer|bytes|after|ahead|behind|ago)\b/i;

function seenIn(screen: string): string {
  const seen = /^ {2}Ghi nhận: (.*)$/m.exec(screen)?.[1] ?? "";
  return seen.replace(/(lỗi SOAP [\w/]+): [^;]*/, "$1");
}

const faulty: readonly { readonly name: BehaviourName; readonly argument?: string | number }[] = [
  { name: "refuses" },
  { name: "resets" },
  { name: "halfOpen" },
  { name: "oneByteASecond" },
  { name: "answerOf" },
  { name: "garbage", argument: "bytes" },
  { name: "garbage", argument: "body" },
  { name: "wrongClock", argument: 7 * 3_600_000 },
  { name: "wrongClock", argument: -86_400_000 },
  { name: "noProfiles" },
  { name: "describesButSendsNoRtp" },
  { name: "noKeyframe" },
];

test.each(faulty)(
  "a camera with the fault $name $argument is told in Vietnamese, without an English sentence",
  async ({ name, argument }) => {
    await using camera = await createCamera({ behaviours: [behaviourNamed(name, argument)] });
    const [gate, yard] = [seenIn(await probe(camera, "gate")), seenIn(await probe(camera, "yard"))];
    expect(gate).not.toBe("");
    // What ails ONVIF alone, bare RTSP has nothing to say of.
    for (const seen of [gate, yard]) expect(seen).not.toMatch(ENGLISH);
  },
);

test("a wrong password is told in Vietnamese, without an English sentence", async () => {
  await using camera = await createCamera();
  for (const id of ["gate", "yard"] as const) {
    const seen = seenIn(await probe(camera, id, { username: "admin", password: "not-to-be-seen" }));
    expect(seen).toMatch(/ cho (?:GetDeviceInformation|DESCRIBE)/);
    expect(seen).not.toMatch(ENGLISH);
  }
});
