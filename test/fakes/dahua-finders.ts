/** The stateful part of a simulated Dahua's CGI: mediaFileFind. */

export interface Recording {
  /** From 1. */
  readonly channel: number;
  /** "2026-11-23 01:00:00", as on the device's wall. */
  readonly from: string;
  readonly to: string;
}

interface Search {
  files: readonly Recording[];
  at: number;
}

export class Finders {
  readonly #recordings: readonly Recording[];
  readonly #limit: number;
  readonly #pageFiles: number;
  readonly #open = new Map<string, Search | undefined>();
  #made = 0;
  /** Most finders that were open at once. */
  most = 0;

  constructor(recordings: readonly Recording[], limit = 1, pageFiles = 100) {
    this.#recordings = recordings;
    this.#limit = limit;
    this.#pageFiles = pageFiles;
  }

  get open(): number {
    return this.#open.size;
  }

  /** The body of the answer; undefined where the device refuses. */
  answer(parameters: URLSearchParams): string | undefined {
    const object = parameters.get("object") ?? "";
    switch (parameters.get("action")) {
      case "factory.create":
        return this.#create();
      case "findFile":
        return this.#find(object, parameters);
      case "findNextFile":
        return this.#next(object, Number(parameters.get("count")));
      case "close":
        if (!this.#open.has(object)) return undefined;
        this.#open.set(object, undefined);
        return "OK\r\n";
      case "destroy":
        return this.#open.delete(object) ? "OK\r\n" : undefined;
      default:
        return undefined;
    }
  }

  #create(): string | undefined {
    if (this.#open.size >= this.#limit) return undefined;
    this.#made += 1;
    const object = `0813${this.#made}`;
    this.#open.set(object, undefined);
    this.most = Math.max(this.most, this.#open.size);
    return `result=${object}\r\n`;
  }

  #find(object: string, parameters: URLSearchParams): string | undefined {
    if (!this.#open.has(object)) return undefined;
    const [from, to] = [parameters.get("condition.StartTime"), parameters.get("condition.EndTime")];
    if (!from || !to) return undefined;
    const channel = Number(parameters.get("condition.Channel"));
    const files = this.#recordings.filter(
      (file) => file.channel === channel && file.from <= to && file.to >= from,
    );
    if (files.length === 0) return undefined;
    this.#open.set(object, { files, at: 0 });
    return "OK\r\n";
  }

  #next(object: string, count: number): string | undefined {
    const search = this.#open.get(object);
    if (!search) return undefined;
    const page = search.files.slice(search.at, search.at + Math.min(count, this.#pageFiles));
    search.at += page.length;
    const lines = page.flatMap(({ channel, from, to }, index) => [
      `items[${index}].Channel=${channel - 1}`,
      `items[${index}].EndTime=${to}`,
      `items[${index}].FilePath=/mnt/dvr/${index}.dav`,
      `items[${index}].StartTime=${from}`,
      `items[${index}].Type=dav`,
    ]);
    return [`found=${page.length}`, ...lines, ""].join("\r\n");
  }
}
