/**
 * The message catalogue. Every text that a person sees stands here in both languages, side by side, one file an
 * area; the compiler refuses an entry that lacks one. `{name}` in a text is filled from the parameters.
 */
export type Language = "vi" | "en";
/** As people in Vietnam read them. */
export const LANGUAGES = ["vi", "en"] as const satisfies readonly Language[];
export type Message = Readonly<Record<Language, string>>;

/** For the technician: what is wrong, in one sentence, and the next thing to do. */
export interface CauseText {
  readonly what: Message;
  readonly next: Message;
}

export type Parameters = Readonly<Record<string, string | number>>;

export function fill(message: Message, language: Language, parameters: Parameters = {}): string {
  return message[language].replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    String(parameters[name] ?? whole),
  );
}

const LOCALE = /^(vi|en)(?![a-z])/i;

/** What was asked for: by `--lang`, else by the locale (LC_ALL, LC_MESSAGES, LANG). "C" and French ask for neither. */
export function askedLanguage(
  flag: string | undefined,
  environment: NodeJS.ProcessEnv,
): Language | undefined {
  if (flag === "vi" || flag === "en") return flag;
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || "";
  const language = LOCALE.exec(locale)?.[1]?.toLowerCase();
  return language === "vi" || language === "en" ? language : undefined;
}

/** Of a configuration that names none. */
export const SITE_LANGUAGE: Language = "vi";
/** Where neither was asked for and no configuration says. */
export const FALLBACK_LANGUAGE: Language = "en";

/** As people in Vietnam write a time: 14:05:09 24/11/2026, Asia/Ho_Chi_Minh (UTC+7 all year). */
export function localTime(wallMs: number): string {
  const [date, time] = new Date(wallMs + 7 * 3_600_000).toISOString().split("T") as [string, string];
  const [year, month, day] = date.split("-");
  return `${time.slice(0, 8)} ${day}/${month}/${year}`;
}

/** Fills both languages at once; a parameter may itself be a text in both. */
export function compose(
  message: Message,
  parameters: Readonly<Record<string, string | number | Message>>,
): Message {
  const side = (language: Language) =>
    fill(
      message,
      language,
      Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [
          name,
          typeof value === "object" ? value[language] : value,
        ]),
      ),
    );
  return { vi: side("vi"), en: side("en") };
}

/** The same change to the text of each language; a plain string is one text in both. */
export function inBoth(text: string | Message, change: (text: string) => string): Message {
  if (typeof text === "string") {
    const changed = change(text);
    return { vi: changed, en: changed };
  }
  return { vi: change(text.vi), en: change(text.en) };
}

/** Several texts in a row. */
export function joined(texts: readonly (string | Message)[], separator: string): Message {
  const side = (language: Language) =>
    texts.map((text) => (typeof text === "string" ? text : text[language])).join(separator);
  return { vi: side("vi"), en: side("en") };
}
