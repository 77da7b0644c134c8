import type { ActivityData, CameraState, EpochData, EventKind, SiteData } from "../event.ts";
import type { GapReason } from "../event-names.ts";
import type { Rung } from "../fault.ts";
import type { SiteState } from "../wire.ts";
import type { Message } from "./text.ts";

/** What each rung of the health ladder asks of a camera. */
export const rungNames: Readonly<Record<Rung, Message>> = {
  host: { en: "host answers", vi: "thiết bị trả lời" },
  port: { en: "port open", vi: "cổng mở" },
  login: { en: "login accepted", vi: "đăng nhập được" },
  describe: { en: "stream described", vi: "có mô tả luồng" },
  stream: { en: "picture arrives", vi: "nhận được hình" },
  clock: { en: "clock right", vi: "đúng giờ" },
  events: { en: "events arrive", vi: "nhận được sự kiện" },
};

export const cameraStateNames: Readonly<Record<CameraState, Message>> = {
  unknown: { en: "unknown", vi: "Chưa rõ" },
  online: { en: "healthy", vi: "Hoạt động tốt" },
  degraded: { en: "degraded", vi: "Suy giảm" },
  offline: { en: "offline", vi: "Mất kết nối" },
  maintenance: { en: "maintenance", vi: "Đang bảo trì" },
};

export const siteStateNames: Readonly<Record<SiteState["state"], Message>> = {
  online: { en: "online", vi: "Đã kết nối" },
  offline: { en: "offline", vi: "Mất kết nối" },
  stopped: { en: "stopped", vi: "Đã dừng" },
};

export const flappingName: Message = { en: "flapping", vi: "Chập chờn" };

export const eventKindNames: Readonly<Record<EventKind, Message>> = {
  motion: { en: "motion", vi: "Chuyển động" },
  tamper: { en: "tampering", vi: "Can thiệp camera" },
  device: { en: "device alarm", vi: "Cảnh báo thiết bị" },
  health: { en: "camera state", vi: "Trạng thái camera" },
  site: { en: "agent", vi: "Phần mềm tại điểm" },
  audit: { en: "access log", vi: "Nhật ký truy cập" },
  epoch: { en: "journal", vi: "Nhật ký sự kiện" },
  checkpoint: { en: "signed checkpoint", vi: "Mốc đã ký" },
  gap: { en: "events gone", vi: "Sự kiện đã mất" },
};

/** What an activity (motion, tampering, a device alarm) does; follows the kind's name: "motion started". */
export const activityWords: Readonly<Record<ActivityData["state"], Message>> = {
  started: { en: "started", vi: "bắt đầu" },
  ended: { en: "ended", vi: "kết thúc" },
  unknown: { en: "no longer known", vi: "không còn rõ" },
  pulse: { en: "seen", vi: "ghi nhận" },
};

export const activityReasons: Readonly<Record<ActivityData["reason"], Message>> = {
  reported: { en: "reported by the camera", vi: "camera báo" },
  quiet: { en: "no more news from the camera", vi: "camera không báo thêm" },
  "max-active": { en: "lasted longer than allowed", vi: "kéo dài quá thời gian cho phép" },
  "channel-lost": { en: "event channel lost", vi: "mất kênh sự kiện" },
  replayed: { en: "state when the event channel opened", vi: "trạng thái khi mở kênh sự kiện" },
};

export const siteEventNames: Readonly<Record<SiteData["what"], Message>> = {
  started: { en: "the agent started", vi: "Phần mềm đã khởi động" },
  stopped: { en: "the agent stopped", vi: "Phần mềm đã dừng" },
  "unclean-stop": {
    en: "the agent had stopped without taking leave (power loss, or it was killed)",
    vi: "Lần trước phần mềm dừng đột ngột (mất điện hoặc bị tắt cưỡng bức)",
  },
  reloaded: { en: "configuration loaded anew", vi: "Đã nạp lại cấu hình" },
  "reload-refused": {
    en: "the new configuration is wrong; the old one stays in use",
    vi: "Cấu hình mới bị lỗi; vẫn dùng cấu hình cũ",
  },
  "clock-stepped": { en: "the box's clock was moved", vi: "Đồng hồ của máy bị chỉnh" },
  "journal-recovered": {
    en: "the journal could not be gone on with; a new one has taken its place, the old file is kept",
    vi: "Nhật ký sự kiện cũ không dùng tiếp được; đã lập nhật ký mới và giữ lại tệp cũ",
  },
};

/** Why events are gone; follows their number. */
export const gapReasonNames: Readonly<Record<GapReason, Message>> = {
  size: {
    en: "they made room for newer ones (journal.maxSize)",
    vi: "nhường chỗ cho sự kiện mới hơn (journal.maxSize)",
  },
  rows: {
    en: "they made room for newer ones (journal.maxEvents)",
    vi: "nhường chỗ cho sự kiện mới hơn (journal.maxEvents)",
  },
  "disk-full": { en: "the disk was full", vi: "ổ đĩa đầy" },
  damaged: { en: "the journal's file was damaged", vi: "tệp nhật ký bị hỏng" },
  unreceipted: {
    en: "the broker had taken them, the unit sent no receipt; it may have them",
    vi: "máy chủ MQTT đã nhận, đơn vị chưa báo đã lưu; đơn vị có thể vẫn có",
  },
};

/** Why the journal counts anew. */
export const epochReasons: Readonly<Record<EpochData["reason"], Message>> = {
  created: { en: "a new journal begins", vi: "Bắt đầu nhật ký sự kiện mới" },
  "new-key": {
    en: "the journal begins anew: it is signed with another key from here on",
    vi: "Nhật ký sự kiện bắt đầu lại: từ đây được ký bằng khóa khác",
  },
  recovered: {
    en: "the journal begins anew: it was damaged, its intact events were taken over",
    vi: "Nhật ký sự kiện bắt đầu lại: tệp cũ bị hỏng, các sự kiện còn nguyên vẹn đã được chuyển sang",
  },
  foreign: {
    en: "the journal begins anew: another program's file was in its place",
    vi: "Nhật ký sự kiện bắt đầu lại: tệp ở chỗ đó là của phần mềm khác",
  },
  newer: {
    en: "the journal begins anew: the old one was of a later version of the agent",
    vi: "Nhật ký sự kiện bắt đầu lại: tệp cũ do phiên bản mới hơn tạo ra",
  },
};
