import fc from "fast-check";

/** One way of spoiling a text. */
export type Mutation = (text: string) => string;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const snippet = fc.oneof(
  fc.constantFrom(
    "<",
    ">",
    "/>",
    "&",
    "&lol;",
    "&#x0;",
    "]]>",
    "<!DOCTYPE a [",
    "\0",
    "9".repeat(400),
    "-1",
    "NaN",
    "://",
    "__proto__",
    "xmlns=''",
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
);

/** Pieces put in, taken out, repeated or cut off, as lines, memory and firmwares do it; XML more than other texts. */
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, snippet).map(
    ([at, piece]): Mutation =>
      (text) => {
        const index = Math.floor(at * text.length);
        return text.slice(0, index) + piece + text.slice(index);
      },
  ),
  fc.tuple(place, place).map(
    ([from, length]): Mutation =>
      (text) => {
        const index = Math.floor(from * text.length);
        return text.slice(0, index) + text.slice(index + Math.floor(length * 60));
      },
  ),
  fc.tuple(place, place, fc.integer({ min: 2, max: 40 })).map(
    ([from, length, times]): Mutation =>
      (text) => {
        const index = Math.floor(from * text.length);
        const piece = text.slice(index, index + Math.floor(length * 400));
        return text.slice(0, index) + piece.repeat(times) + text.slice(index + piece.length);
      },
  ),
  place.map(
    (at): Mutation =>
      (text) =>
        text.slice(0, Math.floor(at * text.length)),
  ),
  // Whole values, so that the text stays well-formed and reaches the readers.
  fc.tuple(place, snippet).map(
    ([at, piece]): Mutation =>
      (text) => {
        const values = [...text.matchAll(/>([^<>]+)</g)];
        const value = values[Math.floor(at * values.length)];
        if (value?.[1] === undefined) return text;
        const start = value.index + 1;
        return text.slice(0, start) + piece.replaceAll(/[<&]/g, "") + text.slice(start + value[1].length);
      },
  ),
);

/** A text of `texts`, spoilt in up to four ways. */
export const mangled = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(texts, fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([text, mutations]) =>
      mutations.reduce((result, mutate) => mutate(result), text).slice(0, 1_000_000),
    );
