import type { CameraConfig } from "../model/config.ts";
import { importTexts as texts } from "../model/messages/cli-camera-import.ts";
import { compose, type Message } from "../model/messages/text.ts";
import { visible } from "../model/visible.ts";
import { placeKey } from "./camera-place.ts";

type Seen = Map<string, number | undefined>;

/** What the cameras of a configuration and the rows before have, and no further row may have. */
export class Taken {
  /** By what, the row that has it; undefined of the configuration's. */
  readonly #ids: Seen;
  readonly #names: Seen;
  readonly #places: Seen;

  constructor(known: readonly CameraConfig[]) {
    const seen = (key: (camera: CameraConfig) => string): Seen =>
      new Map(known.map((camera) => [key(camera), undefined]));
    this.#ids = seen(({ id }) => id);
    this.#names = seen(({ name }) => name);
    this.#places = seen(placeKey);
  }

  get ids(): ReadonlySet<string> {
    return new Set(this.#ids.keys());
  }

  /** Takes it for the row `line`; who has it already, if somebody has. */
  id(value: string, line: number): Message | undefined {
    return take(this.#ids, value, line, texts.sameId, texts.knownId);
  }

  name(value: string, line: number): Message | undefined {
    return take(this.#names, value, line, texts.sameName, texts.knownName);
  }

  /** As `placeKey` gives it. */
  place(value: string, line: number): Message | undefined {
    return take(this.#places, value, line, texts.samePlace, texts.knownPlace);
  }
}

function take(seen: Seen, value: string, line: number, again: Message, also: Message): Message | undefined {
  if (!seen.has(value)) {
    seen.set(value, line);
    return undefined;
  }
  const first = seen.get(value);
  const found = visible(value);
  return first === undefined ? compose(also, { found }) : compose(again, { found, line: first });
}
