import type { Message } from "./text.ts";

/** What `systemctl status camera-agent` shows, and what the log says for people. */
export const daemonTexts = {
  connected: {
    en: "{usable} of {total} cameras usable; connected to {unit}; {waiting} events waiting to send",
    vi: "{usable}/{total} camera dùng được; đã kết nối {unit}; {waiting} sự kiện chờ gửi",
  },
  disconnected: {
    en: "{usable} of {total} cameras usable; no connection to {unit}; {waiting} events waiting to send",
    vi: "{usable}/{total} camera dùng được; mất đường truyền tới {unit}; {waiting} sự kiện chờ gửi",
  },
  recovered: {
    en: "The journal could not be gone on with. The old file is kept as {setAside}; {salvaged} events were taken over, {lost} are known to be lost. The site goes on recording.",
    vi: "Nhật ký sự kiện cũ không dùng tiếp được. Tệp cũ được giữ lại tại {setAside}; đã chuyển sang nhật ký mới {salvaged} sự kiện, biết chắc đã mất {lost} sự kiện. Điểm vẫn tiếp tục ghi nhận.",
  },
} as const satisfies Record<string, Message>;
