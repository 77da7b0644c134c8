import type { Message } from "./text.ts";

/** Words that the commands of the group `camera` share. */
export const cameraTexts = {
  argumentId: { en: "id of the camera in config.yaml", vi: "mã camera trong config.yaml" },
  exitEdited: { en: "the configuration was changed", vi: "đã sửa cấu hình" },
  exitUsage: {
    en: "wrong usage, wrong configuration, or no such camera; nothing was changed",
    vi: "dùng sai lệnh, cấu hình sai hoặc không có camera này; chưa thay đổi gì",
  },
  apply: {
    en: "To apply it to the running agent: systemctl reload camera-agent",
    vi: "Để phần mềm đang chạy áp dụng: systemctl reload camera-agent",
  },

  listSummary: { en: "show the cameras of the configuration", vi: "liệt kê camera trong cấu hình" },
  listUsage: {
    en: "Shows every camera of the configuration with its driver, its address and the credential it logs in with. Connects to nothing.",
    vi: "Hiện mọi camera trong cấu hình kèm trình điều khiển, địa chỉ và mục mật khẩu dùng để đăng nhập. Không kết nối gì.",
  },
  exitListed: { en: "the cameras were shown", vi: "đã liệt kê" },
  none: { en: "No cameras in {file}.", vi: "Chưa có camera nào trong {file}." },
  columnId: { en: "id", vi: "mã" },
  columnName: { en: "name", vi: "tên" },
  columnDriver: { en: "driver", vi: "trình điều khiển" },
  columnAddress: { en: "address", vi: "địa chỉ" },
  columnChannel: { en: "channel", vi: "kênh" },
  columnCredential: { en: "credential", vi: "mục mật khẩu" },
  columnNote: { en: "note", vi: "ghi chú" },
  maintenance: { en: "maintenance", vi: "đang bảo trì" },

  renameSummary: { en: "give a camera another name", vi: "đổi tên camera" },
  renameUsage: {
    en: "Changes the name that people know a camera by, in the configuration file, whose comments and other lines stay as they are. The id stays: the monitoring unit knows the camera by it.",
    vi: "Đổi tên gọi của camera ngay trong tệp cấu hình; chú thích và các dòng khác giữ nguyên. Mã camera không đổi vì đơn vị giám sát nhận biết camera theo mã.",
  },
  argumentName: { en: "the new name", vi: "tên mới" },
  renamed: { en: "{id} is now called {name}.", vi: "{id} nay có tên là {name}." },

  removeSummary: { en: "take a camera out of the configuration", vi: "bỏ camera khỏi cấu hình" },
  removeUsage: {
    en: "Takes a camera out of the configuration file, whose comments and other lines stay as they are. Its credential stays in the secrets file, and what the journal holds of it stays too.",
    vi: "Bỏ camera khỏi tệp cấu hình; chú thích và các dòng khác giữ nguyên. Mục mật khẩu của camera vẫn còn trong tệp mật khẩu, sự kiện đã lưu trong nhật ký cũng giữ nguyên.",
  },
  removed: { en: "{id} ({name}) was taken out.", vi: "Đã bỏ {id} ({name})." },

  testSummary: { en: "look at several cameras now, or at all", vi: "kiểm tra ngay nhiều camera hoặc tất cả" },
  testUsage: {
    en: "Looks once at each camera that is named, or with --all at every camera, rung by rung, 16 at a time, and sums up what is wrong by cause with the next thing to do. The running agent is not disturbed. A password that a recorder refuses is not tried again for its other channels: cameras lock their accounts.",
    vi: "Kiểm tra một lần từng camera được nêu tên, hoặc mọi camera với --all, lần lượt từng bậc, 16 camera một lúc, rồi tổng hợp lỗi theo nguyên nhân kèm việc cần làm. Không ảnh hưởng phần mềm đang chạy. Mật khẩu bị một đầu ghi từ chối thì không thử lại cho các kênh khác vì camera sẽ khóa đăng nhập.",
  },
  argumentIds: { en: "ids of the cameras in config.yaml", vi: "mã các camera trong config.yaml" },
  optionAll: { en: "every camera of the configuration", vi: "mọi camera trong cấu hình" },
  exitAllFine: { en: "nothing is wrong with any of them", vi: "tất cả đều không có lỗi" },
  exitSomeWrong: { en: "something is wrong with at least one", vi: "ít nhất một camera có lỗi" },
  whichCameras: {
    en: "which cameras? Name them, or give --all",
    vi: "kiểm tra camera nào? Hãy nêu mã camera, hoặc dùng --all",
  },
  notBoth: { en: "--all and names of cameras exclude each other", vi: "dùng --all thì không nêu mã camera" },
  progress: { en: "{done} of {total}", vi: "{done}/{total}" },
  columnLadder: { en: "rungs", vi: "các bậc" },
  columnVerdict: { en: "cause", vi: "nguyên nhân" },
  sumFine: { en: "Nothing is wrong with {n} of {total} cameras.", vi: "{n}/{total} camera không có lỗi." },
  sumCause: { en: "{n} × {code} {what}", vi: "{n} × {code} {what}" },
} as const satisfies Record<string, Message>;
