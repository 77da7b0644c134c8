import type { CauseText } from "./text.ts";

/** Rungs 1 and 2: the host and its port. */
export const networkCauses = {
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
} as const satisfies Record<string, CauseText>;
