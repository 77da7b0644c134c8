import type { commandArguments, RefusalReason } from "../command.ts";
import type { Message } from "./text.ts";

/** What the unit asks for, in words. */
export const commandNames: Readonly<Record<keyof typeof commandArguments, Message>> = {
  ping: { en: "is the site there?", vi: "Hỏi điểm có hoạt động không" },
  receipt: { en: "receipt of events", vi: "Báo đã lưu sự kiện" },
  resend: { en: "send events again", vi: "Yêu cầu gửi lại sự kiện" },
  checkpoint: { en: "sign the journal now", vi: "Yêu cầu ký nhật ký ngay" },
};

/** Why a command was refused. */
export const refusalTexts: Readonly<Record<RefusalReason, Message>> = {
  "too-large": { en: "it is too large", vi: "lệnh quá dài" },
  malformed: { en: "it is not as the contract says", vi: "lệnh sai định dạng" },
  retained: { en: "the broker had kept it", vi: "lệnh cũ do máy chủ MQTT giữ lại" },
  "unknown-command": { en: "the site knows no such command", vi: "điểm không có lệnh này" },
  unsigned: { en: "it has no signature", vi: "lệnh không có chữ ký" },
  "no-keys": {
    en: "no officer's key is configured at the site (unit.commandKeys)",
    vi: "điểm chưa khai báo khóa của cán bộ nào (unit.commandKeys)",
  },
  "unknown-key": {
    en: "the key is of nobody who may command the site",
    vi: "khóa không thuộc người được ra lệnh",
  },
  "bad-signature": {
    en: "the signature is not of that key and this command",
    vi: "chữ ký không khớp với khóa và nội dung lệnh",
  },
  "too-long-lived": { en: "it would be valid for too long", vi: "thời hạn của lệnh quá dài" },
  "not-yet": {
    en: "it was issued in the future of the site's clock",
    vi: "giờ ra lệnh sau giờ của điểm",
  },
  expired: { en: "it has expired", vi: "lệnh đã quá hạn" },
  replayed: { en: "it was taken before", vi: "lệnh này đã được nhận trước đó" },
  busy: { en: "there are too many", vi: "có quá nhiều lệnh" },
  "not-written": {
    en: "the site cannot write it down: disk full or read-only",
    vi: "điểm không ghi lại được lệnh: ổ đĩa đầy hoặc chỉ đọc",
  },
  "unknown-epoch": { en: "the journal has no such epoch", vi: "nhật ký không có kỳ này" },
  "beyond-head": { en: "there are no such events yet", vi: "chưa có những sự kiện này" },
  backwards: { en: "an earlier receipt went further", vi: "lần báo trước đã đến số lớn hơn" },
  gone: { en: "the events are no longer there", vi: "các sự kiện này không còn nữa" },
  stopping: { en: "the agent was about to stop", vi: "phần mềm đang dừng" },
};
