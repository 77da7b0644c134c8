import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";

/** Writes files to the disk that it is told, then to a socket, and tells what became of each as JSON. */

const [disk = ""] = process.argv.slice(2);
/** As many at once: the sockets get the numbers that their descriptors had. */
const FILES = 16;

const codeOf = (error: NodeJS.ErrnoException) => error.code ?? String(error);
const written = () => "written";

const files = await Promise.all(
  Array.from({ length: FILES }, (_, n) => writeFile(`${disk}/${n}`, "bytes").then(written, codeOf)),
);
const server = createServer((socket) => socket.on("error", () => socket.destroy()).end("bytes"));
await once(server.listen(0, "127.0.0.1"), "listening");
const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
client.on("error", () => client.destroy());
await once(client, "connect");
const socket = await new Promise<void>((resolve, reject) => {
  client.write("bytes", (error) => (error ? reject(error) : resolve()));
}).then(written, codeOf);
client.destroy();
server.close();
process.stdout.write(JSON.stringify({ files: [...new Set(files)], socket }));
