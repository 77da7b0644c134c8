/** Who is to be called back. */
export class Listeners<What extends readonly unknown[] = []> {
  readonly #all = new Set<(...what: What) => void>();

  /** Until what it returns is called. */
  add(notify: (...what: What) => void): () => void {
    this.#all.add(notify);
    return () => this.#all.delete(notify);
  }

  tell(...what: What): void {
    for (const notify of this.#all) notify(...what);
  }
}
