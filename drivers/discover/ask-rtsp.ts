import { parseChallenges } from "../protocol/http-digest.ts";
import { RtspConnection } from "../protocol/rtsp-connection.ts";
import { header } from "../protocol/rtsp-message.ts";
import type { AskLimits } from "./ask-http.ts";
import type { Observation } from "./found-device.ts";
import { plainText } from "./plain-text.ts";

/** OPTIONS without a login. Undefined where RTSP is not spoken. */
export async function askRtsp(
  host: string,
  port: number,
  { clock, answerMs }: AskLimits,
  signal: AbortSignal,
): Promise<Extract<Observation, { kind: "rtsp" }> | undefined> {
  try {
    const opened = await RtspConnection.open({ host, port }, clock, answerMs, signal);
    if (!opened.ok) return undefined;
    const connection = opened.value;
    try {
      const authority = host.includes(":") ? `[${host}]` : host;
      const answer = await connection.request(
        "OPTIONS",
        `rtsp://${authority}:${port}/`,
        {},
        answerMs,
        signal,
      );
      if (!answer.ok) return undefined;
      const { status, headers } = answer.value;
      const server = plainText(header(headers, "server"));
      const challenges = parseChallenges(headers.get("www-authenticate") ?? []);
      const realm = plainText(challenges[0]?.parameters.get("realm"));
      return { kind: "rtsp", port, status, ...(server && { server }), ...(realm && { realm }) };
    } finally {
      connection.close();
    }
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
