import { chainLinker, GENESIS } from "../../agent/core/chain.ts";
import { checkpointText } from "../../agent/core/signed-text.ts";
import { eventSchema } from "../../agent/model/event.ts";
import { type HonestEpoch, honestEpoch } from "./honest-site.ts";
import type { Random } from "./random.ts";
import { testSigner } from "./signer.ts";

/** What an adversary without the site's key may do to a received stream, where a checkpoint vouches for it. */
export type Edit = (
  stream: HonestEpoch,
  random: Random,
) => { readonly messages: (string | Uint8Array)[]; readonly what: string };

const bodies = ({ events }: HonestEpoch) => events.map(({ body }) => body);
const place = ({ vouchedUpTo }: HonestEpoch, random: Random) => random.below(vouchedUpTo);
const at = (messages: readonly string[], index: number) => messages[index] ?? "";
/** Another place than `index`. */
const elsewhere = ({ vouchedUpTo }: HonestEpoch, index: number, random: Random) =>
  (index + 1 + random.below(vouchedUpTo - 1)) % vouchedUpTo;

/** An event's text under another seq. */
function moved(body: string, epoch: string, seq: number): string {
  return body
    .replace(/"id":"[0-9a-f]+-\d+"/, `"id":"${epoch}-${seq}"`)
    .replace(/"sequence":"\d+"/, `"sequence":"${String(seq).padStart(20, "0")}"`)
    .replace(/"epoch":"[0-9a-f]+","bootid"/, `"epoch":"${epoch}","bootid"`);
}

/** The same stream as if it had been recorded so, checkpoints from there on signed with a key of the adversary's. */
function signedAnew({ site, epoch }: HonestEpoch, messages: readonly string[], from: number): string[] {
  const link = chainLinker(site, epoch);
  const forger = testSigner(9);
  let hash: Uint8Array = GENESIS;
  return messages.map((body, index) => {
    const event = eventSchema.parse(JSON.parse(body));
    let text = body;
    if (event.type === "vn.camera.checkpoint.v1" && index >= from) {
      const head = { ...event.data, seq: index, hash: Buffer.from(hash).toString("hex") };
      const signature = forger.sign(checkpointText({ site, epoch }, head));
      text = body.replace(JSON.stringify(event.data), JSON.stringify({ ...head, signature }));
    }
    hash = link(hash, index + 1, text);
    return text;
  });
}

export const edits: Readonly<Record<string, Edit>> = {
  delete(stream, random) {
    const index = place(stream, random);
    return { messages: bodies(stream).toSpliced(index, 1), what: `${index}` };
  },
  "delete several"(stream, random) {
    const index = random.below(stream.vouchedUpTo - 2);
    const count = Math.min(2 + random.below(40), stream.vouchedUpTo - index);
    return { messages: bodies(stream).toSpliced(index, count), what: `${index}+${count}` };
  },
  "insert, moving all behind it up"(stream, random) {
    const index = place(stream, random);
    const extra = at(bodies(stream), random.below(stream.events.length));
    const inserted = bodies(stream).toSpliced(index, 0, extra);
    return { messages: inserted.map((body, n) => moved(body, stream.epoch, n + 1)), what: `${index}` };
  },
  "insert beside, as a second version"(stream, random) {
    const index = place(stream, random);
    const other = elsewhere(stream, index, random);
    const extra = moved(at(bodies(stream), other), stream.epoch, index + 1);
    return { messages: random.shuffle([...bodies(stream), extra]), what: `${other} as ${index}` };
  },
  swap(stream, random) {
    const one = place(stream, random);
    const other = elsewhere(stream, one, random);
    const messages = bodies(stream);
    messages[one] = moved(at(bodies(stream), other), stream.epoch, one + 1);
    messages[other] = moved(at(bodies(stream), one), stream.epoch, other + 1);
    return { messages, what: `${one} and ${other}` };
  },
  "alter a byte"(stream, random) {
    const index = place(stream, random);
    const bytes = Buffer.from(at(bodies(stream), index));
    const offset = random.below(bytes.length);
    bytes[offset] = ((bytes[offset] ?? 0) + 1 + random.below(255)) % 256;
    const messages = [...bodies(stream).slice(0, index), bytes, ...bodies(stream).slice(index + 1)];
    return { messages, what: `${index}, byte ${offset}: ${bytes}` };
  },
  "write in another form"(stream, random) {
    const index = place(stream, random);
    const forms = [
      (body: string) => body.replace(":", ": "),
      (body: string) => body.replace("vn.", "\\u0076n."),
      (body: string) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body)).reverse())),
    ];
    const form = forms[random.below(forms.length)] ?? String;
    return { messages: bodies(stream).with(index, form(at(bodies(stream), index))), what: `${index}` };
  },
  "cut the tail"(stream, random) {
    const last = stream.events.findLastIndex(
      ({ kind, at: made }) => kind === "checkpoint" && stream.signedAt - made > 120_000,
    );
    const index = 1 + random.below(last);
    return { messages: bodies(stream).slice(0, index + 1), what: `behind ${index}` };
  },
  "splice in another epoch"(stream, random) {
    const other = honestEpoch({ motion: 300, epoch: "b".repeat(32), source: (n) => `Other_${n}` });
    const index = place(stream, random);
    const count = 1 + random.below(20);
    const part = bodies(other).slice(index % 200, (index % 200) + count);
    const under = random.below(2) === 0 ? stream.epoch : other.epoch;
    const spliced = part.map((body, n) => moved(body, under, index + n + 1));
    return { messages: bodies(stream).toSpliced(index, count, ...spliced), what: `${index}+${count}` };
  },
  "alter, and sign anew with another key"(stream, random) {
    const index = place(stream, random);
    const altered = at(bodies(stream), index).replace("boot-1", "boot-2");
    return { messages: signedAnew(stream, bodies(stream).with(index, altered), index), what: `${index}` };
  },
};
