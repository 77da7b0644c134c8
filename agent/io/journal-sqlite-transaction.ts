import type Database from "better-sqlite3";
import { sqliteCode } from "./journal-sqlite-faults.ts";

/** Transactions of the one connection. */
export class Transactions {
  readonly #database: Database.Database;
  readonly #begin: Database.Statement<[]>;
  readonly #commit: Database.Statement<[]>;
  readonly #rollback: Database.Statement<[]>;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.#rollback = database.prepare("ROLLBACK");
  }

  /** Commits what `work` does, or nothing of it; then gives SQLite's error. What is not SQLite's is a bug and thrown. */
  run(work: () => void): Error | undefined {
    try {
      this.#begin.run();
      work();
      this.#commit.run();
      return undefined;
    } catch (error) {
      this.#undo();
      if (sqliteCode(error) === undefined) throw error;
      return error as Error;
    }
  }

  #undo(): void {
    if (!this.#database.inTransaction) return;
    try {
      this.#rollback.run();
    } catch (error) {
      if (sqliteCode(error) === undefined) throw error;
    }
  }
}
