import * as z from "zod";
import { fail, ok } from "../../../agent/base/result.ts";
import type { CameraFacts, CameraSession, Driver } from "../../../agent/model/camera.ts";
import type { CameraConfig } from "../../../agent/model/config.ts";
import { fault } from "../../../agent/model/fault.ts";
import { evidenceTexts } from "../../../agent/model/messages/evidence.ts";
import { compose } from "../../../agent/model/messages/text.ts";
import { clockRung, offsetFrom } from "../../../drivers/protocol/device-clock.ts";
import { endpointOf, httpUrl, rtspAddress } from "../../../drivers/protocol/endpoint.ts";
import { HttpDevice } from "../../../drivers/protocol/http-device.ts";
import { parseJson } from "../../../drivers/protocol/json.ts";
import { endedBy, reached, well, withStream } from "../../../drivers/protocol/report.ts";
import { motionOf } from "../../../drivers/rtsp/motion-source.ts";
import type { AxisConfig } from "./config.ts";

/** Axis cameras by VAPIX (developer.axis.com/vapix): health and pictures; motion is told from the stream. */
export const axis: Driver<CameraConfig | AxisConfig> = {
  open({ config, login }, context) {
    if (config.driver !== "axis") throw new Error(`camera ${config.id} is no Axis camera`);
    const endpoint = endpointOf(config.address);
    const device = context.host.shared("axis", login, () => new HttpDevice(endpoint, login, context));
    const view = `camera=${config.channel}${config.stream === "sub" ? "&resolution=640x360" : ""}`;
    const url = rtspAddress(endpoint.hostname, config.rtspPort, `/axis-media/media.amp?${view}`);
    const picture = `/axis-cgi/jpg/image.cgi?camera=${config.channel}`;
    let facts: CameraFacts = { streamUri: url, snapshotUri: httpUrl(endpoint, picture).href };
    const session: CameraSession = {
      async probe(signal) {
        const told = await ask(device, properties, signal);
        if (!told.ok) return endedBy({ rungs: {}, facts }, told.error);
        facts = { ...facts, manufacturer: "Axis", ...told.value };
        const sentAt = context.clock.wall();
        const time = await ask(device, dateTime, signal);
        const offset = time.ok ? offsetFrom(time.value, sentAt, context.clock.wall()) : undefined;
        const clock = clockRung(offset, unreadable, context.health().clockTolerance);
        const report = reached(facts, { login: well, clock }, offset);
        return withStream(report, { url, login, context, signal });
      },
      snapshot: (signal) => device.picture(picture, signal),
    };
    return config.events ? { ...session, events: motionOf({ url, login, context }, "medium") } : session;
  },
};

/** A question of VAPIX in JSON, and what is made of the `data` that it is answered with. */
interface Question<T> {
  readonly cgi: string;
  readonly method: string;
  readonly data: z.ZodType<T>;
}

const word = z.string().trim().max(128).catch("");
const properties: Question<CameraFacts> = {
  cgi: "basicdeviceinfo.cgi",
  method: "getAllProperties",
  data: z
    .object({ propertyList: z.object({ ProdNbr: word, SerialNumber: word, Version: word }) })
    .transform(({ propertyList: { ProdNbr: model, SerialNumber: serial, Version: firmware } }) => {
      return { model, serial, firmware };
    }),
};
/** UTC, milliseconds. */
const dateTime: Question<number> = {
  cgi: "time.cgi",
  method: "getDateTimeInfo",
  data: z.object({ dateTime: z.iso.datetime() }).transform((told) => Date.parse(told.dateTime)),
};
const unreadable = compose(evidenceTexts.noDeviceTime, { request: "time.cgi getDateTimeInfo" });

async function ask<T>(device: HttpDevice, { cgi, method, data }: Question<T>, signal: AbortSignal) {
  const body = JSON.stringify({ apiVersion: "1.0", method });
  const got = await device.fetch({ path: `/axis-cgi/${cgi}`, body }, signal);
  if (!got.ok) return got;
  const seen = compose(evidenceTexts.answerTo, { answer: `HTTP ${got.value.status}`, request: cgi });
  if (got.value.status !== 200) return fail(fault("request-refused", seen));
  const read = z.object({ data }).safeParse(parseJson(got.value.body.toString("utf8")));
  if (read.success) return ok(read.data.data);
  return fail(fault("answer-garbled", compose(evidenceTexts.otherAnswer, { seen })));
}
