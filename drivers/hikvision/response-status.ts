import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, type Message } from "../../agent/model/messages/text.ts";
import { unitTexts } from "../../agent/model/messages/units.ts";
import { parseXml, textAt } from "../protocol/xml.ts";

/** What a device says of a request that it does not do: ResponseStatus, or userCheck where the login is in question. */
export interface Complaint {
  /** "notSupport", "deviceError"; absent where it gives none. */
  readonly subStatus?: string;
  /** The device's words: "Invalid Operation". */
  readonly words?: string;
  /** The account is locked, for so many seconds more where that is told. */
  readonly locked?: { readonly seconds?: number };
  /** Tries of the login that are left. */
  readonly triesLeft?: number;
  /** The device was never given a password. */
  readonly notActivated: boolean;
}

const WORD_LIMIT = 64;

/** Undefined where the body is no such thing. */
export function readComplaint(text: string): Complaint | undefined {
  const root = parseXml(text);
  if (!root.ok || !/^(?:ResponseStatus|userCheck)$/i.test(root.value.name)) return undefined;
  const word = (name: string) => textAt(root.value, name)?.slice(0, WORD_LIMIT);
  const whole = (name: string) => {
    const digits = word(name);
    return digits !== undefined && /^\d{1,9}$/.test(digits) ? Number(digits) : undefined;
  };
  const subStatus = word("subStatusCode");
  const words = word("statusString");
  const seconds = whole("unlockTime");
  const triesLeft = whole("retryLoginTime");
  // "unlock" is the other word of lockStatus.
  const locked =
    word("lockStatus")?.toLowerCase() === "lock" || /(?:user|account|ip).*lock/i.test(subStatus ?? "");
  return {
    ...(subStatus !== undefined && { subStatus }),
    ...(words !== undefined && { words }),
    ...(locked && { locked: seconds ? { seconds } : {} }),
    ...(triesLeft !== undefined && { triesLeft }),
    notActivated: /notActivated/i.test(subStatus ?? "") || word("isActivated") === "false",
  };
}

/** `seen`, and what the device says of it. */
export function withComplaint(seen: Message, complaint: Complaint | undefined): Message {
  if (!complaint) return seen;
  if (complaint.notActivated) return compose(evidenceTexts.notActivated, { seen });
  if (complaint.locked) return lockSeen(seen, complaint.locked.seconds);
  if (complaint.triesLeft !== undefined)
    return compose(evidenceTexts.triesLeft, { seen, n: complaint.triesLeft });
  const { words, subStatus } = complaint;
  const detail = [words, subStatus].filter((word) => word !== undefined).join(", ");
  return detail === "" ? seen : compose(evidenceTexts.detail, { seen, detail });
}

function lockSeen(seen: Message, seconds: number | undefined): Message {
  if (seconds === undefined) return compose(evidenceTexts.accountLocked, { seen });
  const time = compose(unitTexts.minutes, { n: Math.ceil(seconds / 60) });
  return compose(evidenceTexts.accountLockedFor, { seen, time });
}

/** The device has no such request, as against refusing it this time. */
export function isUnsupported({ subStatus }: Complaint): boolean {
  return /^(?:notSupport|methodNotAllowed|invalidOperation)$/i.test(subStatus ?? "");
}

/** The login is right, and this user may not. */
export function isForbidden({ subStatus }: Complaint): boolean {
  return /^(?:lowPrivilege|noPermission|noOperatePermission|permissionDenied|notAllowed)$/i.test(
    subStatus ?? "",
  );
}
