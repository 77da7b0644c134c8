import type { Message } from "./text.ts";

/** What `systemctl status camera-agent` shows. */
export const daemonTexts = {
  connected: {
    en: "{usable} of {total} cameras usable; connected to {unit}; {waiting} events waiting to send",
    vi: "{usable}/{total} camera dùng được; đã kết nối {unit}; {waiting} sự kiện chờ gửi",
  },
  disconnected: {
    en: "{usable} of {total} cameras usable; no connection to {unit}; {waiting} events waiting to send",
    vi: "{usable}/{total} camera dùng được; mất đường truyền tới {unit}; {waiting} sự kiện chờ gửi",
  },
} as const satisfies Record<string, Message>;
