/** A look at a camera, monotonic milliseconds. */
export interface Look {
  readonly began: number;
  readonly ended: number;
}

export interface LookPace {
  /** Milliseconds from the end of this look to the next one at most. */
  readonly pause: number;
  /** Milliseconds from the beginning of one look to that of the next at most. */
  readonly interval: number;
  /** Where in the interval the camera's looks stand, in [0, 1). */
  readonly place: number;
}

/** The moment of a look that came a little early is not the moment of the next one. */
const EARLY = 0.01;
/** Between two looks, of the pause. Whoever takes all of it to answer is not looked at without end. */
const REST = 0.1;
/** … where the pause is that of looks which confirm a fault: closer together they would see one fault of seconds thrice. */
const REST_TO_CONFIRM = 0.9;

/**
 * When a camera is looked at next, monotonic milliseconds. It has moments of its own, an interval apart, and is looked
 * at sooner where `pause` is over sooner. Counted from the end of looks, those that last long (silence: ten seconds)
 * would be as much late; with moments of their own, cameras that a common fault brought into step fall out of it again.
 */
export function nextLook({ began, ended }: Look, { pause, interval, place }: LookPace): number {
  const moments = Math.floor(began / interval - place + EARLY) + 1;
  const moment = (moments + place) * interval;
  const rest = pause < interval ? REST_TO_CONFIRM : REST;
  return Math.max(Math.min(ended + pause, moment), ended + rest * pause);
}

/** The golden ratio's: of neighbours, however many, each is as far from the others as can be. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Place of the `nth` camera of a site: the channels of a recorder stand beside each other there, and never ask at once. */
export function placeOf(nth: number): number {
  return (nth * GOLDEN) % 1;
}
