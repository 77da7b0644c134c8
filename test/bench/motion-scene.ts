import { generator, type Random } from "../fakes/random.ts";
import type { Footage } from "./motion-footage.ts";

/** What is known from `from` to before `to`; frames. Fades between stretches belong to none. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** `dusk`: nothing moves, but the light of the whole picture changes, or just has. */
  readonly kind: "still" | "moving" | "dusk";
}

/** A recording that was made up of still and moving stretches, so that it is known when something moved. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly frameCount: number;
  readonly stretches: readonly Stretch[];
  /** YUV 4:2:0, planar; each is valid until the next is asked for. */
  frames(): Generator<Uint8Array>;
}

export interface SceneOptions {
  readonly seed: number;
  /** Moving stretches by day, and as many by night. */
  readonly passes: number;
}

/** Nothing moves for so long at first: a camera is learned before anything is said of it. */
const FIRST_STILL_SECONDS = 60;
const STILL_SECONDS = [12, 50] as const;
const MOVING_SECONDS = [3, 20] as const;
/** What moves is as large as that at least: pixels that change, of all, and by how many levels. */
const CHANGED_SHARE = 1 / 400;
const CHANGED_LEVELS = 20;
const TRIES = 500;
/** So that a stretch begins like a walk into the picture and not like another picture. */
const FADE_SECONDS = 0.5;
/** Dusk: light goes and noise comes over so long, with nothing moving. */
const DUSK_SECONDS = 40;
/** What is said so soon after it is told apart: the night is new, and has to be learned. */
const SETTLING_SECONDS = 60;
/** Standard deviation of the sensor's noise, and what is left of the light. */
const DAY = { noise: 1.2, light: 1 } as const;
const NIGHT = { noise: 2.5, light: 0.45 } as const;
const BLACK = 16;

interface Pass {
  readonly from: number;
  readonly to: number;
  /** Frame of the footage that it begins with. */
  readonly footageFrom: number;
  /** Part of the picture that moves, pixels, even numbers: the rest shows the background. */
  readonly window: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
}

/** Lays moving stretches of `footage` into its own background, under sensor noise, by day, dusk and night. */
export function makeScene(footage: Footage, { seed, passes }: SceneOptions): Scene {
  const random = generator(seed);
  const rate = footage.framesPerSecond;
  const planned: Pass[] = [];
  let at = FIRST_STILL_SECONDS * rate;
  let dusk = 0;
  for (let half = 0; half < 2; half++) {
    for (let pass = 0; pass < passes; pass++) {
      const length = between(random, MOVING_SECONDS) * rate;
      planned.push({ from: at, to: at + length, ...passOf(random, footage, length, pass) });
      at += length + between(random, STILL_SECONDS) * rate;
    }
    if (half === 0) {
      dusk = at;
      at += (DUSK_SECONDS + SETTLING_SECONDS + STILL_SECONDS[0]) * rate;
    }
  }
  return {
    width: footage.width,
    height: footage.height,
    framesPerSecond: rate,
    frameCount: at,
    stretches: stretchesOf(planned, at, dusk, rate),
    frames: () => paint(footage, planned, { frameCount: at, dusk, seed }),
  };
}

const between = (random: Random, [least, most]: readonly [number, number]) =>
  least + random.below(most - least + 1);

/** Every third pass shows the whole picture, the others a part of it in which less moves, but something all the time. */
function passOf(
  random: Random,
  footage: Footage,
  length: number,
  pass: number,
): Pick<Pass, "footageFrom" | "window"> {
  for (let tries = 0; tries < TRIES; tries++) {
    const footageFrom = random.below(Math.max(1, footage.frames.length - length));
    // Footage in which too little moves for that shows all of it.
    const window = windowOf(random, footage, tries < TRIES / 2 ? pass : 0);
    if (movesThroughout(footage, footageFrom, length, window)) return { footageFrom, window };
  }
  throw new Error("the footage has no stretch of that length in which something moves all the time");
}

function windowOf(random: Random, { width, height }: Footage, pass: number): Pass["window"] {
  if (pass % 3 === 0) return { left: 0, top: 0, right: width, bottom: height };
  const even = (value: number) => 2 * Math.floor(value / 2);
  const left = even((random.below(3) * width) / 4);
  const top = even((random.below(3) * height) / 4);
  return { left, top, right: even(left + width / 2), bottom: even(top + height / 2) };
}

