import type { Message } from "./text.ts";

export const checkConfigTexts = {
  summary: {
    en: "check the configuration and say what is wrong with it",
    vi: "kiểm tra cấu hình và cho biết chỗ sai",
  },
  usage: {
    en: "Reads the configuration and the secrets file as the agent would and tells every problem at once, with its line. Changes nothing and connects to nothing.",
    vi: "Đọc cấu hình và tệp mật khẩu giống như khi chạy, báo mọi lỗi một lượt kèm số dòng. Không thay đổi và không kết nối gì.",
  },
  exitFine: {
    en: "the configuration is right (there may be warnings)",
    vi: "cấu hình đúng (có thể có cảnh báo)",
  },
  exitWrong: {
    en: "the configuration is wrong, or the command was",
    vi: "cấu hình sai, hoặc dùng sai lệnh",
  },
  fine: { en: "{file} is right.", vi: "{file} đúng." },
  errorCount: { en: "problems: {count}", vi: "số lỗi: {count}" },
  site: { en: "site", vi: "điểm" },
  unit: { en: "monitoring unit", vi: "đơn vị giám sát" },
  broker: { en: "broker", vi: "máy chủ MQTT" },
  secrets: { en: "secrets file", vi: "tệp mật khẩu" },
  secretsEntries: { en: "{file} (entries: {count})", vi: "{file} (số mục: {count})" },
  secretsNone: { en: "none", vi: "không có" },
  journal: { en: "journal", vi: "nhật ký" },
  cameras: { en: "cameras", vi: "camera" },
  camerasMaintenance: { en: "in maintenance: {count}", vi: "đang bảo trì: {count}" },
} as const satisfies Record<string, Message>;
