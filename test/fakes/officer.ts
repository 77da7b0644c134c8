import { type CommandAddress, commandText } from "../../agent/core/command-signature.ts";
import { testSigner } from "./signer.ts";

export interface Order {
  /** RFC 3339, or any other text. */
  readonly issued: string;
  readonly expires: string;
  /** JSON, or any other text. */
  readonly arguments: string;
}

/** One who commands sites, with a key that is the same in every run; another `seed` is another officer. */
export interface Officer {
  /** An entry of `unit.commandKeys`. */
  readonly entry: { readonly name: string; readonly key: string };
  readonly keyId: string;
  sign(to: CommandAddress, order: Order): Order & { readonly keyId: string; readonly signature: string };
}

export function officer(name: string, seed = 1): Officer {
  const { keyId, publicKey, sign } = testSigner(seed);
  return {
    entry: { name, key: publicKey },
    keyId,
    sign: (to, order) => ({ ...order, keyId, signature: sign(commandText(to, order)) }),
  };
}

/** An order from now (wall milliseconds), for five minutes unless told otherwise. */
export function order(now: number, given: unknown = {}, lifeMs = 300_000): Order {
  return {
    issued: new Date(now).toISOString(),
    expires: new Date(now + lifeMs).toISOString(),
    arguments: JSON.stringify(given),
  };
}
