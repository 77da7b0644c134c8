import type Database from "better-sqlite3";
import { sqliteCode } from "./journal-sqlite-faults.ts";

/** What is kept beside the events, in the table `meta`: the number of the last session, and notes by name. */
export class Notes {
  readonly #save: Database.Statement<[string, number | string]>;
  readonly #notes: Map<string, string>;
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
  }

  nextSession(): number {
    this.#session += 1;
    this.#tryToSave("session", this.#session);
    return this.#session;
  }

  kept(name: string): string | undefined {
    return this.#notes.get(name);
  }

  keep(name: string, note: string): void {
    this.#notes.set(name, note);
    this.#tryToSave(`note-${name}`, note);
  }

  /** A full disk must not keep the agent from telling what it has. */
  #tryToSave(key: string, value: number | string): void {
    try {
      this.#save.run(key, value);
    } catch (error) {
      if (sqliteCode(error) === undefined) throw error;
    }
  }
}
