import { unreachable } from "../base/result.ts";
import { type Line, span } from "../core/terminal.ts";
import type { ActivityData, Event, HealthData } from "../model/event.ts";
import { causeTexts } from "../model/messages/causes.ts";
import { showTexts } from "../model/messages/cli-show.ts";
import {
  activityReasons,
  activityWords,
  cameraStateNames,
  epochReasons,
  eventKindNames,
  gapReasonNames,
  siteEventNames,
} from "../model/messages/states.ts";
import { fill, type Language } from "../model/messages/text.ts";
import { showAudit } from "./show-audit.ts";

/** What happened, in words, without when and where. */
export function showEvent(event: Event, language: Language): Line {
  switch (event.type) {
    case "vn.camera.motion.v1":
      return showActivity("motion", event.data, language);
    case "vn.camera.tamper.v1":
      return showActivity("tamper", event.data, language);
    case "vn.camera.device.v1":
      return showActivity("device", event.data, language);
    case "vn.camera.health.v1":
      return showHealth(event.data, language);
    case "vn.camera.site.v1":
      return [
        span(siteEventNames[event.data.what][language], "cyan"),
        span(event.data.detail ? ` (${event.data.detail})` : "", "dim"),
      ];
    case "vn.camera.audit.v1":
      return showAudit(event.data, language);
    case "vn.camera.epoch.v1":
      return [span(epochReasons[event.data.reason][language], "cyan")];
    case "vn.camera.checkpoint.v1":
      return [span(fill(showTexts.checkpoint, language, { seq: event.data.seq }), "dim")];
    case "vn.camera.gap.v1": {
      const { count, reason } = event.data;
      const parameters = { n: count, reason: gapReasonNames[reason][language] };
      if (reason === "unreceipted")
        return [span(fill(showTexts.gapUnreceipted, language, parameters), "yellow")];
      return [span(fill(showTexts.gap, language, parameters), "red")];
    }
    default:
      return unreachable(event);
  }
}

function showActivity(
  kind: "motion" | "tamper" | "device",
  { state, reason }: ActivityData,
  language: Language,
): Line {
  const lit = state === "started" || state === "pulse";
  const why = reason === "reported" ? "" : ` (${activityReasons[reason][language]})`;
  return [
    span(`${eventKindNames[kind][language]} ${activityWords[state][language]}`, lit ? "yellow" : "dim"),
    span(why, "dim"),
  ];
}

function showHealth(data: HealthData, language: Language): Line {
  const style = data.to === "online" ? "green" : data.to === "offline" ? "red" : "yellow";
  const change = fill(showTexts.healthChange, language, {
    from: cameraStateNames[data.from][language],
    to: cameraStateNames[data.to][language],
  });
  const flapping = data.flapping ? ` ~ ${showTexts.flappingBegan[language]}` : "";
  const cause = data.cause ? `  ${data.code ?? ""} ${causeTexts[data.cause].what[language]}` : "";
  return [span(change, style), span(flapping, "magenta"), span(cause)];
}
