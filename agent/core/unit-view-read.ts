import { fail, ok, type Result } from "../base/result.ts";
import { watchTexts } from "../model/messages/cli-watch.ts";
import { compose, type Message } from "../model/messages/text.ts";
import type { IncomingMessage } from "../model/uplink.ts";

/** A message as the contract describes it, or what is wrong with it. */

interface Schema<T> {
  safeParse(value: unknown): {
    readonly success: boolean;
    readonly data?: T | undefined;
    readonly error?:
      | { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] }
      | undefined;
  };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Its JSON, whatever that is. */
export function parse(message: IncomingMessage): Result<unknown, Message> {
  try {
    return ok(JSON.parse(utf8.decode(message.payload)));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return fail(compose(watchTexts.notJson, { words }));
  }
}

export function check<T>(value: unknown, schema: Schema<T>): Result<T, Message> {
  const result = schema.safeParse(value);
  if (result.success) return ok(result.data as T);
  const issue = result.error?.issues[0];
  const parameters = { where: issue?.path.join(".") || watchTexts.wholeMessage, words: issue?.message ?? "" };
  return fail(compose(watchTexts.notAsTheContract, parameters));
}

export function read<T>(message: IncomingMessage, schema: Schema<T>): Result<T, Message> {
  const json = parse(message);
  return json.ok ? check(json.value, schema) : json;
}
