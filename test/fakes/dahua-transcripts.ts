import { existsSync, readFileSync } from "node:fs";

const FOLDER = new URL("../fixtures/dahua/", import.meta.url);

/** Answers of devices as they were written down, the first folder's before the next one's. */
export class DahuaTranscripts {
  readonly #folders: readonly string[];

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** What stands under `name`, "magicBox.cgi.getVendor", with the line ends of the wire. */
  text(name: string): string | undefined {
    for (const folder of this.#folders) {
      const file = new URL(`${folder}/${name}.txt`, FOLDER);
      if (existsSync(file)) return readFileSync(file, "utf8").replaceAll("\n", "\r\n");
    }
    return undefined;
  }

  /** A whole answer, `{…}` filled and its length counted. */
  answer(name: string, values: Readonly<Record<string, string>>): Buffer | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const filled = text.replaceAll(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
    const end = filled.indexOf("\r\n\r\n") + 4;
    const length = Buffer.byteLength(filled.slice(end));
    return Buffer.from(filled.replace("CONTENT-LENGTH: *", `CONTENT-LENGTH: ${length}`));
  }
}

/** The body alone of an answer that was written down. */
export function dahuaBody(folder: string, name: string): string {
  const text = new DahuaTranscripts([folder]).text(name);
  if (text === undefined) throw new Error(`no transcript ${folder}/${name}`);
  return text.slice(text.indexOf("\r\n\r\n") + 4);
}
