import type Database from "better-sqlite3";
import type { JournalRecovery } from "../model/journal.ts";
import { RECOVERY } from "./journal-recover-files.ts";
import { sqliteCode } from "./journal-sqlite-faults.ts";

/** What is kept beside the events, in the table `meta`: the number of the last session, and notes by name. */
export class Notes {
  readonly #save: Database.Statement<[string, number | string]>;
  readonly #forget: Database.Statement<[string]>;
  readonly #together: (changes: ReadonlyMap<string, string | undefined>) => void;
  readonly #notes: Map<string, string>;
  #recovery: JournalRecovery | undefined;
  #session: number;

  constructor(database: Database.Database) {
    this.#save = database.prepare(
      "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    );
    this.#session =
      database.prepare<[], number>("SELECT value FROM meta WHERE key = 'session'").pluck().get() ?? 0;
    const notes = database.prepare<[], [string, string]>(
      "SELECT substr(key, 6), value FROM meta WHERE key LIKE 'note-%'",
    );
    this.#notes = new Map(notes.raw().all());
    this.#forget = database.prepare("DELETE FROM meta WHERE key = ?");
    this.#together = database.transaction((changes: ReadonlyMap<string, string | undefined>) => {
      for (const [name, note] of changes) {
        if (note === undefined) this.#forget.run(`note-${name}`);
        else this.#save.run(`note-${name}`, note);
      }
    }).immediate;
    const recovery = database.prepare<[string], string>("SELECT value FROM meta WHERE key = ?").pluck();
    this.#recovery = parse(recovery.get(RECOVERY));
  }

  nextSession(): number {
    this.#session += 1;
    this.#tryToSave("session", this.#session);
    return this.#session;
  }

  recovery(): JournalRecovery | undefined {
    return this.#recovery;
  }

  recoveryTold(): void {
    this.#recovery = undefined;
    tried(() => this.#forget.run(RECOVERY));
  }

  kept(name: string): string | undefined {
    return this.#notes.get(name);
  }

  keep(name: string, note: string): void {
    this.#notes.set(name, note);
    this.#tryToSave(`note-${name}`, note);
  }

  /** Names below this one, less its own text, and their notes. */
  keptUnder(prefix: string): ReadonlyMap<string, string> {
    const under = [...this.#notes].filter(([name]) => name.startsWith(prefix));
    return new Map(under.map(([name, note]) => [name.slice(prefix.length), note]));
  }

  /** One commit; throws when it is refused, and nothing is changed then. */
  keepAll(changes: ReadonlyMap<string, string | undefined>): void {
    this.#together(changes);
    for (const [name, note] of changes) {
      if (note === undefined) this.#notes.delete(name);
      else this.#notes.set(name, note);
    }
  }

  #tryToSave(key: string, value: number | string): void {
    tried(() => this.#save.run(key, value));
  }
}

/** A full disk must not keep the agent from telling what it has. */
function tried(write: () => unknown): void {
  try {
    write();
  } catch (error) {
    if (sqliteCode(error) === undefined) throw error;
  }
}

/** Undefined also for what damage has made of it. */
function parse(text: string | undefined): JournalRecovery | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as JournalRecovery);
  } catch {
    return undefined;
  }
}
