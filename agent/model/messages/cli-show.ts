import type { Message } from "./text.ts";

/** Words that `watch`, `status` and `demo` share. */
export const showTexts = {
  columnState: { en: "state", vi: "trạng thái" },
  columnSite: { en: "site", vi: "điểm" },
  columnCamera: { en: "camera", vi: "camera" },
  columnDetail: { en: "cause, or what the stream is", vi: "nguyên nhân, hoặc luồng hình" },
  columnSince: { en: "since", vi: "từ lúc" },
  columnFor: { en: "for", vi: "đã được" },
  columnClock: { en: "clock", vi: "lệch giờ" },
  columnMotion: { en: "motion", vi: "chuyển động" },

  motionActive: { en: "motion", vi: "có" },
  motionIdle: { en: "quiet", vi: "không" },
  motionUnknown: { en: "unknown", vi: "chưa rõ" },

  stream: {
    en: "{codec} {width}×{height} {fps} fps {kbits} kbit/s",
    vi: "{codec} {width}×{height} {fps} hình/s {kbits} kbit/s",
  },
  packetsLost: { en: "{n} packets lost", vi: "mất {n} gói tin" },
  packetLost: { en: "1 packet lost", vi: "mất 1 gói tin" },

  clockRight: { en: "right", vi: "đúng giờ" },
  clockAhead: { en: "{age} ahead of this box", vi: "nhanh hơn máy này {age}" },
  clockBehind: { en: "{age} behind this box", vi: "chậm hơn máy này {age}" },

  ago: { en: "{age} ago", vi: "{age} trước" },

  healthChange: { en: "{from} → {to}", vi: "{from} → {to}" },
  auditDone: { en: "{action}: done", vi: "{action}: đã thực hiện" },
  auditRefused: { en: "{action}: refused, {reason}", vi: "{action}: bị từ chối, {reason}" },
  auditCount: { en: "{n} times", vi: "{n} lần" },
  auditSuppressed: {
    en: "{n} more were neither answered nor written down",
    vi: "{n} lệnh khác không được trả lời và không ghi lại",
  },
  checkpoint: { en: "journal signed up to event {seq}", vi: "đã ký nhật ký đến sự kiện {seq}" },
  gap: {
    en: "{n} events are gone that were never sent: {reason}",
    vi: "Mất {n} sự kiện chưa kịp gửi: {reason}",
  },
  gapUnreceipted: {
    en: "{n} events are kept by the site no more: {reason}",
    vi: "Điểm không còn lưu {n} sự kiện: {reason}",
  },
  flappingBegan: { en: "changes too often", vi: "thay đổi quá nhiều lần" },
} as const satisfies Record<string, Message>;
