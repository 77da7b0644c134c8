import type { Message } from "./text.ts";

/** Why there is no connection to the unit's broker. */
export const uplinkTexts = {
  tookLeave: { en: "took leave", vi: "đã chào và ngắt kết nối" },
  toldToStop: { en: "told to stop", vi: "được yêu cầu dừng" },
  noConnack: {
    en: "no CONNACK and SUBACK within {time}",
    vi: "máy chủ MQTT không trả lời (CONNACK, SUBACK) trong {time}",
  },
  noPuback: {
    en: "no PUBACK within {time}",
    vi: "máy chủ MQTT không xác nhận (PUBACK) trong {time}",
  },
  cut: { en: "connection cut", vi: "kết nối bị ngắt" },
  packetTooLarge: {
    en: "incoming packet larger than {bytes} bytes",
    vi: "gói nhận được lớn hơn {bytes} byte",
  },
} as const satisfies Record<string, Message>;

/** Words of a protocol or a system, with what they mean for those who do not read English. */
export function explained(words: string, meaning: string | undefined): Message {
  return meaning === undefined ? { en: words, vi: words } : { en: words, vi: `${meaning} (${words})` };
}

/** What reason codes of MQTT 5 (section 2.4) and return codes of 3.1.1 (section 3.2.2.3) mean, where the site can do something about it. */
export const reasonMeanings: Readonly<Record<number, string>> = {
  1: "máy chủ không nhận phiên bản MQTT này",
  2: "máy chủ không nhận mã máy (client id)",
  3: "máy chủ tạm ngừng phục vụ",
  4: "sai tên đăng nhập hoặc mật khẩu",
  5: "không có quyền",
  128: "lỗi không nêu rõ",
  132: "máy chủ không nhận phiên bản MQTT này",
  133: "máy chủ không nhận mã máy (client id)",
  134: "sai tên đăng nhập hoặc mật khẩu",
  135: "không có quyền",
  136: "máy chủ tạm ngừng phục vụ",
  137: "máy chủ đang bận",
  138: "bị máy chủ cấm",
  139: "máy chủ đang tắt",
  141: "quá thời gian giữ kết nối (keep-alive)",
  142: "máy khác đã đăng nhập bằng cùng mã máy",
  149: "gói quá lớn",
  151: "vượt hạn mức của máy chủ",
  152: "máy chủ ngắt theo lệnh quản trị",
  156: "cần dùng máy chủ khác",
  157: "máy chủ đã chuyển chỗ",
  159: "kết nối quá nhiều lần trong thời gian ngắn",
};

/** What errors of sockets, names and certificates mean, by Node's code; where there is none, by the words. */
export const errorMeanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: "máy chủ từ chối kết nối ở cổng này",
  ECONNRESET: "kết nối bị ngắt",
  EPIPE: "kết nối bị ngắt",
  ETIMEDOUT: "không có trả lời",
  EHOSTUNREACH: "không có đường tới máy chủ",
  ENETUNREACH: "không có đường ra mạng",
  EADDRNOTAVAIL: "đầu ghi chưa có địa chỉ mạng",
  ENOTFOUND: "không tìm thấy tên máy chủ",
  EAI_AGAIN: "máy chủ DNS không trả lời",
  ENOENT: "không có tệp này",
  EACCES: "không được phép đọc tệp này",
  "Keepalive timeout": "máy chủ MQTT không còn trả lời",
  CERT_HAS_EXPIRED: "chứng thư của máy chủ đã hết hạn, hoặc đồng hồ đầu ghi sai",
  CERT_NOT_YET_VALID: "chứng thư của máy chủ chưa có hiệu lực, hoặc đồng hồ đầu ghi sai",
  DEPTH_ZERO_SELF_SIGNED_CERT: "chứng thư của máy chủ tự ký, không phải do CA đã cấu hình cấp",
  SELF_SIGNED_CERT_IN_CHAIN: "chứng thư của máy chủ không phải do CA đã cấu hình cấp",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "chứng thư của máy chủ không phải do CA đã cấu hình cấp",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "chứng thư của máy chủ không phải do CA đã cấu hình cấp",
  ERR_TLS_CERT_ALTNAME_INVALID: "chứng thư của máy chủ không đúng tên máy chủ",
};
