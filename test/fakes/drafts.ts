import type { EventDraft } from "../../agent/model/event.ts";

/** A motion event as an ONVIF camera would cause it; `n` tells it apart from others. */
export function motionDraft(n: number, camera = "cam-1"): EventDraft {
  return {
    kind: "motion",
    camera,
    at: Date.UTC(2026, 10, 24, 1, 0, 0) + n,
    data: {
      state: "started",
      activity: `activity-${n}`,
      reason: "reported",
      topic: "RuleEngine/CellMotionDetector/Motion",
      source: "VideoSource_1",
      cameraTime: "2026-11-24T08:00:00+07:00",
      cameraOffsetMs: -120,
      fields: { IsMotion: "true", Rule: "MyMotionDetectorRule" },
    },
  };
}
