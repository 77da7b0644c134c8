import { compose, joined, type Message } from "./text.ts";

export const unitTexts = {
  milliseconds: { en: "{n} ms", vi: "{n} ms" },
  seconds: { en: "{n} s", vi: "{n} giây" },
  minutes: { en: "{n} min", vi: "{n} phút" },
  hours: { en: "{n} h", vi: "{n} giờ" },
  days: { en: "{n} d", vi: "{n} ngày" },
} as const satisfies Record<string, Message>;

/** A limit of time as it was set: "100 ms", "10 s", "2.5 s". */
export function limitWords(ms: number): Message {
  return ms < 1_000
    ? compose(unitTexts.milliseconds, { n: Math.round(ms) })
    : compose(unitTexts.seconds, { n: Math.round(ms / 100) / 10 });
}

/** "7 h", "−5.5 h". */
export function hoursWords(ms: number): Message {
  return compose(unitTexts.hours, { n: String(ms / 3_600_000).replace("-", "−") });
}

/** A length of time to the second, from its largest unit on: "3 h 0 min 2 s". */
export function exactWords(ms: number): Message {
  const seconds = Math.round(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), unitTexts.days],
    [Math.floor(seconds / 3_600) % 24, unitTexts.hours],
    [Math.floor(seconds / 60) % 60, unitTexts.minutes],
    [seconds % 60, unitTexts.seconds],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  const told = parts.slice(first < 0 ? 3 : first);
  return joined(
    told.map(([n, unit]) => compose(unit, { n })),
    " ",
  );
}
