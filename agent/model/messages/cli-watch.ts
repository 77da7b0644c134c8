import type { Message } from "./text.ts";

export const watchTexts = {
  summary: {
    en: "shows live what the monitoring unit receives: sites, cameras, events, gaps",
    vi: "hiện trực tiếp những gì đơn vị giám sát nhận được: điểm, camera, sự kiện, chỗ thiếu",
  },
  usage: {
    en: "Connects to a broker as the monitoring unit does and shows its sites and cameras, worst first, with the last events. Sequence numbers are counted per site and journal epoch: what is missing shows, what comes twice counts once. In a terminal it is one live screen; otherwise one line a change. With --json it writes one object a line: {at, kind, …} with kind connected, disconnected, state, stale-will, info, health, camera, event (one for each event seen for the first time), duplicates or malformed; the payload stands under its kind's name. The broker's password is never an argument: it comes from --credential-file, from CAMERA_AGENT_BROKER_PASSWORD, or is asked for.",
    vi: "Kết nối tới máy chủ MQTT như đơn vị giám sát và hiện các điểm, camera (xấu nhất lên trước) cùng các sự kiện mới nhất. Số thứ tự được đếm theo từng điểm và từng kỳ nhật ký: thiếu số nào sẽ thấy ngay, nhận hai lần chỉ tính một. Trong cửa sổ dòng lệnh là một màn hình trực tiếp; nếu không thì mỗi thay đổi một dòng. Với --json, mỗi dòng là một đối tượng {at, kind, …}, kind là connected, disconnected, state, stale-will, info, health, camera, event (mỗi sự kiện nhận lần đầu), duplicates hoặc malformed; nội dung nằm dưới tên của kind. Mật khẩu không bao giờ là tham số: lấy từ --credential-file, từ CAMERA_AGENT_BROKER_PASSWORD, hoặc được hỏi khi chạy.",
  },
  optionBroker: {
    en: "address of the broker, mqtt:// or mqtts:// (required)",
    vi: "địa chỉ máy chủ MQTT, mqtt:// hoặc mqtts:// (bắt buộc)",
  },
  optionUnit: {
    en: "code of the unit (default: all that the broker lets this login see)",
    vi: "mã đơn vị (mặc định: mọi đơn vị mà tài khoản được phép xem)",
  },
  optionCa: {
    en: "PEM file of the authority that signed the broker's certificate (default: those that the system trusts)",
    vi: "tệp PEM của nơi cấp chứng thư số cho máy chủ MQTT (mặc định: các nơi cấp mà hệ điều hành tin cậy)",
  },
  optionCert: {
    en: "PEM file of the client certificate; needs --key",
    vi: "tệp PEM của chứng thư số máy khách; cần có --key",
  },
  optionKey: {
    en: "PEM file of its private key; needs --cert",
    vi: "tệp PEM của khóa bí mật; cần có --cert",
  },
  optionUser: {
    en: "user name; the password comes from CAMERA_AGENT_BROKER_PASSWORD or is asked for",
    vi: "tên đăng nhập; mật khẩu lấy từ CAMERA_AGENT_BROKER_PASSWORD hoặc được hỏi",
  },
  optionCredentialFile: {
    en: "YAML file with username and password, mode 0600",
    vi: "tệp YAML có username và password, quyền 0600",
  },
  exitFine: { en: "ended by Ctrl-C", vi: "kết thúc bằng Ctrl-C" },
  exitUsage: {
    en: "wrong usage, or an address that is none",
    vi: "dùng sai lệnh, hoặc địa chỉ không hợp lệ",
  },
  exitMissing: {
    en: "a certificate or credential file cannot be used",
    vi: "không dùng được tệp chứng thư số hoặc tệp tài khoản",
  },

  brokerMissing: {
    en: "--broker is missing; for instance: --broker mqtts://broker.example",
    vi: "thiếu --broker; ví dụ: --broker mqtts://broker.example",
  },
  unitInvalid: { en: "--unit is no code of a unit: {found}", vi: "--unit không phải mã đơn vị: {found}" },
  brokerInvalid: { en: "--broker {found}: expected {allowed}", vi: "--broker {found}: phải là {allowed}" },
  brokerForm: {
    en: "mqtt://host[:port] or mqtts://host[:port], nothing more",
    vi: "mqtt://máy[:cổng] hoặc mqtts://máy[:cổng], không gì khác",
  },
  pairMissing: {
    en: "{missing} is missing: --cert and --key go together",
    vi: "thiếu {missing}: --cert và --key phải đi cùng nhau",
  },
  twoLogins: {
    en: "--user and --credential-file exclude each other: the file names the user",
    vi: "không dùng --user cùng với --credential-file: tên đăng nhập đã có trong tệp",
  },
  tlsUnused: {
    en: "{option} has no effect with mqtt://; TLS needs mqtts://",
    vi: "{option} không có tác dụng với mqtt://; muốn dùng TLS phải là mqtts://",
  },
  fileInvalid: {
    en: "{option} {file}: expected the path of a file, not of a folder",
    vi: "{option} {file}: phải là đường dẫn tới một tệp, không phải thư mục",
  },
  noCertificate: {
    en: "{option}: {file} holds no certificate; expected PEM (-----BEGIN CERTIFICATE-----)",
    vi: "{option}: {file} không có chứng thư số; phải là tệp PEM (-----BEGIN CERTIFICATE-----)",
  },
  noKey: {
    en: "{option}: {file} holds no private key that can be used; expected PEM without a passphrase",
    vi: "{option}: {file} không có khóa bí mật dùng được; phải là tệp PEM không đặt mật khẩu",
  },
  keyNotFitting: {
    en: "{option}: {file} does not fit the certificate",
    vi: "{option}: {file} không khớp với chứng thư số",
  },
  fileUnreadable: { en: "cannot read {file}: {reason}", vi: "không đọc được {file}: {reason}" },
  fileOpen: {
    en: "{file} can be read by others; make it private: chmod 600 {file}",
    vi: "người khác đọc được {file}; hãy đặt riêng tư: chmod 600 {file}",
  },
  credentialInvalid: {
    en: "{file} must hold `username:` and `password:`",
    vi: "{file} phải có `username:` và `password:`",
  },
  passwordPrompt: { en: "Password of {user}: ", vi: "Mật khẩu của {user}: " },

  connecting: { en: "connecting …", vi: "đang kết nối …" },
  connected: { en: "connected, MQTT {protocol}", vi: "đã kết nối, MQTT {protocol}" },
  disconnected: { en: "not connected: {reason}", vi: "mất kết nối: {reason}" },

  sites: { en: "sites", vi: "điểm" },
  usable: { en: "usable cameras", vi: "Camera dùng được" },
  waiting: { en: "waiting to send", vi: "Chờ gửi" },
  received: { en: "events", vi: "sự kiện" },
  missing: { en: "missing", vi: "thiếu" },
  duplicates: { en: "duplicates", vi: "trùng" },
  malformed: { en: "malformed", vi: "sai dạng" },
  overLimit: { en: "not shown", vi: "không hiện" },

  columnUnit: { en: "unit", vi: "đơn vị" },
  columnUsable: { en: "usable", vi: "dùng được" },
  columnWaiting: { en: "waiting", vi: "chờ gửi" },
  columnEvents: { en: "events", vi: "sự kiện" },
  columnMissing: { en: "missing", vi: "thiếu" },
  columnHeard: { en: "last heard", vi: "tin gần nhất" },

  cameras: { en: "cameras, worst first", vi: "Camera, xấu nhất lên trước" },
  events: { en: "last events", vi: "Sự kiện gần nhất" },
  more: { en: "… and {n} more", vi: "… và {n} mục nữa" },
  nothingYet: { en: "no site has been heard yet", vi: "chưa nhận được tin từ điểm nào" },
  leave: { en: "Ctrl-C ends", vi: "Ctrl-C để thoát" },

  missingNow: { en: "{n} events missing", vi: "thiếu {n} sự kiện" },
  missingFilled: { en: "no event is missing any more", vi: "không còn thiếu sự kiện nào" },
  malformedMessage: {
    en: "malformed message on {topic}: {problem}",
    vi: "bản tin sai dạng ở {topic}: {problem}",
  },
  /** `words`: the parser's, as the protocol's own words the same in both languages. */
  notJson: { en: "it is not JSON ({words})", vi: "không phải JSON ({words})" },
  notAsTheContract: {
    en: "{where} is not as the contract says ({words})",
    vi: "{where} không đúng quy ước ({words})",
  },
  wholeMessage: { en: "the message", vi: "bản tin" },
  otherCamera: {
    en: "it tells of camera {found}",
    vi: "nội dung lại nói về camera {found}",
  },
  staleWill: {
    en: "late Last Will of an earlier connection ignored",
    vi: "bỏ qua di chúc MQTT (Last Will) đến trễ của kết nối cũ",
  },
  cameraRemoved: { en: "no longer configured", vi: "không còn trong cấu hình" },
} as const satisfies Record<string, Message>;
