import { answerOf, garbage } from "./behaviours-answers.ts";
import { halfOpen, oneByteASecond, refuses, resets } from "./behaviours-connection.ts";
import { noProfiles, unauthorizedAfter, wrongClock } from "./behaviours-device.ts";
import {
  emptyPullsAtOnce,
  endsSubscriptionAtAnyError,
  everythingInitialized,
  losesEverySubscription,
  type MalformedReference,
  malformedSubscriptionReference,
  noEvents,
  rebootsSubscriptions,
  stuckMotion,
  subscriptionDiesSilently,
} from "./behaviours-events.ts";
import type { Behaviour } from "./behaviours-hooks.ts";
import { cutsStreamAfter, describesButSendsNoRtp, losesPackets, noKeyframe } from "./behaviours-stream.ts";

export type { Behaviour } from "./behaviours-hooks.ts";
export {
  answerOf,
  cutsStreamAfter,
  describesButSendsNoRtp,
  emptyPullsAtOnce,
  endsSubscriptionAtAnyError,
  everythingInitialized,
  garbage,
  halfOpen,
  losesEverySubscription,
  losesPackets,
  malformedSubscriptionReference,
  noEvents,
  noKeyframe,
  noProfiles,
  oneByteASecond,
  rebootsSubscriptions,
  refuses,
  resets,
  stuckMotion,
  subscriptionDiesSilently,
  unauthorizedAfter,
  wrongClock,
};

/** What a behaviour can be told over a process boundary: a number or one of its words. */
export type BehaviourArgument = number | string;

/** Name → maker of every behaviour. Without an argument each shows itself with its default. */
const behaviours = {
  refuses,
  resets,
  halfOpen,
  oneByteASecond: (argument) => oneByteASecond(numberIn(argument)),
  answerOf: (argument) => answerOf(numberIn(argument)),
  garbage: (argument) => garbage(wordIn(argument, ["bytes", "body"])),
  wrongClock: (argument) => wrongClock(numberIn(argument)),
  unauthorizedAfter: (argument) => unauthorizedAfter(numberIn(argument)),
  noProfiles,
  noEvents,
  subscriptionDiesSilently: (argument) => subscriptionDiesSilently(wordIn(argument, ["deaf", "mute"])),
  rebootsSubscriptions,
  losesEverySubscription,
  endsSubscriptionAtAnyError,
  emptyPullsAtOnce,
  malformedSubscriptionReference: (argument) =>
    malformedSubscriptionReference(wordIn<MalformedReference>(argument, malformedReferences)),
  stuckMotion,
  everythingInitialized,
  describesButSendsNoRtp,
  noKeyframe,
  losesPackets: (argument) => losesPackets(numberIn(argument)),
  cutsStreamAfter: (argument) => cutsStreamAfter(numberIn(argument)),
} satisfies Record<string, (argument?: BehaviourArgument) => Behaviour>;

export type BehaviourName = keyof typeof behaviours;

export const behaviourNames = Object.keys(behaviours) as readonly BehaviourName[];

/** Throws for an argument that the behaviour does not know. */
export function behaviourNamed(name: BehaviourName, argument?: BehaviourArgument): Behaviour {
  return behaviours[name](argument);
}

const malformedReferences = ["missing-host", "empty", "garbage", "wrong-host"] as const;

function numberIn(argument: BehaviourArgument | undefined): number | undefined {
  if (argument === undefined || typeof argument === "number") return argument;
  throw new Error(`a behaviour wants a number, not "${argument}"`);
}

function wordIn<W extends string>(
  argument: BehaviourArgument | undefined,
  words: readonly W[],
): W | undefined {
  const word = words.find((candidate) => candidate === argument);
  if (argument === undefined || word !== undefined) return word;
  throw new Error(`a behaviour wants one of ${words.join(", ")}, not "${argument}"`);
}
