import { connectAsync } from "mqtt";

/** Reads what a site sends and keeps no more of it than which events came, so that millions can be counted. */
export interface OutageReader extends AsyncDisposable {
  /** Distinct events up to `last` that came, whatever their epoch. */
  receivedUpTo(last: number): number;
  readonly duplicated: number;
  /** By performance.now(), of the first and the latest segment. */
  readonly firstSegment: number;
  readonly lastSegment: number;
  /** Each distinct motion that a camera made; wall milliseconds. */
  readonly motions: readonly { readonly madeAt: number; readonly arrivedAt: number }[];
}

/** As the envelope has them, in this order. */
const PLACE = /"sequence":"(\d{20})","epoch":"[0-9a-f]{32}"/g;
const MADE_AT = /"MadeAt":"(\d+)"/g;

export async function readOutage(url: string): Promise<OutageReader> {
  let seen = new Uint8Array(1 << 20);
  const known = new Set<string>();
  const motions: { madeAt: number; arrivedAt: number }[] = [];
  const segments = { first: Number.NaN, last: Number.NaN };
  let duplicated = 0;
  const take = (seq: number) => {
    if (seq >= seen.length) {
      const larger = new Uint8Array(seen.length * 2);
      larger.set(seen);
      seen = larger;
    }
    if (seen[seq] === 1) duplicated += 1;
    seen[seq] = 1;
  };
  const client = await connectAsync(url, { protocolVersion: 5, clientId: "reader" });
  client.on("message", (topic, payload) => {
    const text = payload.toString("latin1");
    if (topic.endsWith("/segment")) {
      segments.last = performance.now();
      if (Number.isNaN(segments.first)) segments.first = segments.last;
    }
    for (const [, sequence] of text.matchAll(PLACE)) take(Number(sequence));
    for (const [, madeAt = ""] of text.matchAll(MADE_AT)) {
      if (known.has(madeAt)) continue;
      known.add(madeAt);
      motions.push({ madeAt: Number(madeAt) / 1_000, arrivedAt: Date.now() });
    }
  });
  await client.subscribeAsync("cam/v1/+/+/event/#", { qos: 1 });
  return {
    receivedUpTo(last) {
      let received = 0;
      for (let seq = 1; seq <= last; seq++) received += seen[seq] ?? 0;
      return received;
    },
    get duplicated() {
      return duplicated;
    },
    get firstSegment() {
      return segments.first;
    },
    get lastSegment() {
      return segments.last;
    },
    motions,
    async [Symbol.asyncDispose]() {
      await client.endAsync(true);
    },
  };
}
