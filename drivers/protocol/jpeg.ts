import { fail, ok, type Result } from "../../agent/base/result.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import type { HttpAnswer } from "./http-client.ts";

/** Largest picture that is taken, bytes: a JPEG of 12 megapixels at high quality. */
export const PICTURE_BYTES = 8_388_608;

/** What a device says in place of a picture, in its make's words; undefined of an answer with 200 that says nothing. */
export type RefusalIn = (answer: HttpAnswer) => Fault | undefined;

/** The picture in an answer. */
export function readJpeg(answer: HttpAnswer, refusalIn: RefusalIn): Result<Uint8Array, Fault> {
  const { status, header, body } = answer;
  // JPEG's start of image. Cameras name any type, and answer 200 with an HTML page when their sensor is gone.
  if (status === 200 && body[0] === 0xff && body[1] === 0xd8 && body[2] === 0xff) return ok(body);
  const refused = refusalIn(answer);
  if (refused) return fail(refused);
  const type = header("content-type")?.slice(0, 64) ?? evidenceTexts.noType;
  return fail(fault("answer-garbled", compose(evidenceTexts.notJpeg, { bytes: body.byteLength, type })));
}
