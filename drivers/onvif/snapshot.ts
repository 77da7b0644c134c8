import { fail, ok, type Result } from "../../agent/base/result.ts";
import type { DriverContext, Login } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
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
  if (!login) return fail(fault("login-missing", "HTTP 401 to GET of the snapshot"));
  const held = host.refusal(login, "http");
  if (held) return fail(held);
  const authenticator = new Authenticator();
  if (!authenticator.accept(parseChallenges(free.value.challenges)))
    return fail(fault("login-scheme", "HTTP 401 to GET of the snapshot, without Digest or Basic"));
  const uri = `${url.pathname}${url.search}`;
  const Authorization = authenticator.authorize({ ...login, method: "GET", uri }) ?? "";
  const answer = await get({ Authorization });
  if (!answer.ok) return answer;
  if (answer.value.status === 401)
    return fail(host.rejected(login, "HTTP 401 to GET of the snapshot with login", "http"));
  host.accepted(login, "http");
  return readPicture(answer.value);
}

function readPicture({ status, header, body }: HttpAnswer): Result<Uint8Array, Fault> {
  if (status === 403) return fail(fault("login-forbidden", "HTTP 403 to GET of the snapshot"));
  if (status !== 200) return fail(fault("request-refused", `HTTP ${status} to GET of the snapshot`));
  // JPEG's start of image. Cameras name any type, and answer 200 with an HTML page when their sensor is gone.
  if (body[0] === 0xff && body[1] === 0xd8 && body[2] === 0xff) return ok(body);
  const type = (header("content-type") ?? "no type").slice(0, 64);
  return fail(fault("answer-garbled", `snapshot is no JPEG: ${body.byteLength} bytes of ${type}`));
}
