import type { Encoding } from "./motion-encode.ts";

/** Ways in which cameras are set to encode, by encoders that are told to keep to what cameras do. */

const GROUP_SECONDS = 2;
/** Bits for each pixel that a camera is given at most: 1080p at 25 frames a second comes to 6 Mbit/s. */
const BITS_A_PIXEL = 0.12;

type Shape = Parameters<Encoding["options"]>[0];

const kilobits = ({ width, height, framesPerSecond }: Shape, share = 1) =>
  Math.round((share * BITS_A_PIXEL * width * height * framesPerSecond) / 1_000);

/** No B-frames, no look-ahead, no keyframe but on time. */
const x264 = (groupSeconds: number, { framesPerSecond }: Shape) => [
  ...[
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-tune",
    "zerolatency",
    "-threads",
    "2",
    "-sc_threshold",
    "0",
  ],
  ...["-bf", "0", "-g", String(groupSeconds * framesPerSecond)],
];

const x265 = (rate: string, { framesPerSecond }: Shape) => {
  const group = GROUP_SECONDS * framesPerSecond;
  const fixed = `keyint=${group}:min-keyint=${group}:scenecut=0:bframes=0:repeat-headers=1:log-level=error`;
  return [
    ...["-c:v", "libx265", "-preset", "ultrafast", "-tune", "zerolatency"],
    ...["-x265-params", `${rate}:${fixed}:pools=2:frame-threads=1`],
  ];
};

const capped = (bits: number) => ["-maxrate", `${bits}k`, "-bufsize", `${2 * bits}k`];

/** Variable bit rate: quality within a cap. */
export const variable: readonly Encoding[] = [
  {
    name: "h264-vbr",
    codec: "h264",
    options: (shape) => [...x264(GROUP_SECONDS, shape), "-crf", "28", ...capped(kilobits(shape))],
  },
  {
    // As "smart" encoders do in quiet scenes.
    name: "h264-long-group",
    codec: "h264",
    options: (shape) => [...x264(10, shape), "-crf", "30", ...capped(kilobits(shape, 0.5))],
  },
  {
    name: "h265-vbr",
    codec: "h265",
    options: (shape) => {
      const bits = kilobits(shape, 0.7);
      return x265(`crf=28:vbv-maxrate=${bits}:vbv-bufsize=${2 * bits}`, shape);
    },
  },
];

/** Constant bit rate: what a still picture does not need is spent on its noise. */
export const constant: readonly Encoding[] = [
  {
    name: "h264-cbr",
    codec: "h264",
    options: (shape) => {
      const bits = `${kilobits(shape)}k`;
      return [...x264(GROUP_SECONDS, shape), "-b:v", bits, "-maxrate", bits, "-bufsize", bits];
    },
  },
  {
    name: "h265-cbr",
    codec: "h265",
    options: (shape) => {
      const bits = kilobits(shape, 0.7);
      return x265(`bitrate=${bits}:vbv-maxrate=${bits}:vbv-bufsize=${bits}`, shape);
    },
  },
];
