const PAGE_SEQS = 64;
const DIGEST_BYTES = 32;
const FLAGS = PAGE_SEQS * DIGEST_BYTES;

/** SHA-256 digests by seq: 33 bytes each where they are dense, in any order, however high their seqs are. */
export class DigestPages {
  /** Page number → its digests, and behind them one byte a digest that says whether it is there. */
  readonly #pages = new Map<number, Uint8Array>();
  #highest = 0;

  /** Highest seq; 0 when there is none. */
  get highest(): number {
    return this.#highest;
  }

  /** Keeps the first digest of a seq; tells whether it was the first, the same again, or another. */
  put(seq: number, digest: Uint8Array): "new" | "same" | "other" {
    const number = Math.floor(seq / PAGE_SEQS);
    const slot = seq % PAGE_SEQS;
    let page = this.#pages.get(number);
    if (!page) {
      page = new Uint8Array(FLAGS + PAGE_SEQS);
      this.#pages.set(number, page);
    }
    const known = digestAt(page, slot);
    if (page[FLAGS + slot] === 1) return Buffer.compare(known, digest) === 0 ? "same" : "other";
    page[FLAGS + slot] = 1;
    known.set(digest);
    if (seq > this.#highest) this.#highest = seq;
    return "new";
  }

  /** All of them, ascending by seq. */
  *ascending(): Generator<{ readonly seq: number; readonly digest: Uint8Array }> {
    for (const [number, page] of [...this.#pages].sort(([a], [b]) => a - b)) {
      for (let slot = 0; slot < PAGE_SEQS; slot++) {
        if (page[FLAGS + slot] === 1) yield { seq: number * PAGE_SEQS + slot, digest: digestAt(page, slot) };
      }
    }
  }
}

function digestAt(page: Uint8Array, slot: number): Uint8Array {
  return page.subarray(slot * DIGEST_BYTES, (slot + 1) * DIGEST_BYTES);
}
