import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { generator } from "../fakes/random.ts";

/** Pictures in which something moves all the time, and the same place with nothing in it. YUV 4:2:0, planar. */
export interface Footage {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly background: Uint8Array;
  readonly frames: readonly Uint8Array[];
}

interface Shape {
  /** Multiples of four. */
  readonly width: number;
  readonly height: number;
}

const run = promisify(execFile);
/** Frames that the background is the median of. */
const BACKGROUND_FRAMES = 41;

/** `seconds` of a film from `fromSecond`, decoded by ffmpeg at its own rate; its background is its median. */
export async function filmed(
  path: string,
  shape: Shape & { readonly framesPerSecond: number; readonly fromSecond: number; readonly seconds: number },
): Promise<Footage> {
  const { width, height, framesPerSecond, fromSecond, seconds } = shape;
  const size = (width * height * 3) / 2;
  const { stdout } = await run(
    "ffmpeg",
    [
      ...["-v", "error", "-ss", String(fromSecond), "-t", String(seconds), "-i", path],
      ...["-vf", `scale=${width}:${height}`, "-pix_fmt", "yuv420p", "-f", "rawvideo", "-"],
    ],
    { encoding: "buffer", maxBuffer: size * seconds * framesPerSecond + size },
  );
  const frames = Array.from({ length: Math.floor(stdout.length / size) }, (_, n) =>
    stdout.subarray(n * size, (n + 1) * size),
  );
  return { width, height, framesPerSecond, background: medianOf(frames), frames };
}

function medianOf(frames: readonly Uint8Array[]): Uint8Array {
  const chosen = Array.from(
    { length: Math.min(BACKGROUND_FRAMES, frames.length) },
    (_, n) => frames[Math.floor((n * frames.length) / BACKGROUND_FRAMES)] as Uint8Array,
  );
  const values = new Uint8Array(chosen.length);
  return Uint8Array.from({ length: chosen[0]?.length ?? 0 }, (_, at) => {
    for (const [n, frame] of chosen.entries()) values[n] = frame[at] ?? 0;
    return values.sort()[chosen.length >> 1] ?? 0;
  });
}

/** Figures of a person's shape with stripes, as high as `height` of the picture's. */
interface Walker {
  readonly height: number;
  readonly lane: number;
  readonly from: number;
  /** Picture widths a second; negative to the left. */
  readonly speed: number;
  readonly shade: number;
}

const WALKERS = 5;
const GENERATED_SECONDS = 40;

/** Drawn figures that walk over a drawn place, where there is no film at hand. */
export function drawn({
  width,
  height,
  framesPerSecond,
  seed,
}: Shape & { readonly framesPerSecond: number; readonly seed: number }): Footage {
  const random = generator(seed);
  const background = place(width, height, seed);
  const walkers = Array.from(
    { length: WALKERS },
    (): Walker => ({
      height: 0.18 + random.below(100) / 800,
      lane: 0.35 + random.below(100) / 250,
      from: random.below(1_000) / 1_000,
      speed: (0.08 + random.below(100) / 1_200) * (random.below(2) === 0 ? 1 : -1),
      shade: random.below(2) === 0 ? 45 : 205,
    }),
  );
  const frames = Array.from({ length: GENERATED_SECONDS * framesPerSecond }, (_, frame) => {
    const picture = Uint8Array.from(background);
    for (const walker of walkers) draw(picture, { width, height }, walker, frame / framesPerSecond);
    return picture;
  });
  return { width, height, framesPerSecond, background, frames };
}

/** Smooth ground with sharp edges and fine grain in it. */
function place(width: number, height: number, seed: number): Uint8Array {
  const random = generator(seed + 7);
  const grain = Uint8Array.from({ length: 4_096 }, () => random.below(22));
  const picture = new Uint8Array((width * height * 3) / 2).fill(128);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const wall = y < height / 3 && (x >> 5) % 3 === 0 && (y >> 4) % 2 === 0 ? 45 : 0;
      const ground = 90 + 40 * Math.sin(x / (width / 9)) * Math.cos(y / (height / 5));
      picture[y * width + x] = ground + wall + (grain[(x * 31 + y * 57 + ((x * y) >> 3)) & 4_095] ?? 0);
    }
  return picture;
}

function draw(picture: Uint8Array, { width, height }: Shape, walker: Walker, second: number): void {
  const tall = walker.height * height;
  const wide = tall / 3;
  const across = width + 2 * wide;
  const travelled = (((walker.from + walker.speed * second) % 1) + 1) % 1;
  const middle = travelled * across - wide;
  const foot = walker.lane * height + tall;
  for (let y = Math.max(0, Math.floor(foot - tall)); y < Math.min(height, foot); y++) {
    const along = (foot - y) / tall;
    // Legs swing below, the trunk is whole.
    const swing = along < 0.45 ? Math.abs(Math.sin(second * 6)) * wide * 0.35 * (0.45 - along) * 2 : 0;
    const half = (wide / 2) * Math.sqrt(Math.max(0, 1 - (2 * along - 1) ** 2)) + swing;
    for (let x = Math.max(0, Math.ceil(middle - half)); x < Math.min(width, middle + half); x++)
      picture[y * width + x] = walker.shade + ((Math.floor(along * 12) & 1) === 0 ? 25 : -15);
  }
}
