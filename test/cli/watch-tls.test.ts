import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import mqtt, { type IClientOptions } from "mqtt";
import { expect, test } from "vitest";
import { runCommand } from "../../agent/cli/dispatch.ts";
import { command } from "../../agent/cli/watch.ts";
import { createAuthority } from "../fakes/certificates.ts";
import { eventually } from "../fakes/eventually.ts";
import { type Mosquitto, startMosquitto } from "../fakes/mosquitto.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { motionEvent } from "../fakes/wire-samples.ts";

/** The unit's broker as in the field: TLS, a client certificate for every site and for the unit itself. */
async function openUnit(folder: { readonly path: string }) {
  const authority = createAuthority(folder.path);
  const broker = await startMosquitto({
    tls: { ca: authority.ca, ...authority.server() },
    acl: ["user unit-desk", "topic read cam/v1/q12/#"],
  });
  return { authority, broker, desk: authority.client("unit-desk"), site: authority.client("cho-moi") };
}

const TOPIC = "cam/v1/q12/cho-moi/event/motion";

async function publishMotion(broker: Mosquitto, options: IClientOptions = {}) {
  const site = await mqtt.connectAsync(broker.url, options);
  await site.publishAsync(TOPIC, JSON.stringify(motionEvent({ seq: 1 })), { qos: 1 });
  await site.endAsync(true);
}

async function watch(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const surroundings = recordedSurroundings({ env });
  const code = await runCommand("watch", command, [...args, "--lang", "en"], surroundings);
  return { code, err: surroundings.errors() };
}

test("watch reads a real broker over TLS with the unit's client certificate", async () => {
  using folder = temporaryFolder();
  const { authority, broker, desk, site } = await openUnit(folder);
  await using _ = broker;
  const surroundings = recordedSurroundings();
  const tls = ["--ca", authority.ca, "--cert", desk.certificate, "--key", desk.key];
  const done = runCommand(
    "watch",
    command,
    ["--broker", broker.url, "--unit", "q12", "--json", ...tls],
    surroundings,
  );
  const kinds = () => surroundings.lines().map((line) => JSON.parse(line).kind);
  await eventually("the connection", () => kinds().includes("connected"));
  await publishMotion(broker, {
    ca: readFileSync(authority.ca),
    cert: readFileSync(site.certificate),
    key: readFileSync(site.key),
  });
  await eventually("the event", () => kinds().includes("event"));
  surroundings.stop();
  expect(await done).toBe(0);
  expect(JSON.parse(surroundings.lines()[0] ?? "")).toMatchObject({ protocol: "5", refused: [] });
});

test("a broker that nobody vouches for, or that asks for a certificate, is told with its reason", async () => {
  using folder = temporaryFolder();
  const { authority, broker, desk } = await openUnit(folder);
  await using _ = broker;
  const stranger = createAuthority(folder.path, "stranger");
  for (const [args, words] of [
    [["--ca", stranger.ca, "--cert", desk.certificate, "--key", desk.key], /certificate|unable to verify/i],
    [["--ca", authority.ca], /certificate required|handshake|alert/i],
  ] as const) {
    const surroundings = recordedSurroundings();
    const done = runCommand("watch", command, ["--broker", broker.url, "--json", ...args], surroundings);
    await eventually("the refusal", () => surroundings.lines().length > 0);
    surroundings.stop();
    expect(await done).toBe(0);
    const [first] = surroundings.lines().map((line) => JSON.parse(line));
    expect(first).toMatchObject({ kind: "disconnected", reason: expect.stringMatching(words) });
  }
});

test("a user name with its password from a private file, or from the environment, is what the broker is shown", async () => {
  using folder = temporaryFolder();
  const passwords = folder.file("passwords");
  writeFileSync(passwords, "unit-desk:geheim\n", { mode: 0o600 });
  execFileSync("/usr/bin/mosquitto_passwd", ["-U", passwords]);
  await using broker = await startMosquitto({
    // Who does not log in may write and reads nothing.
    acl: ["topic write cam/v1/#", "user unit-desk", "topic read cam/v1/#"],
    lines: [`password_file ${passwords}`],
  });
  writeFileSync(folder.file("login.yaml"), "username: unit-desk\npassword: geheim\n", { mode: 0o600 });
  for (const [args, env] of [
    [["--credential-file", folder.file("login.yaml")], {}],
    [["--user", "unit-desk"], { CAMERA_AGENT_BROKER_PASSWORD: "geheim" }],
  ] as const) {
    const surroundings = recordedSurroundings({ env });
    const done = runCommand("watch", command, ["--broker", broker.url, "--json", ...args], surroundings);
    await eventually("the connection", () => surroundings.written().includes('"connected"'));
    await publishMotion(broker);
    await eventually("the event", () => surroundings.written().includes('"kind":"event"'));
    surroundings.stop();
    expect(await done).toBe(0);
    expect(surroundings.written() + surroundings.errors()).not.toContain("geheim");
  }
});

test("files that are no certificate or key, or not there, end watch with 3 before it connects", async () => {
  using folder = temporaryFolder();
  const { client, ca } = createAuthority(folder.path);
  const [one, other] = [client("one"), client("other")];
  writeFileSync(folder.file("empty.pem"), "");
  const at = ["--broker", "mqtts://127.0.0.1:1"];
  const missing = folder.file("missing.pem");
  expect(await watch([...at, "--ca", missing])).toEqual({
    code: 3,
    err: `--ca: there is no file ${missing}\n`,
  });
  const empty = await watch([...at, "--ca", folder.file("empty.pem")]);
  expect(empty).toMatchObject({
    code: 3,
    err: expect.stringMatching(/^--ca: \S+empty\.pem holds no certificate/),
  });
  const noCertificate = await watch([...at, "--cert", folder.file("empty.pem"), "--key", one.key]);
  expect(noCertificate.err).toMatch(/^--cert: \S+empty\.pem holds no certificate/);
  const notFitting = await watch([...at, "--ca", ca, "--cert", one.certificate, "--key", other.key]);
  expect(notFitting).toMatchObject({
    code: 3,
    err: expect.stringMatching(/^--key: \S+other-now\.key does not fit/),
  });
});

test("a certificate without its key, and TLS files without TLS, are wrong usage", async () => {
  using folder = temporaryFolder();
  const { client, ca } = createAuthority(folder.path);
  const { certificate, key } = client("one");
  const see = "See `camera-agent watch --help`.\n";
  const at = ["--broker", "mqtts://127.0.0.1:1"];
  expect(await watch([...at, "--cert", certificate])).toEqual({
    code: 2,
    err: `camera-agent watch: --key is missing: --cert and --key go together\n${see}`,
  });
  expect(await watch([...at, "--key", key])).toMatchObject({
    code: 2,
    err: expect.stringContaining("watch: --cert is missing"),
  });
  expect(await watch(["--broker", "mqtt://127.0.0.1:1", "--ca", ca])).toEqual({
    code: 2,
    err: `camera-agent watch: --ca has no effect with mqtt://; TLS needs mqtts://\n${see}`,
  });
  expect(await watch([...at, "--user", "a", "--credential-file", "b"])).toEqual({
    code: 2,
    err: `camera-agent watch: --user and --credential-file exclude each other: the file names the user\n${see}`,
  });
});
