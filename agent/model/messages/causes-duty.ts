import type { CauseText } from "./text.ts";

/** Rungs 8 and 9: the clock and the events. */
export const dutyCauses = {
  "clock-wrong": {
    what: {
      en: "The camera's clock is wrong; its recordings carry the wrong time.",
      vi: "Camera bị lệch giờ; hình ghi lại mang thời gian sai.",
    },
    next: {
      en: "Set the camera's date and time, and give it a time server (NTP).",
      vi: "Đặt lại ngày giờ trên camera và khai báo máy chủ thời gian (NTP).",
    },
  },
  "clock-time-zone": {
    what: {
      en: "The camera's clock is off by whole hours; its time zone is probably wrong.",
      vi: "Camera lệch giờ đúng một số giờ chẵn; có thể múi giờ bị đặt sai.",
    },
    next: {
      en: "Set the camera's time zone to UTC+7 (Hanoi) and switch daylight saving time off.",
      vi: "Đặt múi giờ của camera là UTC+7 (Hà Nội) và tắt giờ mùa hè (DST).",
    },
  },
  "clock-unreadable": {
    what: {
      en: "The camera does not tell its time, or tells one that cannot be read.",
      vi: "Camera không cho biết giờ, hoặc giờ không đọc được.",
    },
    next: {
      en: "Compare the time shown in the picture with the right one; set the clock and a time server (NTP).",
      vi: "So giờ hiển thị trên hình với giờ đúng; đặt lại giờ và khai báo máy chủ thời gian (NTP).",
    },
  },

  "events-unsupported": {
    what: {
      en: "The camera does not report motion in a way that the agent can read.",
      vi: "Camera không báo chuyển động theo cách mà phần mềm đọc được.",
    },
    next: {
      en: "Switch motion detection and ONVIF events on in the camera; if it has none, set `events: false` for it.",
      vi: "Bật phát hiện chuyển động và sự kiện ONVIF trên camera; nếu camera không có, đặt `events: false` cho camera này.",
    },
  },
  "events-lost": {
    what: {
      en: "The event channel to the camera was lost; motion is not known for now.",
      vi: "Mất kênh sự kiện với camera; tạm thời không biết có chuyển động hay không.",
    },
    next: {
      en: "It is opened again by itself. If that does not help within minutes, restart the camera.",
      vi: "Phần mềm sẽ tự mở lại. Nếu sau vài phút vẫn lỗi, khởi động lại camera.",
    },
  },
  "events-silent": {
    what: {
      en: "The event channel is open, but the camera has stopped answering on it.",
      vi: "Kênh sự kiện vẫn mở nhưng camera không còn trả lời.",
    },
    next: {
      en: "It is opened again by itself. If it keeps happening, restart the camera or update its firmware.",
      vi: "Phần mềm sẽ tự mở lại. Nếu lặp lại nhiều lần, khởi động lại camera hoặc cập nhật firmware.",
    },
  },
} as const satisfies Record<string, CauseText>;
