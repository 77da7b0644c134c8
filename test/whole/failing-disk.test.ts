import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { inOwnNetwork } from "./torture/own-network.ts";

const ALONE = fileURLToPath(new URL("torture/failing-disk-alone-child.ts", import.meta.url));

test("a disk that fails for a program fails its files, and no socket that has the number of a file that was", async () => {
  using folder = temporaryFolder();
  expect(await inOwnNetwork(ALONE, folder.path)).toEqual({ files: ["EIO"], socket: "written" });
});
