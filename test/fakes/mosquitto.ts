import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyPair } from "./certificates.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";

export interface MosquittoOptions {
  /** Receive Maximum that it announces. */
  readonly receiveMaximum?: number;
  /** Maximum Packet Size that it announces, bytes. */
  readonly maximumPacketSize?: number;
  /** Keeps retained messages and sessions over `kill()` and `start()`. */
  readonly persistence?: boolean;
  /** Client certificates are asked for, and each site is confined to `cam/v1/+/{CN}/#`. */
  readonly tls?: KeyPair & { readonly ca: string };
  /** Lines of an ACL file; with `tls`, its pattern stands before them. */
  readonly acl?: readonly string[];
  /** Further lines of mosquitto.conf. */
  readonly lines?: readonly string[];
}

export interface Mosquitto extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Starts it (again) on its port; resolves once it accepts connections. */
  start(): Promise<void>;
  /** SIGTERM. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGKILL, and all that it kept is gone. */
  wipe(): Promise<void>;
}

/** Debian's mosquitto in a folder of its own, on loopback. Silent unless it fails to start. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), "mosquitto-"));
  const port = await freePort();
  const file = join(folder, "mosquitto.conf");
  writeFileSync(file, configuration(folder, port, options).join("\n"));
  let child: ChildProcess | undefined;

  const start = async () => {
    const output: string[] = [];
    const started = spawn("/usr/sbin/mosquitto", ["-c", file], { stdio: ["ignore", "ignore", "pipe"] });
    started.stderr.on("data", (text: Buffer) => {
      output.push(text.toString());
      if (output.length > 100) output.shift();
    });
    started.on("error", (error) => output.push(error.message));
    child = started;
    await eventually("mosquitto accepts connections", async () => {
      if (started.exitCode !== null || started.pid === undefined) {
        throw new Error(`mosquitto did not start: ${output.join("")}`);
      }
      return accepts(port);
    });
  };
  const end = async (signal: NodeJS.Signals) => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, "exit");
    running.kill(signal);
    await gone;
  };
  await start();
  return {
    port,
    url: `${options.tls ? "mqtts" : "mqtt"}://127.0.0.1:${port}`,
    start,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    async wipe() {
      await end("SIGKILL");
      rmSync(join(folder, "mosquitto.db"), { force: true });
    },
    async [Symbol.asyncDispose]() {
      await end("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(folder: string, port: number, options: MosquittoOptions): string[] {
  const lines = [
    // Without a user mosquitto gives up root and can then not read its own folder.
    `user ${process.getuid?.() === 0 ? "root" : "mosquitto"}`,
    "log_dest stderr",
    "set_tcp_nodelay true",
    // The tests' subscribers must lose nothing to mosquitto's own queue limit. Without a limit (0) mosquitto 2.0.11
    // cuts a client whose PUBLISH it has denied.
    "max_queued_messages 1000000",
    `max_inflight_messages ${options.receiveMaximum ?? 20}`,
    `persistence ${options.persistence === true}`,
    `persistence_location ${folder}/`,
    "autosave_interval 1",
    "autosave_on_changes true",
  ];
  if (options.maximumPacketSize) lines.push(`max_packet_size ${options.maximumPacketSize}`);
  const acl = [...(options.tls ? ["pattern readwrite cam/v1/+/%u/#"] : []), ...(options.acl ?? [])];
  if (acl.length > 0) {
    const path = join(folder, "acl");
    writeFileSync(path, `${acl.join("\n")}\n`, { mode: 0o600 });
    lines.push(`acl_file ${path}`);
  }
  lines.push(`listener ${port} 127.0.0.1`, ...(options.lines ?? []));
  if (options.tls) {
    const { ca, certificate, key } = options.tls;
    lines.push(`cafile ${ca}`, `certfile ${certificate}`, `keyfile ${key}`);
    lines.push("require_certificate true", "use_identity_as_username true");
  } else lines.push("allow_anonymous true");
  return lines;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}
