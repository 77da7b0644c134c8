import type { Message } from "./text.ts";

/**
 * What was seen of a camera, where the protocol has no words for it. Names of requests, headers and errors stay as
 * the protocol has them; `compose` puts one text into another.
 */
export const evidenceTexts = {
  // Connections
  noAnswerFrom: {
    en: "connect to {address}: no answer within {time}",
    vi: "kết nối tới {address}: không có trả lời trong {time}",
  },
  noNameServer: {
    en: "{seen}, not even a name server's",
    vi: "{seen}, máy chủ DNS cũng không trả lời",
  },
  butAlive: { en: "{seen}, but {sign}", vi: "{seen}, nhưng {sign}" },
  answersArp: { en: "the host answers ARP", vi: "thiết bị có trả lời ARP" },
  portRefuses: { en: "port {port} refuses connections", vi: "cổng {port} từ chối kết nối" },
  portAccepts: { en: "port {port} accepts connections", vi: "cổng {port} nhận kết nối" },
  closedDuring: { en: "connection closed during {during}", vi: "kết nối bị ngắt trong lúc {during}" },
  theStream: { en: "the stream", vi: "truyền luồng hình" },
  afterBytes: {
    en: "{request}, after {bytes} bytes of the answer",
    vi: "{request}, sau {bytes} byte trả lời",
  },
  noWholeAnswer: {
    en: "no complete answer to {request} within {time}",
    vi: "{request} không được trả lời đầy đủ trong {time}",
  },
  answerLarger: {
    en: "answer to {request} is larger than {bytes} bytes",
    vi: "trả lời cho {request} lớn hơn {bytes} byte",
  },
  nothingCame: {
    en: "nothing came on {request} for {time}",
    vi: "{request}: không nhận được gì trong {time}",
  },
  notStream: {
    en: "{seen}: {type} in place of an event stream",
    vi: "{seen}: nhận được {type} thay vì luồng sự kiện",
  },
  givenUp: { en: "given up by the agent", vi: "phần mềm tại điểm đã ngừng hỏi" },

  // Any answer, and what is said of it
  answerTo: { en: "{answer} to {request}", vi: "{answer} cho {request}" },
  detail: { en: "{seen}: {detail}", vi: "{seen}: {detail}" },

  // Logins
  offering: { en: "{seen}, offering {schemes}", vi: "{seen}, camera chỉ nhận {schemes}" },
  offeringNone: { en: "{seen}, offering no scheme", vi: "{seen}, không nêu cách đăng nhập nào" },
  withoutScheme: {
    en: "{seen}, without Digest or Basic",
    vi: "{seen}, không có Digest hay Basic",
  },
  withLogin: { en: "{seen} with login", vi: "{seen} dù đã đăng nhập" },
  notTriedAgain: {
    en: "{seen}; not tried again for {time}",
    vi: "{seen}; {time} nữa mới thử lại",
  },
  refusedByService: {
    en: "{service} refused it {time} ago: {seen}",
    vi: "{service} đã từ chối tài khoản này {time} trước: {seen}",
  },
  refusedAtCamera: {
    en: "{service} refused it at camera {camera} {time} ago: {seen}",
    vi: "{service} ở camera {camera} đã từ chối tài khoản này {time} trước: {seen}",
  },
  noPlaceFilled: {
    en: "the stream's address has a place for a login, and there is none",
    vi: "địa chỉ luồng có chỗ cho tài khoản nhưng chưa cấu hình tài khoản",
  },

  // RTSP
  notRtspAddress: {
    en: "the stream's address is no rtsp:// address",
    vi: "địa chỉ luồng không phải địa chỉ rtsp://",
  },
  rtspHeadTooLarge: {
    en: "RTSP headers of more than {bytes} bytes",
    vi: "phần đầu thông điệp RTSP dài hơn {bytes} byte",
  },
  rtspHeadUnreadable: {
    en: "RTSP message with an unreadable head: {bytes}",
    vi: "thông điệp RTSP có phần đầu không đọc được: {bytes}",
  },
  rtspTooLarge: { en: "RTSP message of {bytes} bytes", vi: "thông điệp RTSP dài {bytes} byte" },
  notRtsp: { en: "not RTSP: {bytes}", vi: "không phải RTSP: {bytes}" },
  strayBytes: {
    en: "{count} bytes that are no RTSP: {bytes}",
    vi: "{count} byte không phải RTSP: {bytes}",
  },
  redirectElsewhere: {
    en: "{seen}, to another host, {host}",
    vi: "{seen}, chuyển sang máy khác là {host}",
  },
  redirectNowhere: { en: "{seen}, without an address", vi: "{seen}, không kèm địa chỉ" },
  redirectsTooMany: {
    en: "more than {n} redirects, the last to {url}",
    vi: "bị chuyển hướng quá {n} lần, lần cuối tới {url}",
  },
  notDescribed: {
    en: "{seen}, without a description of media",
    vi: "{seen}, không kèm mô tả luồng",
  },
  offersMedia: { en: "DESCRIBE offers {media}", vi: "DESCRIBE chỉ có {media}" },
  setupTransport: {
    en: "SETUP answered with Transport {transport}",
    vi: "SETUP được trả lời với Transport {transport}",
  },
  noPackets: {
    en: "PLAY answered, but no RTP packet within {time}",
    vi: "PLAY được trả lời nhưng không có gói RTP nào trong {time}",
  },
  streamSilent: {
    en: "the stream stopped: no RTP packet for {time}",
    vi: "luồng bị dừng: không có gói RTP nào trong {time}",
  },
  noKeyframe: {
    en: "{packets} RTP packets ({lost} lost), but no complete keyframe within {time}",
    vi: "có {packets} gói RTP (mất {lost}) nhưng không có khung hình chính (keyframe) trọn vẹn trong {time}",
  },
  noPictureSize: {
    en: "{packets} RTP packets ({lost} lost), but no readable SPS within {time}",
    vi: "có {packets} gói RTP (mất {lost}) nhưng không có SPS đọc được trong {time}",
  },

  // ONVIF
  soapFault: { en: "SOAP fault {codes}", vi: "lỗi SOAP {codes}" },
  soapFaultBare: { en: "SOAP fault without code", vi: "lỗi SOAP không có mã" },
  noEnvelope: { en: "no SOAP envelope", vi: "không có phong bì SOAP" },
  emptyBody: { en: "an empty SOAP body", vi: "thân SOAP rỗng" },
  noRootElement: { en: "no root element", vi: "không có phần tử gốc" },
  brokenXml: { en: "broken XML: {detail}", vi: "XML hỏng: {detail}" },
  documentType: { en: "a document type declaration", vi: "có khai báo DOCTYPE" },
  elementsTooMany: { en: "more than {n} elements", vi: "hơn {n} phần tử" },
  unclosedTag: { en: "an unclosed tag", vi: "có thẻ không đóng" },
  nestedTooDeep: { en: "nested deeper than {n}", vi: "lồng nhau quá {n} lớp" },
  noService: {
    en: "{seen}: no ONVIF service at this address",
    vi: "{seen}: địa chỉ này không có dịch vụ ONVIF",
  },
  noServiceReferral: {
    en: "{seen}: no ONVIF service at this address, but a referral to {url}",
    vi: "{seen}: địa chỉ này không có dịch vụ ONVIF mà chuyển hướng tới {url}",
  },
  otherAnswer: {
    en: "{seen}: another answer than was asked for",
    vi: "{seen}: trả lời không đúng câu hỏi",
  },
  noStreamAddress: {
    en: "GetStreamUri gave no RTSP address",
    vi: "GetStreamUri không cho địa chỉ RTSP",
  },
  noVideoProfile: {
    en: "no media profile with video; the camera has {profiles}",
    vi: "không có profile nào có hình; camera có {profiles}",
  },
  noSuchProfile: {
    en: 'no media profile "{profile}"; the camera has {profiles}',
    vi: 'không có profile "{profile}"; camera có {profiles}',
  },
  withoutVideo: { en: "{profile} without video", vi: "{profile} không có hình" },
  noProfiles: { en: "none", vi: "0 profile" },
  noEventService: {
    en: "neither GetServices nor GetCapabilities names an event service",
    vi: "cả GetServices và GetCapabilities đều không nêu dịch vụ sự kiện",
  },
  channelLost: { en: "{why} ({seen})", vi: "{why} ({seen})" },

  // ISAPI
  noIsapi: {
    en: "{seen}: no Hikvision device (ISAPI) at this address",
    vi: "{seen}: địa chỉ này không phải thiết bị Hikvision (ISAPI)",
  },
  notActivated: {
    en: "{seen}: the device was never activated, it has no password yet",
    vi: "{seen}: thiết bị chưa được kích hoạt, chưa đặt mật khẩu",
  },
  accountLocked: {
    en: "{seen}: the device has locked the account",
    vi: "{seen}: thiết bị đang khóa đăng nhập tài khoản này",
  },
  accountLockedFor: {
    en: "{seen}: the device has locked the account, for {time} more",
    vi: "{seen}: thiết bị đang khóa đăng nhập tài khoản này, còn {time}",
  },
  triesLeft: {
    en: "{seen}: {n} more wrong tries until the account is locked",
    vi: "{seen}: sai thêm {n} lần nữa thì tài khoản bị khóa",
  },
  noDeviceTime: {
    en: "no time that can be read in the answer to {request}",
    vi: "trả lời cho {request} không có giờ đọc được",
  },
  inZone: {
    en: "{seen}; its time zone is UTC{zone}",
    vi: "{seen}; múi giờ đặt trên thiết bị là UTC{zone}",
  },
  noSuchChannel: {
    en: "no channel {channel}; the device has {channels}",
    vi: "không có kênh {channel}; thiết bị có {channels}",
  },
  channelIsOffline: {
    en: "the recorder says that channel {channel} is offline",
    vi: "đầu ghi báo kênh {channel} mất kết nối",
  },

  // Dahua
  noCgi: {
    en: "{seen}: no Dahua CGI at this address",
    vi: "{seen}: địa chỉ này không có CGI của Dahua",
  },
  noCgiReferral: {
    en: "{seen}: no Dahua CGI at this address, but a referral to {url}",
    vi: "{seen}: địa chỉ này không có CGI của Dahua mà chuyển hướng tới {url}",
  },
  channelIsEmpty: {
    en: "no camera is added to channel {channel} of the recorder",
    vi: "kênh {channel} của đầu ghi chưa gắn camera",
  },
  noFinder: {
    en: "{request} gave no search to work with",
    vi: "{request} không mở được phiên tìm kiếm",
  },

  // Snapshots
  pictureRequest: { en: "GET of the snapshot", vi: "GET ảnh chụp" },
  noRecordingService: {
    en: "the camera names no service that tells of recordings (ONVIF Profile G)",
    vi: "camera không nêu dịch vụ tra cứu bản ghi (ONVIF Profile G)",
  },
  noPictureAddress: {
    en: "the camera names no snapshot address",
    vi: "camera không nêu địa chỉ ảnh chụp",
  },
  notJpeg: {
    en: "snapshot is no JPEG: {bytes} bytes of {type}",
    vi: "ảnh chụp không phải JPEG: {bytes} byte, kiểu {type}",
  },
  noType: { en: "no type", vi: "không rõ" },

  // Clocks
  ahead: { en: "camera is {time} ahead of the recorder", vi: "giờ của camera nhanh hơn đầu ghi {time}" },
  behind: { en: "camera is {time} behind the recorder", vi: "giờ của camera chậm hơn đầu ghi {time}" },
  nearZone: {
    en: "{seen}: near {zone}, local time given as UTC or a wrong time zone",
    vi: "{seen}: gần đúng {zone}, camera lấy giờ địa phương làm giờ UTC hoặc sai múi giờ",
  },
  boxClockUnsure: {
    en: "{seen} (the recorder's own clock is not synchronised)",
    vi: "{seen} (đồng hồ của chính đầu ghi cũng chưa được đồng bộ)",
  },
  timeUnreadable: {
    en: "no time that can be read in the answer to GetSystemDateAndTime",
    vi: "trả lời cho GetSystemDateAndTime không có giờ đọc được",
  },
  loginTimeless: {
    en: "login refused; the camera does not tell its time",
    vi: "bị từ chối đăng nhập; camera không cho biết giờ của nó",
  },
  loginClockMoved: {
    en: "login refused; the camera's clock was moved, {seen}",
    vi: "bị từ chối đăng nhập; đồng hồ của camera đã bị chỉnh, {seen}",
  },
} as const satisfies Record<string, Message>;
