import type { CauseText } from "./text.ts";

/** Rungs 4 and 5: the stream is described, and its picture arrives. */
export const streamCauses = {
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
  "channel-offline": {
    what: {
      en: "The recorder has lost the camera behind this channel.",
      vi: "Đầu ghi mất kết nối với camera của kênh này.",
    },
    next: {
      en: "Check this camera's power and cable, then its address and password in the recorder.",
      vi: "Kiểm tra nguồn và dây mạng của camera này, sau đó kiểm tra địa chỉ và mật khẩu của nó trên đầu ghi.",
    },
  },
  "channel-missing": {
    what: {
      en: "The recorder has no channel of this number.",
      vi: "Đầu ghi không có kênh mang số này.",
    },
    next: {
      en: "Look up the camera's channel on the recorder and put it right in the configuration.",
      vi: "Xem số kênh của camera trên đầu ghi và sửa lại trong cấu hình.",
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
      vi: "Có dữ liệu hình nhưng không nhận được khung hình chính (keyframe) đúng hạn.",
    },
    next: {
      en: "Shorten the keyframe interval (I-frame, GOP) in the camera to 2 to 4 seconds; check the cable for losses.",
      vi: "Giảm khoảng cách khung hình chính (I-frame, GOP) trên camera còn 2 đến 4 giây; kiểm tra dây mạng có mất gói không.",
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
} as const satisfies Record<string, CauseText>;
