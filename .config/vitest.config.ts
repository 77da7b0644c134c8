import { defineConfig } from "vitest/config";

const WHOLE = "test/whole/*.test.ts";

export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: {
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: "parts",
          include: ["test/**/*.test.ts"],
          exclude: [WHOLE],
          // Most of the time is spent waiting; by default a machine of two cores would run one file at a time.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          // Each has a site of its own to run, and the machine for itself.
          name: "whole",
          include: [WHOLE],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
