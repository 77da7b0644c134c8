import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { createCamera } from "../fakes/camera.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { cameraSite } from "./camera-site.ts";

function piping(password: string) {
  const stdin = new PassThrough();
  stdin.end(`${password}\n`);
  return recordedSurroundings({ stdin });
}

const old = { username: "admin", password: "old-one" };

/** A site of two cameras at hosts of their own, and one that is dead, with one credential. */
async function site() {
  const [first, second] = await Promise.all(
    ["127.1.44.1", "127.1.44.2"].map((address) => createCamera({ onvif: false, address })),
  );
  if (!first || !second) throw new Error("no cameras");
  const streams = ["rtsp://127.1.44.3:1/live", first.streamUri, second.streamUri];
  const cameras = streams.map((stream, index) => ({
    id: `c-${index}`,
    name: `Camera ${index}`,
    driver: "rtsp",
    stream,
    credential: "all",
  }));
  const at = cameraSite({ cameras, credentials: { all: old, other: old } });
  return {
    first,
    second,
    login: first.login,
    passwd: (args: readonly string[], password: string) =>
      at.camera(["passwd", ...args, "--password-stdin"], piping(password)),
    kept: () => parse(readFileSync(at.secrets, "utf8")).credentials,
    async [Symbol.asyncDispose]() {
      at[Symbol.dispose]();
      await first[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
    },
  };
}

test("a password that one camera takes is written, and no other camera is asked", async () => {
  await using at = await site();
  const { code, out } = await at.passwd(["all", "--user", at.login.username], at.login.password);
  expect(code).toBe(0);
  expect(out).toMatch(/^✔ c-1 took the login of all\.\nThe login of all was written to .*secrets\.yaml\.\n/);
  expect(out).not.toContain(at.login.password);
  expect(at.kept()).toEqual({ all: at.login, other: old });
  expect(at.second.stats().requests).toEqual({});
});

test("a password that one camera refuses is tried on no other, and the old one stays", async () => {
  await using at = await site();
  const { code, out, err } = await at.passwd(["all"], "mistyped");
  expect(code).toBe(1);
  expect(out).toMatch(/✖ CAM-302[\s\S]*c-1 refused the login of all; it was tried on no other camera\.\n$/);
  expect(out + err).not.toContain("mistyped");
  expect([at.first.stats().loginsRefused, at.second.stats().requests]).toEqual([1, {}]);
  expect(at.kept()).toEqual({ all: old, other: old });
});

test("a credential of no camera, and one that is new, are written untried", async () => {
  await using at = await site();
  expect((await at.passwd(["other"], "x")).out).toContain("No camera logs in with other: it was not tried.");
  expect((await at.passwd(["new"], "y")).code).toBe(0);
  expect(at.kept()).toMatchObject({
    other: { username: "admin", password: "x" },
    new: { username: "admin", password: "y" },
  });
});

test("a terminal is asked for the password, which it does not show", async () => {
  using own = cameraSite({ credentials: { all: old } });
  let raw = false;
  const setRawMode = (on: boolean) => {
    raw = on;
  };
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode });
  const recorded = recordedSurroundings({ stdin });
  const rawAtPrompt: boolean[] = [];
  const err = (text: string) => {
    rawAtPrompt.push(raw);
    recorded.err(text);
  };
  stdin.write("typed\r");
  const { code, out, err: told } = await own.camera(["passwd", "all"], { ...recorded, err });
  expect([code, told]).toEqual([0, "Password of admin for all: \n"]);
  // The terminal itself echoes nothing from before the question on until after the answer.
  expect(rawAtPrompt).toEqual([true, false]);
  expect(out).not.toContain("typed");
  expect(readFileSync(own.secrets, "utf8")).toContain("typed");
});
