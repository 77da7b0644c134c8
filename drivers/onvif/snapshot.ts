import type { Result } from "../../agent/base/result.ts";
import type { DriverContext, Login } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import { inSlot } from "../protocol/given-up.ts";
import { exchange } from "../protocol/http-client.ts";
import { HttpLogin } from "../protocol/http-login.ts";
import { PICTURE_BYTES, readJpeg } from "../protocol/jpeg.ts";

/** Fetches one JPEG, with Digest or Basic where the camera asks for it. */
export async function fetchSnapshot(
  url: URL,
  login: Login | undefined,
  { clock, host, health }: DriverContext,
  signal: AbortSignal,
): Promise<Result<Uint8Array, Fault>> {
  const name = evidenceTexts.pictureRequest;
  const request = { method: "GET" as const, url, name };
  const timeout = health().requestTimeout;
  const limits = { clock, connectTimeout: timeout, answerTimeout: timeout, bodyBytes: PICTURE_BYTES };
  const answer = await inSlot(host, signal, () =>
    new HttpLogin(login).send(request, host, (headers) =>
      exchange({ method: "GET", url, headers }, limits, signal),
    ),
  );
  if (!answer.ok) return answer;
  return readJpeg(answer.value, ({ status }) => {
    if (status === 200) return undefined;
    const seen = compose(evidenceTexts.answerTo, { answer: `HTTP ${status}`, request: name });
    return fault(status === 403 ? "login-forbidden" : "request-refused", seen);
  });
}
