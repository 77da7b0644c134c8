import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "../../agent/cli/dispatch.ts";
import { command } from "../../agent/cli/verify.ts";
import { sealSegment } from "../../agent/core/envelope.ts";
import { honestEpoch } from "../fakes/honest-site.ts";
import { testSigner } from "../fakes/signer.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const MAIN = fileURLToPath(new URL("../../agent/main.ts", import.meta.url));
const stream = honestEpoch({ motion: 60 });
const now = new Date(stream.signedAt + 30_000).toISOString();
const lines = stream.events.map(({ body }) => body);

function folder() {
  const made = temporaryFolder();
  onTestFinished(() => made[Symbol.dispose]());
  writeFileSync(made.file("site.pub"), `${testSigner().publicKey}\n`);
  return made;
}

async function run(content: string, ...args: readonly string[]) {
  const place = folder();
  writeFileSync(place.file("received"), content);
  const surroundings = recordedSurroundings();
  const code = await runCommand(
    "verify",
    command,
    [place.file("received"), "--key", place.file("site.pub"), "--now", now, "--lang", "en", ...args],
    surroundings,
  );
  return { code, said: surroundings.written(), errors: surroundings.errors() };
}

test("lines of payloads verify: exit code 0, with what is proven", async () => {
  const { code, said } = await run(`${lines.join("\n")}\n`);
  expect(said).toContain(`site-1, journal aaaaaaaa: events 1 to 66; 66 received, 0 repeats`);
  expect(said).toContain("all there and unchanged up to event 65; 5 checkpoints");
  expect(said).toContain("1 newest events wait for the next checkpoint");
  expect(said).toMatch(/✔ Everything verifies\.\n$/);
  expect(code).toBe(0);
});

test("topics before the payloads, segments, repeats, state, emptied topics and carriage returns are no matter", async () => {
  const prefix = "cam/v1/unit-1/site-1";
  const segment = sealSegment("site-1", stream.events.slice(10, 40));
  const content = [
    `${prefix}/state {"state":"online","session":1}`,
    `${prefix}/camera/gone `,
    "",
    ...lines.toSpliced(10, 30).map((line) => `${prefix}/event/motion ${line}`),
    `${prefix}/event/segment ${segment}\r`,
    segment,
  ].join("\n");
  const { code, said } = await run(content, "--json");
  expect(JSON.parse(said)).toMatchObject({
    ok: true,
    malformed: 0,
    epochs: [{ events: 66, duplicates: 30 }],
  });
  expect(code).toBe(0);
});

test("what does not verify is named, in both languages: exit code 1", async () => {
  const forged = lines[19]?.replace("VideoSource", "VideoSaucer") ?? "";
  const content = [...lines.toSpliced(4, 2), forged, "garbage"].join("\n");
  const english = await run(content);
  expect(english.said).toContain("✖ 2 events missing: 5–6");
  expect(english.said).toContain("✖ two versions of: 20");
  expect(english.said).toContain("✖ 1 checkpoints cannot be checked");
  expect(english.said).toContain("✖ 1 lines or messages that cannot be read");
  expect(english.said).toMatch(/✖ Not everything verifies\.\n$/);
  expect(english.code).toBe(1);
  const vietnamese = await run(content, "--lang", "vi");
  expect(vietnamese.said).toContain("✖ thiếu 2 sự kiện: 5–6");
  expect(vietnamese.said).toContain("✖ Có chỗ không khớp.");
});

test("a cut tail is told with its age; without --now it is now that counts", async () => {
  const late = await run(lines.join("\n"), "--now", new Date(stream.signedAt + 600_000).toISOString());
  expect(late.said).toContain("✖ its last checkpoint is 600 s old");
  expect(late.code).toBe(1);
  const place = folder();
  writeFileSync(place.file("received"), lines.join("\n"));
  const surroundings = recordedSurroundings();
  const args = [place.file("received"), "--key", place.file("site.pub"), "--json"];
  expect(await runCommand("verify", command, args, surroundings)).toBe(1);
  const { age } = JSON.parse(surroundings.written()).epochs[0].tail;
  expect(Math.abs(age - (Date.now() - stream.signedAt) / 1_000)).toBeLessThan(60);
});

test("nothing received, and a line without end, do not verify", async () => {
  expect(await run("")).toMatchObject({ code: 1, said: expect.stringContaining("no event of a site") });
  const endless = await run(`${lines.join("\n")}\n${"x".repeat(3_000_000)}\n`);
  expect(endless).toMatchObject({ code: 1, said: expect.stringContaining("✖ 1 lines or messages") });
});

test("wrong usage is exit code 2 and an unreadable file 3, each with its reason", async () => {
  const place = folder();
  writeFileSync(place.file("received"), lines.join("\n"));
  writeFileSync(place.file("none.pub"), "no key");
  const tried = async (...args: readonly string[]) => {
    const surroundings = recordedSurroundings();
    const code = await runCommand("verify", command, [...args, "--lang", "en"], surroundings);
    return `${code} ${surroundings.errors()}`;
  };
  const [received, key, none] = [place.file("received"), place.file("site.pub"), place.file("none.pub")];
  expect(await tried()).toMatch(/^2 .*<FILE> is missing/);
  expect(await tried(received)).toMatch(/^2 --key is missing/);
  expect(await tried(received, "--key", none)).toMatch(/^2 .*holds no Ed25519 public key/);
  expect(await tried(received, "--key", key, "--now", "yesterday")).toMatch(/^2 --now yesterday/);
  expect(await tried(received, "--key", place.file("absent"))).toMatch(/^3 cannot read .*ENOENT/);
  expect(await tried(place.file("absent"), "--key", key)).toMatch(/^3 cannot read .*ENOENT/);
  expect(await tried(place.path, "--key", key)).toMatch(/^3 cannot read .*EISDIR/);
});

test("the program itself reads standard input", () => {
  const place = folder();
  const { status, stdout } = spawnSync(
    process.execPath,
    [MAIN, "verify", "-", "--key", place.file("site.pub"), "--now", now, "--json"],
    { input: lines.join("\n"), encoding: "utf8" },
  );
  expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  expect(status).toBe(0);
});
