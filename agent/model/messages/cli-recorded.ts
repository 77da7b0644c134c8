import type { DiskState } from "../camera.ts";
import type { Message } from "./text.ts";

const states = {
  ok: { en: "in order", vi: "bình thường" },
  failed: { en: "failed", vi: "hỏng" },
  missing: { en: "missing", vi: "không có ổ" },
  unformatted: { en: "not formatted", vi: "chưa định dạng" },
  busy: { en: "busy", vi: "đang bận" },
  full: { en: "full", vi: "đầy" },
  unknown: { en: "unknown", vi: "không rõ" },
} as const satisfies Record<DiskState, Message>;

/** Disks and recordings of a device, as `probe` and `camera test` show them. */
export const recordedTexts = {
  states,
  disks: { en: "Disks", vi: "Ổ lưu trữ" },
  disk: { en: "Disk {id}", vi: "Ổ {id}" },
  noDisks: { en: "none", vi: "không có" },
  free: { en: "{size} free", vi: "còn trống {size}" },
  smartHealthy: { en: "healthy", vi: "tốt" },
  smartFailing: { en: "failing", vi: "sắp hỏng" },
  poweredOn: { en: "powered on for {n} days", vi: "đã chạy {n} ngày" },
  recordings: { en: "Recordings", vi: "Dữ liệu ghi hình" },
  noRecordings: { en: "none", vi: "không có" },
  earliest: { en: "from {time}", vi: "từ {time}" },
  latest: { en: "until {time}", vi: "đến {time}" },
  days: { en: "{n} days, the last {last}", vi: "{n} ngày, ngày cuối {last}" },
  playback: { en: "Playback of the 10 minutes until {to}", vi: "Xem lại 10 phút đến {to}" },
  untold: { en: "not told ({code}: {seen})", vi: "không cho biết ({code}: {seen})" },
} as const;
