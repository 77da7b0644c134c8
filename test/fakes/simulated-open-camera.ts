import { createCamera, type SimulatedCamera } from "./camera.ts";
import { http, soapEnvelope } from "./simulated-client.ts";
import { TestClock } from "./test-clock.ts";

/** What a behaviour does is looked at without logins, which have tests of their own. */
export const openCamera = (clock = new TestClock()) =>
  createCamera({ onvif: { authentication: "none" }, rtsp: { schemes: [] }, clock });

export async function soap(
  camera: SimulatedCamera,
  action: string,
  content = "",
  path = "/onvif/event_service",
) {
  const answer = await http({ port: camera.onvifPort, path, body: soapEnvelope(action, content) });
  return { status: answer.status, text: answer.body.toString("utf8") };
}

export async function subscribe(camera: SimulatedCamera): Promise<{ address: string; path: string }> {
  const { text } = await soap(camera, "tev:CreatePullPointSubscription");
  const address = /<wsa:Address>(.*?)<\/wsa:Address>/.exec(text)?.[1] ?? "";
  return { address, path: `/onvif/subscription?subscription=${/subscription=(\d+)/.exec(address)?.[1]}` };
}

export const pull = (camera: SimulatedCamera, path: string, timeout = "PT60S") =>
  soap(
    camera,
    "tev:PullMessages",
    `<tev:Timeout>${timeout}</tev:Timeout><tev:MessageLimit>10</tev:MessageLimit>`,
    path,
  );
