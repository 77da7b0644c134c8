import type { Cause } from "../fault.ts";
import { dutyCauses } from "./causes-duty.ts";
import { loginCauses } from "./causes-login.ts";
import { networkCauses } from "./causes-network.ts";
import { streamCauses } from "./causes-stream.ts";
import type { CauseText } from "./text.ts";

/** Every cause in words, in the order of the ladder. */
export const causeTexts: Readonly<Record<Cause, CauseText>> = {
  ...networkCauses,
  ...loginCauses,
  ...streamCauses,
  ...dutyCauses,
};