/** Whether in every second so many of the picture's pixels differ from what they were half a second before. */
function movesThroughout(
  { frames, width, height, framesPerSecond }: Footage,
  from: number,
  length: number,
  { left, top, right, bottom }: Pass["window"],
): boolean {
  const half = Math.round(framesPerSecond / 2);
  for (let at = from + half; at < from + length; at += framesPerSecond) {
    const [now, before] = [frames[at % frames.length], frames[(at - half) % frames.length]];
    if (!now || !before) return false;
    let changed = 0;
    for (let y = top; y < bottom; y++)
      for (let pixel = y * width + left; pixel < y * width + right; pixel++)
        if (Math.abs((now[pixel] ?? 0) - (before[pixel] ?? 0)) > CHANGED_LEVELS) changed++;
    if (changed < CHANGED_SHARE * width * height) return false;
  }
  return true;
}

function stretchesOf(passes: readonly Pass[], frameCount: number, dusk: number, rate: number): Stretch[] {
  const fade = Math.ceil(FADE_SECONDS * rate);
  const known = dusk + (DUSK_SECONDS + SETTLING_SECONDS) * rate;
  const stretches: Stretch[] = [];
  let at = 0;
  for (const { from, to } of passes) {
    if (at < dusk && from > dusk) {
      stretches.push({ from: at, to: dusk, kind: "still" }, { from: dusk, to: known, kind: "dusk" });
      at = known;
    }
    stretches.push({ from: at, to: from, kind: "still" });
    stretches.push({ from: from + fade, to: to - fade, kind: "moving" });
    at = to;
  }
  return [...stretches, { from: at, to: frameCount, kind: "still" }];
}

function* paint(
  footage: Footage,
  passes: readonly Pass[],
  { frameCount, dusk, seed }: { readonly frameCount: number; readonly dusk: number; readonly seed: number },
): Generator<Uint8Array> {
  const { background, width, height, framesPerSecond } = footage;
  const clean = new Uint8Array(background.length);
  const noisy = new Uint8Array(background.length);
  const noise = new Noise(seed);
  const fade = FADE_SECONDS * framesPerSecond;
  for (let frame = 0; frame < frameCount; frame++) {
    clean.set(background);
    const pass = passes.find(({ from, to }) => frame >= from && frame < to);
    if (pass) {
      const shown = Math.min(1, (frame - pass.from + 1) / fade, (pass.to - frame) / fade);
      const source = footage.frames[(pass.footageFrom + frame - pass.from) % footage.frames.length];
      if (source) blend(clean, source, { width, height }, pass.window, shown);
    }
    const gone = Math.min(1, Math.max(0, (frame - dusk) / (DUSK_SECONDS * framesPerSecond)));
    const light = DAY.light + gone * (NIGHT.light - DAY.light);
    noise.expose(clean, noisy, width * height, light, DAY.noise + gone * (NIGHT.noise - DAY.noise));
    yield noisy;
  }
}

function blend(
  onto: Uint8Array,
  source: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  { left, top, right, bottom }: Pass["window"],
  shown: number,
): void {
  const planes = [
    { offset: 0, stride: width, scale: 1 },
    { offset: width * height, stride: width / 2, scale: 2 },
    { offset: (width * height * 5) / 4, stride: width / 2, scale: 2 },
  ];
  for (const { offset, stride, scale } of planes)
    for (let y = top / scale; y < bottom / scale; y++)
      for (let at = offset + y * stride + left / scale, end = at + (right - left) / scale; at < end; at++) {
        const under = onto[at] ?? 0;
        onto[at] = under + shown * ((source[at] ?? 0) - under);
      }
}

const NOISE_SAMPLES = 1 << 18;

/** Gaussian noise out of a table, from another place for every row of every frame. */
class Noise {
  readonly #random: Random;
  readonly #samples = new Float32Array(NOISE_SAMPLES);

  constructor(seed: number) {
    this.#random = generator(seed + 1);
    const unit = () => (this.#random.below(2 ** 24) + 1) / (2 ** 24 + 1);
    for (let at = 0; at < NOISE_SAMPLES; at++)
      this.#samples[at] = Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
  }

  /** Luma under so much light with so much noise; chroma under so much light, without. */
  expose(from: Uint8Array, to: Uint8Array, lumaLength: number, light: number, deviation: number): void {
    const row = 512;
    for (let start = 0; start < lumaLength; start += row) {
      const offset = this.#random.below(NOISE_SAMPLES - row) - start;
      const end = Math.min(start + row, lumaLength);
      for (let at = start; at < end; at++) {
        const value =
          BLACK + ((from[at] ?? 0) - BLACK) * light + (this.#samples[offset + at] ?? 0) * deviation;
        to[at] = value < 0 ? 0 : value > 255 ? 255 : value + 0.5;
      }
    }
    for (let at = lumaLength; at < from.length; at++) to[at] = 128 + ((from[at] ?? 0) - 128) * light;
  }
}
