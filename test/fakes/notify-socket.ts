import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** systemd's end of sd_notify(3): a datagram socket. Node opens none of the Unix family, Python does. */
const RECEIVER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    for line in s.recv(65536).decode().splitlines():
        if line != "BARRIER=1": print(line, flush=True)
`;

export interface NotifySocket extends AsyncDisposable {
  readonly path: string;
  /** Assignments in the order in which they came. */
  readonly received: readonly string[];
}

export async function openNotifySocket(): Promise<NotifySocket> {
  const folder = mkdtempSync(join(tmpdir(), "camera-agent-notify-"));
  const path = join(folder, "notify");
  const receiver = spawn("/usr/bin/python3", ["-c", RECEIVER, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: receiver.stdout });
  await once(lines, "line");
  const received: string[] = [];
  lines.on("line", (line) => received.push(line));
  return {
    path,
    received,
    async [Symbol.asyncDispose]() {
      receiver.kill();
      await once(receiver, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
