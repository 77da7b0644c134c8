import { fail, ok, type Result } from "../../agent/base/result.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import type { IsapiClient } from "./client.ts";
import { readComplaint } from "./response-status.ts";
import { judgeRefusal } from "./verdict.ts";

/** Largest picture that is taken, bytes: a JPEG of 12 megapixels at high quality. */
const PICTURE_BYTES = 8_388_608;

/** One JPEG. Recorders refuse it for channels that are offline ("deviceError"), old ones for every channel. */
export async function fetchSnapshot(
  client: IsapiClient,
  path: string,
  signal: AbortSignal,
): Promise<Result<Uint8Array, Fault>> {
  const answer = await client.fetch({ path, bodyBytes: PICTURE_BYTES }, signal);
  if (!answer.ok) return answer;
  const { status, header, body } = answer.value;
  // JPEG's start of image; devices name any type.
  if (status === 200 && body[0] === 0xff && body[1] === 0xd8 && body[2] === 0xff) return ok(body);
  const complaint = readComplaint(body.toString("utf8", 0, 4_096));
  if (status !== 200 || complaint) return fail(judgeRefusal(path, answer.value, complaint).fault);
  const type = header("content-type")?.slice(0, 64) ?? evidenceTexts.noType;
  return fail(fault("answer-garbled", compose(evidenceTexts.notJpeg, { bytes: body.byteLength, type })));
}
