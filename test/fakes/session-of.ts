import { systemClock } from "../../agent/base/clock.ts";
import { connectUplink, type UplinkOptions } from "../../agent/io/mqtt.ts";
import { type BrokerConfig, configSchema } from "../../agent/model/config.ts";
import type { UplinkEnd, UplinkRequest, UplinkSession } from "../../agent/model/uplink.ts";

/** A broker section as `config.yaml` would give it, with its defaults. */
export function brokerConfig(broker: { readonly url: string } & Record<string, unknown>): BrokerConfig {
  return configSchema.parse({
    site: { id: "site-1", name: "Site 1" },
    unit: { id: "unit-1", name: "Unit 1" },
    broker,
  }).broker;
}

export const request: UplinkRequest = {
  will: { topic: "cam/v1/unit-1/site-1/state", payload: '{"state":"offline","session":1,"bootid":"boot"}' },
  subscribe: [],
  onMessage: () => undefined,
};

export function connector(broker: BrokerConfig, options: Partial<UplinkOptions> = {}) {
  return connectUplink({ broker, clientId: "site-1", login: undefined, clock: systemClock, ...options });
}

export const never = new AbortController().signal;

export function isSession(answer: UplinkSession | UplinkEnd): answer is UplinkSession {
  return "publish" in answer;
}

/** Connects and expects to succeed. */
export async function sessionOf(
  broker: BrokerConfig,
  asked: UplinkRequest = request,
  options: Partial<UplinkOptions> = {},
): Promise<UplinkSession> {
  const answer = await connector(broker, options)(asked, never);
  if (!isSession(answer)) throw new Error(answer.reason.en);
  return answer;
}

/** Connects and expects to fail. */
export async function endOf(
  broker: BrokerConfig,
  asked: UplinkRequest = request,
  options: Partial<UplinkOptions> = {},
): Promise<UplinkEnd> {
  const answer = await connector(broker, options)(asked, never);
  if (!isSession(answer)) return answer;
  await answer.end();
  throw new Error("connected");
}
