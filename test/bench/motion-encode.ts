import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessUnits, type Codec, splitAnnexB } from "../fakes/clip-annex-b.ts";
import type { Scene } from "./motion-scene.ts";

/** One way in which a camera is set to encode. */
export interface Encoding {
  readonly name: string;
  readonly codec: Codec;
  /** ffmpeg's options of the encoder, for pictures of this size at this rate. */
  options(scene: Pick<Scene, "width" | "height" | "framesPerSecond">): readonly string[];
}

export interface Encoded {
  readonly encoding: Encoding;
  /** Raw Annex B. */
  readonly path: string;
  readonly units: readonly { readonly keyframe: boolean; readonly bytes: number }[];
}

/** Encodes a scene in all these ways in one go, by one ffmpeg at low priority. */
export async function encode(
  scene: Scene,
  encodings: readonly Encoding[],
  folder: string,
): Promise<Encoded[]> {
  const { width, height, framesPerSecond } = scene;
  const outputs = encodings.map((encoding) => ({
    encoding,
    path: join(folder, `${encoding.name}.${encoding.codec}`),
  }));
  const ffmpeg = spawn(
    "nice",
    [
      ...["-n", "15", "ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p"],
      ...["-s", `${width}x${height}`, "-r", String(framesPerSecond), "-i", "-"],
      ...outputs.flatMap(({ encoding, path }) => [
        ...["-map", "0", ...encoding.options(scene)],
        ...["-f", encoding.codec === "h264" ? "h264" : "hevc", path],
      ]),
    ],
    { stdio: ["pipe", "ignore", "pipe"] },
  );
  let complaint = "";
  ffmpeg.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = `${complaint}${text}`.slice(-2_000);
  });
  const closed = once(ffmpeg, "close");
  ffmpeg.stdin.on("error", () => {});
  for (const frame of scene.frames()) {
    if (ffmpeg.exitCode !== null) break;
    // Copied: the pipe holds it while the next frame is made.
    if (!ffmpeg.stdin.write(Buffer.from(frame))) await Promise.race([once(ffmpeg.stdin, "drain"), closed]);
  }
  ffmpeg.stdin.end();
  const [code] = await closed;
  if (code !== 0) throw new Error(`ffmpeg: ${complaint}`);
  return outputs.map(({ encoding, path }) => ({ encoding, path, units: unitsOf(encoding.codec, path) }));
}

function unitsOf(codec: Codec, path: string): Encoded["units"] {
  return accessUnits(codec, splitAnnexB(readFileSync(path))).map(({ keyframe, nals }) => ({
    keyframe,
    bytes: nals.reduce((sum, nal) => sum + nal.length, 0),
  }));
}
