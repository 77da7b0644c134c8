import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";

const PROGRAM = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/** Debian's RabbitMQ with its MQTT plugin (3.1.1 only, up to RabbitMQ 3.11), in a folder of its own, on loopback. */
export async function startRabbitmq(): Promise<
  AsyncDisposable & { readonly port: number; readonly url: string }
> {
  const folder = mkdtempSync(join(tmpdir(), "rabbitmq-"));
  const [port, distribution, names] = [await freePort(), await freePort(), await freePort()];
  writeFileSync(
    join(folder, "rabbitmq.conf"),
    [
      `mqtt.listeners.tcp.1 = 127.0.0.1:${port}`,
      "mqtt.allow_anonymous = true",
      "mqtt.default_user = guest",
      "mqtt.default_pass = guest",
      "listeners.tcp = none",
    ].join("\n"),
  );
  writeFileSync(join(folder, "enabled_plugins"), "[rabbitmq_mqtt].");
  const child = spawn(PROGRAM, [], {
    stdio: "ignore",
    // Its shell scripts leave Erlang's processes behind when only the first is told to end.
    detached: true,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      RABBITMQ_NODENAME: `t${port}@localhost`,
      RABBITMQ_CONFIG_FILE: join(folder, "rabbitmq"),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "enabled_plugins"),
      RABBITMQ_MNESIA_BASE: join(folder, "mnesia"),
      RABBITMQ_LOG_BASE: join(folder, "log"),
      RABBITMQ_DIST_PORT: String(distribution),
      ERL_EPMD_PORT: String(names),
      ERL_EPMD_ADDRESS: "127.0.0.1",
    },
  });
  const gone = once(child, "exit");
  const end = async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    await gone;
    // The names' server of Erlang is a daemon of its own; this port is nobody else's.
    execFileSync("epmd", ["-kill"], {
      stdio: "ignore",
      env: { ...process.env, ERL_EPMD_PORT: String(names) },
    });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually("RabbitMQ accepts connections", () => accepts(port), 60_000);
  } catch (error) {
    await end();
    throw error;
  }
  return { port, url: `mqtt://127.0.0.1:${port}`, [Symbol.asyncDispose]: end };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
