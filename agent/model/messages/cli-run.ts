import type { Message } from "./text.ts";

export const runTexts = {
  summary: { en: "run the agent (systemd does this)", vi: "chạy phần mềm (do systemd gọi)" },
  usage: {
    en: "Runs the agent until it is told to stop: looks at the cameras, keeps their events and sends them to the monitoring unit. SIGHUP reads the configuration again; a wrong one is refused and the old one stays. SIGTERM ends it with everything written. It logs to standard output.",
    vi: "Chạy cho đến khi được yêu cầu dừng: kiểm tra camera, lưu sự kiện và gửi về đơn vị giám sát. SIGHUP đọc lại cấu hình; cấu hình sai bị từ chối và giữ cấu hình cũ. SIGTERM dừng sau khi đã ghi mọi dữ liệu. Log ghi ra đầu ra chuẩn.",
  },
  exitFine: { en: "told to stop, everything written", vi: "được yêu cầu dừng, mọi dữ liệu đã ghi" },
  exitBug: {
    en: "a fault in the program itself; systemd starts it again",
    vi: "lỗi của chính phần mềm; systemd sẽ chạy lại",
  },
  exitUsage: { en: "wrong usage or wrong configuration", vi: "dùng sai lệnh hoặc cấu hình sai" },
  exitMissing: {
    en: "the journal or its signing key cannot be opened, or was damaged or removed meanwhile; systemd starts it again",
    vi: "không mở được nhật ký sự kiện hoặc khóa ký của nó, hoặc chúng bị hỏng hay bị xóa khi đang chạy; systemd sẽ chạy lại",
  },
} as const satisfies Record<string, Message>;
