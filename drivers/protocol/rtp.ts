/** RTP headers and what they tell of a stream (RFC 3550): loss by sequence number, frames by timestamp. */

/** One packet's header, read in place: the object is used again for every packet, so that none is allocated. */
export class RtpHeader {
  payloadType = 0;
  marker = false;
  sequence = 0;
  timestamp = 0;
  ssrc = 0;
  payloadStart = 0;
  payloadEnd = 0;

  /** False where the bytes from `start` to before `end` are RTCP (RFC 5761 4) or no RTP of version 2. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < 12) return false;
    const first = at(bytes, start);
    const second = at(bytes, start + 1);
    if (first >> 6 !== 2 || (second >= 192 && second <= 223)) return false;
    let payloadStart = start + 12 + 4 * (first & 0x0f);
    if ((first & 0x10) !== 0) {
      if (payloadStart + 4 > end) return false;
      payloadStart += 4 + 4 * u16(bytes, payloadStart + 2);
    }
    const padding = (first & 0x20) !== 0 ? at(bytes, end - 1) : 0;
    if (payloadStart > end - padding) return false;
    this.payloadType = second & 0x7f;
    this.marker = (second & 0x80) !== 0;
    this.sequence = u16(bytes, start + 2);
    this.timestamp = u32(bytes, start + 4);
    this.ssrc = u32(bytes, start + 8);
    this.payloadStart = payloadStart;
    this.payloadEnd = end - padding;
    return true;
  }
}

const at = (bytes: Uint8Array, index: number) => bytes[index] ?? 0;
const u16 = (bytes: Uint8Array, index: number) => (at(bytes, index) << 8) | at(bytes, index + 1);
const u32 = (bytes: Uint8Array, index: number) => ((u16(bytes, index) << 16) | u16(bytes, index + 2)) >>> 0;

/** A larger jump forwards, or one backwards past the window, is a restart and no loss (RFC 3550 A.1). */
const MAX_DROPOUT = 3_000;
const WINDOW = 32;

/** Counts packets and losses; packets that come late fill their gap, doubles count once. */
export class SequenceCount {
  #received = 0;
  #first = 0;
  #highest = 0;
  /** Bit n: packet `highest - n` has come. */
  #window = 0;
  #restart = -1;
  #earlierReceived = 0;
  #earlierLost = 0;

  get received(): number {
    return this.#earlierReceived + this.#received;
  }

  get lost(): number {
    const expected = this.#received === 0 ? 0 : this.#highest - this.#first + 1;
    return this.#earlierLost + Math.max(0, expected - this.#received);
  }

  /** True where the packet follows the one before it without a gap. */
  push(sequence: number): boolean {
    const ahead = ((sequence - this.#highest) << 16) >> 16;
    if (this.#received === 0) {
      this.#begin(sequence);
      return true;
    }
    if (ahead > 0 && ahead <= MAX_DROPOUT) {
      this.#highest += ahead;
      this.#window = ahead < WINDOW ? (this.#window << ahead) | 1 : 1;
      this.#received++;
      this.#restart = -1;
      return ahead === 1;
    }
    if (ahead <= 0 && ahead > -WINDOW) {
      const bit = 1 << -ahead;
      if ((this.#window & bit) === 0) {
        this.#window |= bit;
        this.#received++;
        this.#first = Math.min(this.#first, this.#highest + ahead);
      }
      return false;
    }
    // One stray packet restarts nothing; two that follow each other do.
    if (sequence === this.#restart) this.restart(sequence);
    else this.#restart = (sequence + 1) & 0xffff;
    return false;
  }

  /** Counts on from `sequence` as another run, as after a change of SSRC. */
  restart(sequence: number): void {
    const { received, lost } = this;
    this.#earlierReceived = received;
    this.#earlierLost = lost;
    this.#begin(sequence);
  }

  #begin(sequence: number): void {
    this.#received = 1;
    this.#first = sequence;
    this.#highest = sequence;
    this.#window = 1;
    this.#restart = -1;
  }
}

/** A step between frames that is longer than this is a jump of the camera's clock, not a pause. */
const LONGEST_STEP_SECONDS = 10;

/**
 * Counts access units by their timestamps and the time that they span. B-frames come out of order; the span is from
 * the least to the greatest.
 */
export class TimestampCount {
  readonly #clockRate: number;
  #units = 0;
  #runs = 0;
  #last = 0;
  #position = 0;
  #least = 0;
  #greatest = 0;
  #earlierTicks = 0;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  get units(): number {
    return this.#units;
  }

  /** Access units a second; 0 while only one was seen. */
  get rate(): number {
    const seconds = (this.#earlierTicks + this.#greatest - this.#least) / this.#clockRate;
    return seconds > 0 ? (this.#units - this.#runs) / seconds : 0;
  }

  /** True where the packet begins another access unit than the one before it. */
  push(timestamp: number): boolean {
    const step = (timestamp - this.#last) | 0;
    if (this.#runs > 0 && step === 0) return false;
    this.#last = timestamp;
    if (this.#runs === 0 || Math.abs(step) > LONGEST_STEP_SECONDS * this.#clockRate) {
      this.#beginRun();
      return true;
    }
    this.#units++;
    this.#position += step;
    this.#least = Math.min(this.#least, this.#position);
    this.#greatest = Math.max(this.#greatest, this.#position);
    return true;
  }

  /** Counts on from `timestamp` as another run, as after a change of SSRC. */
  restart(timestamp: number): void {
    this.#last = timestamp;
    this.#beginRun();
  }

  #beginRun(): void {
    this.#earlierTicks += this.#greatest - this.#least;
    this.#position = 0;
    this.#least = 0;
    this.#greatest = 0;
    this.#runs++;
    this.#units++;
  }
}
