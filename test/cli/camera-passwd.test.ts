import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
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

test("a login that the configuration names and nobody wrote is put in, one after the other, also without a secrets file", async () => {
  const closed = { driver: "rtsp", stream: "rtsp://127.0.0.1:1/a" };
  using own = cameraSite({
    cameras: [
      { id: "a", name: "A", ...closed, credential: "one" },
      { id: "b", name: "B", ...closed, stream: "rtsp://127.0.0.1:1/b", credential: "two" },
    ],
  });
  const broken = await own.camera(["list"]);
  expect(broken.code).toBe(2);
  expect(broken.err).toContain('to add it: camera-agent camera passwd "one"');
  const mend = (name: string) => own.camera(["passwd", name, "--password-stdin", "--anyway"], piping("p"));
  const first = await mend("one");
  expect([first.code, first.err]).toEqual([
    0,
    expect.stringContaining("lacking: camera-agent camera passwd two\n"),
  ]);
  expect(await mend("two")).toMatchObject({ code: 0, err: "" });
  expect((await own.camera(["list"])).code).toBe(0);
});

test("a secrets file that the configuration names and that is not there is made", async () => {
  using own = cameraSite();
  const file = own.inFolder("logins.yaml");
  writeFileSync(own.file, `${own.config()}\nsecrets: logins.yaml\n`);
  const { code } = await own.camera(["passwd", "one", "--password-stdin"], piping("p"));
  expect(code).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a configuration that is wrong in something else is not touched", async () => {
  using own = cameraSite({ cameras: [{ id: "a", name: "A", driver: "sony", credential: "one" }] });
  const { code, err } = await own.camera(["passwd", "one", "--password-stdin"], piping("p"));
  expect([code, err]).toEqual([2, expect.stringContaining("sony")]);
  expect(existsSync(own.secrets)).toBe(false);
});

test("Ctrl-C at the question says that nothing was changed", async () => {
  using own = cameraSite({ credentials: { all: old } });
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  stdin.write("half\u0003");
  const { code, err } = await own.camera(["passwd", "all"], recordedSurroundings({ stdin }));
  expect([code, err]).toEqual([1, "Password of admin for all: \nStopped; nothing was changed.\n"]);
  expect(readFileSync(own.secrets, "utf8")).toContain("old-one");
});
