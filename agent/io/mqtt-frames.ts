/**
 * Watches the lengths of incoming MQTT control packets (fixed header, MQTT 5 section 2.1.4) without keeping their
 * bytes. mqtt.js looks at a packet's size only once it has collected all of it, up to 256 MB.
 */
export class FrameWatch {
  readonly #limit: number;
  /** Bytes of the present packet that are still to come. */
  #skip = 0;
  /** Bytes of the fixed header seen: 0 none, 1 the type, then those of the length. */
  #headerBytes = 0;
  #length = 0;

  /** `limit`: largest remaining length that is let through, bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether a packet has begun that is too large. */
  oversize(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      const byte = chunk[at++] as number;
      if (this.#headerBytes++ === 0) continue;
      this.#length += (byte & 0x7f) * 128 ** (this.#headerBytes - 2);
      if (this.#length > this.#limit) return true;
      if (byte & 0x80) continue;
      this.#skip = this.#length;
      this.#headerBytes = 0;
      this.#length = 0;
    }
    return false;
  }
}
