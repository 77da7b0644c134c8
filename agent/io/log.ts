import { pino } from "pino";
import type { Log } from "../base/log.ts";
import { scrub } from "../base/scrub.ts";
import { isReadByJournal, PRIORITIES, withPriority } from "./journald.ts";

/** Keys whose value is never written, wherever they stand; cheaper and surer than pino's redact paths. */
const SECRET_KEY = /^(password|passwd|pwd|secret|secrets|login|token|authorization|key)$/i;
const DEEPEST = 6;

type Level = keyof typeof PRIORITIES;

/**
 * pino to `descriptor` (journald takes stdout, and a priority with each line), without worker transports. Everything written passes through
 * `scrubbed`: pino's redact does not look inside texts, where an error's message and stack quote whole addresses.
 */
export function openLog(level: Level, env: NodeJS.ProcessEnv, descriptor = 1): Log & { flush(): void } {
  const file = pino.destination({ dest: descriptor, sync: true });
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => scrubbed(fields, 0) as Record<string, unknown>,
      },
      // What `scrubbed` has made of an error is not to be taken for one again.
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(arguments_, method) {
          const texts = arguments_.map((argument) =>
            typeof argument === "string" ? scrub(argument) : argument,
          );
          method.apply(this, texts as Parameters<typeof method>);
        },
      },
    },
    isReadByJournal(descriptor, env) ? prioritised(file) : file,
  );
  return Object.assign(log, { flush: () => file.flushSync() });
}

/** pino tells a destination that asks for metadata the level of what it writes next. */
function prioritised(file: { write(line: string): unknown }) {
  return {
    [Symbol.for("pino.metadata")]: true,
    lastLevel: pino.levels.values.info,
    write(line: string) {
      const label = pino.levels.labels[this.lastLevel ?? 0];
      file.write(withPriority(PRIORITIES[label as Level], line));
    },
  };
}

/** A copy without secrets: in texts, under secret keys, inside errors. Shows at most six levels. */
function scrubbed(value: unknown, depth: number): unknown {
  if (typeof value === "string") return scrub(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEEPEST) return "…";
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return {
      type: name,
      message: scrub(message),
      ...(stack !== undefined && { stack: scrub(stack) }),
      ...(cause !== undefined && { cause: scrubbed(cause, depth + 1) }),
    };
  }
  if (Array.isArray(value)) return value.map((item) => scrubbed(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SECRET_KEY.test(key) ? "***" : scrubbed(item, depth + 1),
    ]),
  );
}
