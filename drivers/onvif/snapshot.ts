import { fail, ok, type Result } from "../../agent/base/result.ts";
import type { DriverContext, Login } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, type Message } from "../../agent/model/messages/text.ts";
import { exchange, type HttpAnswer } from "../protocol/http-client.ts";
import { Authenticator, parseChallenges } from "../protocol/http-digest.ts";

/** Largest picture that is taken, bytes: a JPEG of 12 megapixels at high quality. */
const PICTURE_BYTES = 8_388_608;

/** Fetches one JPEG, with Digest or Basic where the camera asks for it. To be run in one of the host's request slots. */
export async function fetchSnapshot(
  url: URL,
  login: Login | undefined,
  { clock, host, health }: DriverContext,
  signal: AbortSignal,
): Promise<Result<Uint8Array, Fault>> {
  const get = (headers: Record<string, string>) =>
    exchange(
      { method: "GET", url, headers },
      {
        clock,
        connectTimeout: health().requestTimeout,
        answerTimeout: health().requestTimeout,
        bodyBytes: PICTURE_BYTES,
      },
      signal,
    );
  const free = await get({});
  if (!free.ok) return free;
  if (free.value.status !== 401) return readPicture(free.value);
  if (!login) return fail(fault("login-missing", answered(401)));
  const held = host.refusal(login, "http");
  if (held) return fail(held);
  const authenticator = new Authenticator();
  if (!authenticator.accept(parseChallenges(free.value.challenges)))
    return fail(fault("login-scheme", compose(evidenceTexts.withoutScheme, { seen: answered(401) })));
  const uri = `${url.pathname}${url.search}`;
  const Authorization = authenticator.authorize({ ...login, method: "GET", uri }) ?? "";
  const answer = await get({ Authorization });
  if (!answer.ok) return answer;
  if (answer.value.status === 401)
    return fail(host.rejected(login, compose(evidenceTexts.withLogin, { seen: answered(401) }), "http"));
  host.accepted(login, "http");
  return readPicture(answer.value);
}

function readPicture({ status, header, body }: HttpAnswer): Result<Uint8Array, Fault> {
  if (status === 403) return fail(fault("login-forbidden", answered(status)));
  if (status !== 200) return fail(fault("request-refused", answered(status)));
  // JPEG's start of image. Cameras name any type, and answer 200 with an HTML page when their sensor is gone.
  if (body[0] === 0xff && body[1] === 0xd8 && body[2] === 0xff) return ok(body);
  const type = header("content-type")?.slice(0, 64) ?? evidenceTexts.noType;
  return fail(fault("answer-garbled", compose(evidenceTexts.notJpeg, { bytes: body.byteLength, type })));
}

function answered(status: number): Message {
  const request = evidenceTexts.pictureRequest;
  return compose(evidenceTexts.answerTo, { answer: `HTTP ${status}`, request });
}
