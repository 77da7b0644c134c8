import type { CauseText } from "./text.ts";

/** Rung 3: the login. */
export const loginCauses = {
  "login-missing": {
    what: {
      en: "The camera wants a login, and none is configured for it.",
      vi: "Camera yêu cầu đăng nhập nhưng chưa cấu hình tài khoản.",
    },
    next: {
      en: "Put the login into the secrets file and name it under `credential` of this camera.",
      vi: "Ghi tài khoản vào tệp mật khẩu rồi điền tên mục đó vào `credential` của camera này.",
    },
  },
  "login-rejected": {
    what: {
      en: "Wrong password: the camera refused the user name or the password.",
      vi: "Sai mật khẩu: camera từ chối tên đăng nhập hoặc mật khẩu.",
    },
    next: {
      en: "Correct the login in the secrets file, then reload the agent. If it opens the camera's own web page, look for it among the ONVIF users there: some makes (Hikvision) keep those apart. It is not tried again meanwhile, so that the camera does not lock the account.",
      vi: "Sửa tài khoản trong tệp mật khẩu rồi nạp lại cấu hình. Nếu tài khoản vào được trang web của camera, xem mục người dùng ONVIF trên đó: có hãng (Hikvision) quản lý riêng. Trong lúc chờ, tài khoản này không được thử lại để camera không khóa đăng nhập.",
    },
  },
  "login-busy": {
    what: {
      en: "The camera refused a login that worked moments ago; it probably has too many connections.",
      vi: "Camera từ chối tài khoản vừa dùng được; có thể camera đang có quá nhiều kết nối.",
    },
    next: {
      en: "Close other viewers and recorders of this camera; it is tried again by itself. If it stays so, check that this user may use RTSP as well as ONVIF: some cameras keep separate users.",
      vi: "Tắt bớt phần mềm và đầu ghi đang kết nối camera này; phần mềm sẽ tự thử lại. Nếu vẫn bị, kiểm tra tài khoản này dùng được cho cả RTSP và ONVIF: có camera tách riêng hai loại tài khoản.",
    },
  },
  "login-clock": {
    what: {
      en: "The camera refuses the login because its clock is wrong; the password may well be right.",
      vi: "Camera từ chối đăng nhập vì lệch giờ; mật khẩu có thể vẫn đúng.",
    },
    next: {
      en: "Set the camera's date and time, and give it a time server (NTP).",
      vi: "Đặt lại ngày giờ trên camera và khai báo máy chủ thời gian (NTP).",
    },
  },
  "login-forbidden": {
    what: {
      en: "The login is right, but this user may not do what is needed, or the account is locked.",
      vi: "Đăng nhập đúng nhưng tài khoản không đủ quyền, hoặc đang bị khóa đăng nhập.",
    },
    next: {
      en: "Give the user the rights for live view and ONVIF in the camera; if it is locked, wait 30 minutes.",
      vi: "Cấp cho tài khoản quyền xem trực tiếp và quyền ONVIF trên camera; nếu bị khóa, chờ 30 phút.",
    },
  },
  "login-scheme": {
    what: {
      en: "The camera wants a way of logging in that the agent does not know.",
      vi: "Camera yêu cầu kiểu xác thực mà phần mềm không hỗ trợ.",
    },
    next: {
      en: "Set authentication in the camera to Digest (for ONVIF: WS-UsernameToken or Digest).",
      vi: "Đặt kiểu xác thực trên camera thành Digest (với ONVIF: WS-UsernameToken hoặc Digest).",
    },
  },
} as const satisfies Record<string, CauseText>;
