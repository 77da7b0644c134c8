/** Pictures larger than this do not exist in either codec's levels; a parse that gives one has gone astray. */
const LARGEST_SIDE = 16_384;
const RBSP_LIMIT = 4_096;

export interface PictureSize {
  /** Pixels, cropped. */
  readonly width: number;
  readonly height: number;
}

export function plausibleSize(width: number, height: number): PictureSize | undefined {
  const plausible = width > 0 && height > 0 && width <= LARGEST_SIDE && height <= LARGEST_SIDE;
  return plausible ? { width, height } : undefined;
}

/**
 * Bits of a NAL unit's payload (RBSP), without its emulation prevention bytes (H.264 7.3.1). Reads zeros past the
 * end and says so in `exhausted`; never throws.
 */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #length: number;
  #bit = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    const limit = Math.min(end, start + RBSP_LIMIT, bytes.length);
    const rbsp = new Uint8Array(Math.max(0, limit - start));
    let length = 0;
    let zeros = 0;
    for (let at = start; at < limit; at++) {
      const byte = bytes[at] ?? 0;
      if (zeros >= 2 && byte === 3) {
        zeros = 0;
        continue;
      }
      zeros = byte === 0 ? zeros + 1 : 0;
      rbsp[length++] = byte;
    }
    this.#bytes = rbsp;
    this.#length = length * 8;
  }

  get exhausted(): boolean {
    return this.#bit > this.#length;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** Up to 32 bits, unsigned. */
  bits(count: number): number {
    let value = 0;
    for (let done = 0; done < count; done++) {
      const byte = this.#bit < this.#length ? (this.#bytes[this.#bit >> 3] ?? 0) : 0;
      value = value * 2 + ((byte >> (7 - (this.#bit & 7))) & 1);
      this.#bit++;
    }
    return value;
  }

  skip(count: number): void {
    this.#bit += count;
  }

  /** ue(v), H.264 9.1. */
  unsigned(): number {
    let zeros = 0;
    while (zeros < 32 && !this.exhausted && this.bits(1) === 0) zeros++;
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v), H.264 9.1.1. */
  signed(): number {
    const code = this.unsigned();
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
  }
}
