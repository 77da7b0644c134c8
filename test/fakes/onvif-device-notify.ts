import { request } from "node:http";
import { type EventMessage, notificationXml } from "./onvif-device-message.ts";
import { envelopeXml } from "./onvif-device-soap.ts";

/** Sends an event to who subscribed with an address of its own (WS-BaseNotification); gives the status, 0 for none. */
export function notify(consumer: string, message: EventMessage): Promise<number> {
  return post(consumer, envelopeXml(`<wsnt:Notify>${notificationXml(message)}</wsnt:Notify>`));
}

export function post(url: string, body: string | Buffer, method = "POST"): Promise<number> {
  return new Promise((resolve) => {
    const sending = request(
      url,
      { method, headers: { "Content-Length": Buffer.byteLength(body) } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    sending.on("error", () => resolve(0));
    sending.end(body);
  });
}
