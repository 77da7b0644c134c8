import { fail, ok, type Result } from "../../agent/base/result.ts";
import type { Fault } from "../../agent/model/fault.ts";
import type { Ask } from "../protocol/question.ts";
import type { XmlElement } from "../protocol/xml.ts";
import { monthBefore, monthOf, monthQuestion, readRecordedDays } from "./recorded-days.ts";

/** Longest that is looked back: nobody keeps more, and each month is a request. */
const MONTHS = 24;
/** A month without recordings may be one of a fault; two in a row are the end. */
const EMPTY_MONTHS = 2;

/**
 * The days that channel `channel` has recordings of, ascending, by the device's calendar; `wallMs` is what stands on
 * its wall now. The calendar of its own web page is asked and not ContentMgmt/search, which some recorders refuse for
 * long spans (DS-7716NI-I4, V4.61.030: "deviceError").
 */
export async function readRecordings(
  ask: Ask<XmlElement>,
  channel: number,
  wallMs: number,
  signal: AbortSignal,
): Promise<Result<string[], Fault>> {
  const target = `ContentMgmt/record/tracks/${channel}01/dailyDistribution`;
  let days: string[] = [];
  let empty = 0;
  let month = monthOf(wallMs);
  for (let asked = 0; asked < MONTHS && empty < EMPTY_MONTHS; asked++) {
    const answer = await ask({ target, body: monthQuestion(month) }, signal);
    if (!answer.ok) return fail(answer.error.fault);
    const found = readRecordedDays(answer.value, month);
    days = [...found, ...days];
    empty = found.length === 0 ? empty + 1 : 0;
    month = monthBefore(month);
  }
  return ok(days);
}
