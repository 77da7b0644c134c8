import type { Cause } from "../fault.ts";
import type { Message } from "./text.ts";

/** For the technician: what is wrong, in one sentence, and the next thing to do. */
export interface CauseText {
  readonly what: Message;
  readonly next: Message;
}

export const causeTexts: Readonly<Record<Cause, CauseText>> = {
  "name-unresolved": {
    what: {
      en: "The camera's host name is not known on this network.",
      vi: "Mạng này không tìm thấy tên máy của camera.",
    },
    next: {
      en: "Check the spelling of the address, or enter the camera's IP address instead.",
      vi: "Kiểm tra chính tả của địa chỉ, hoặc nhập địa chỉ IP của camera.",
    },
  },
  "host-unreachable": {
    what: {
      en: "There is no way through the network to the camera.",
      vi: "Không có đường mạng tới camera.",
    },
    next: {
      en: "Check the camera's power (PoE), its cable and its switch port; then its IP address and subnet.",
      vi: "Kiểm tra nguồn (PoE), dây mạng và cổng trên bộ chuyển mạch của camera; sau đó kiểm tra địa chỉ IP và lớp mạng.",
    },
  },
  "host-silent": {
    what: {
      en: "Nothing answers at the camera's address.",
      vi: "Không có thiết bị nào trả lời ở địa chỉ của camera.",
    },
    next: {
      en: "Check that the camera has power and is plugged in; then whether its IP address has changed.",
      vi: "Kiểm tra camera có điện và đã cắm dây mạng chưa; sau đó xem địa chỉ IP có bị đổi không.",
    },
  },

  "port-closed": {
    what: {
      en: "The device is on, but refuses connections on this port.",
      vi: "Thiết bị đang bật nhưng từ chối kết nối ở cổng này.",
    },
    next: {
      en: "Check the port number in the configuration, and that ONVIF or RTSP is switched on in the camera.",
      vi: "Kiểm tra số cổng trong cấu hình và xem ONVIF hoặc RTSP đã được bật trên camera chưa.",
    },
  },
  "port-silent": {
    what: {
      en: "The device is on, but this port does not answer; a firewall may be dropping the connection.",
      vi: "Thiết bị đang bật nhưng cổng này không trả lời; có thể tường lửa đang chặn.",
    },
    next: {
      en: "Check the port number, and the firewall or the camera's list of allowed addresses.",
      vi: "Kiểm tra số cổng, tường lửa và danh sách địa chỉ được phép trên camera.",
    },
  },
  "connection-cut": {
    what: {
      en: "The camera accepted the connection and cut it before it answered.",
      vi: "Camera đã nhận kết nối nhưng ngắt trước khi trả lời.",
    },
    next: {
      en: "Check that the port belongs to this service. If it does, restart the camera and close other viewers.",
      vi: "Kiểm tra cổng có đúng dịch vụ không. Nếu đúng, khởi động lại camera và tắt bớt phần mềm đang xem.",
    },
  },
  "answer-late": {
    what: {
      en: "The camera accepted the request but did not finish its answer in time.",
      vi: "Camera đã nhận yêu cầu nhưng không trả lời xong đúng hạn.",
    },
    next: {
      en: "The camera may be overloaded or the line slow: close other viewers, check the cable, restart the camera.",
      vi: "Camera có thể quá tải hoặc đường truyền chậm: tắt bớt phần mềm đang xem, kiểm tra dây mạng, khởi động lại camera.",
    },
  },
  "answer-too-large": {
    what: {
      en: "The camera's answer was far larger than any proper one and was not read to its end.",
      vi: "Câu trả lời của camera lớn bất thường nên không được đọc hết.",
    },
    next: {
      en: "Check that the address and port are really this camera's; otherwise update its firmware.",
      vi: "Kiểm tra địa chỉ và cổng có đúng của camera này không; nếu đúng, cập nhật firmware.",
    },
  },
  "answer-garbled": {
    what: {
      en: "The answer cannot be understood; it may be no camera, or another kind of service may be on this port.",
      vi: "Không hiểu được câu trả lời; thiết bị có thể không phải camera, hoặc cổng này thuộc dịch vụ khác.",
    },
    next: {
      en: "Check the address, the port and the driver in the configuration, and that ONVIF or RTSP is switched on in the camera; if all is right, restart the camera or update its firmware.",
      vi: "Kiểm tra địa chỉ, cổng và driver trong cấu hình, và xem ONVIF hoặc RTSP đã được bật trên camera chưa; nếu đều đúng, khởi động lại camera hoặc cập nhật firmware.",
    },
  },

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
      en: "Correct the login in the secrets file, then reload the agent. It is not tried again meanwhile, so that the camera does not lock the account.",
      vi: "Sửa tài khoản trong tệp mật khẩu rồi nạp lại cấu hình. Trong lúc chờ, tài khoản này không được thử lại để camera không khóa đăng nhập.",
    },
  },
  "login-busy": {
    what: {
      en: "The camera refused a login that worked moments ago; it probably has too many connections.",
      vi: "Camera từ chối tài khoản vừa dùng được; có thể camera đang có quá nhiều kết nối.",
    },
    next: {
      en: "Close other viewers and recorders of this camera; it is tried again by itself. If it stays so, check that this user may use RTSP as well as ONVIF: some cameras keep separate users.",
      vi: "Tắt bớt phần mềm và đầu ghi đang kết nối camera này; hệ thống sẽ tự thử lại. Nếu vẫn bị, kiểm tra tài khoản này dùng được cho cả RTSP và ONVIF: có camera tách riêng hai loại tài khoản.",
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
      vi: "Camera yêu cầu kiểu xác thực mà hệ thống không hỗ trợ.",
    },
    next: {
      en: "Set authentication in the camera to Digest (for ONVIF: WS-UsernameToken or Digest).",
      vi: "Đặt kiểu xác thực trên camera thành Digest (với ONVIF: WS-UsernameToken hoặc Digest).",
    },
  },

  "stream-missing": {
    what: {
      en: "The camera has no stream at this address, or no such profile.",
      vi: "Camera không có luồng ở địa chỉ này, hoặc không có profile này.",
    },
    next: {
      en: "Check the stream's path, or the profile, in the configuration, and that the channel is switched on.",
      vi: "Kiểm tra đường dẫn luồng hoặc profile trong cấu hình, và xem kênh đã được bật chưa.",
    },
  },
  "stream-refused": {
    what: {
      en: "The camera refused to hand out the stream.",
      vi: "Camera từ chối cung cấp luồng hình.",
    },
    next: {
      en: "Read the camera's answer; restart the camera if its settings are right.",
      vi: "Xem câu trả lời của camera; nếu cài đặt đã đúng, khởi động lại camera.",
    },
  },
  "stream-not-video": {
    what: {
      en: "The stream holds no video in H.264 or H.265.",
      vi: "Luồng không có hình H.264 hoặc H.265.",
    },
    next: {
      en: "Set the stream's encoding in the camera to H.264 or H.265, or choose another stream.",
      vi: "Đặt chuẩn nén của luồng trên camera thành H.264 hoặc H.265, hoặc chọn luồng khác.",
    },
  },
  "request-refused": {
    what: {
      en: "The camera answered a request with an error.",
      vi: "Camera trả lời yêu cầu bằng một thông báo lỗi.",
    },
    next: {
      en: "Read the camera's answer; check that the address is the camera's and ONVIF is switched on, then update the firmware.",
      vi: "Xem câu trả lời của camera; kiểm tra địa chỉ có đúng của camera và ONVIF đã bật chưa, sau đó cập nhật firmware.",
    },
  },

  "rtp-absent": {
    what: {
      en: "The camera describes its stream but sends no picture.",
      vi: "Camera có mô tả luồng nhưng không gửi hình.",
    },
    next: {
      en: "Restart the camera; if it is behind a recorder, check that the recorder sees this channel.",
      vi: "Khởi động lại camera; nếu camera nối qua đầu ghi, kiểm tra đầu ghi có nhận kênh này không.",
    },
  },
  "keyframe-absent": {
    what: {
      en: "Video arrives, but no complete picture (keyframe) came in time.",
      vi: "Có dữ liệu hình nhưng không nhận được khung hình trọn vẹn (keyframe) đúng hạn.",
    },
    next: {
      en: "Shorten the keyframe interval (I-frame, GOP) in the camera to 2 to 4 seconds; check the cable for losses.",
      vi: "Giảm khoảng cách keyframe (I-frame, GOP) trên camera còn 2 đến 4 giây; kiểm tra dây mạng có mất gói không.",
    },
  },
  "stream-cut": {
    what: {
      en: "The stream began and broke off.",
      vi: "Luồng hình đã bắt đầu rồi bị ngắt.",
    },
    next: {
      en: "Check the cable and the switch port; close other viewers; restart the camera if it goes on.",
      vi: "Kiểm tra dây mạng và cổng trên bộ chuyển mạch; tắt bớt phần mềm đang xem; nếu vẫn bị, khởi động lại camera.",
    },
  },
  "sessions-exhausted": {
    what: {
      en: "The camera has no free stream left; too many viewers are connected.",
      vi: "Camera đã hết lượt xem; có quá nhiều kết nối đang xem luồng.",
    },
    next: {
      en: "Close other viewers of this camera, or let them watch through the recorder.",
      vi: "Tắt bớt phần mềm đang xem camera này, hoặc cho xem qua đầu ghi.",
    },
  },

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
      vi: "Camera không báo chuyển động theo cách mà hệ thống đọc được.",
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
      vi: "Hệ thống sẽ tự mở lại. Nếu sau vài phút vẫn lỗi, khởi động lại camera.",
    },
  },
  "events-silent": {
    what: {
      en: "The event channel is open, but the camera has stopped answering on it.",
      vi: "Kênh sự kiện vẫn mở nhưng camera không còn trả lời.",
    },
    next: {
      en: "It is opened again by itself. If it keeps happening, restart the camera or update its firmware.",
      vi: "Hệ thống sẽ tự mở lại. Nếu lặp lại nhiều lần, khởi động lại camera hoặc cập nhật firmware.",
    },
  },
};
