import type { Benchmark } from "./benchmark.ts";
import { measureCameras } from "./cameras.ts";

export const benchmark: Benchmark = {
  name: "cameras-512",
  describe: "memory and CPU of an agent with 512 healthy cameras, at its default settings",
  run: (context) => measureCameras(512, context),
};
