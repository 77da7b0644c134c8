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
    en: "Looks once at each camera that is named, or with --all at every camera, rung by rung, 16 at a time, and sums up what is wrong by cause with the next thing to do. Of cameras that are named, disks and recordings are shown where the make tells them. The running agent is not disturbed. A password that a recorder refuses is not tried again for its other channels: cameras lock their accounts.",
    vi: "Kiểm tra một lần từng camera được nêu tên, hoặc mọi camera với --all, lần lượt từng bậc, 16 camera một lúc, rồi tổng hợp lỗi theo nguyên nhân kèm việc cần làm. Với camera được nêu tên, hiện thêm ổ lưu trữ và dữ liệu ghi hình nếu hãng cho biết. Không ảnh hưởng phần mềm đang chạy. Mật khẩu bị một đầu ghi từ chối thì không thử lại cho các kênh khác vì camera sẽ khóa đăng nhập.",
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

  addSummary: {
    en: "try a camera and add it to the configuration",
    vi: "thử một camera rồi thêm vào cấu hình",
  },
  addUsage: {
    en: "Finds out without a password which driver fits, looks at the camera once with its login, shows the ladder, and adds it to the configuration file when it can be used, comments and other lines staying as they are. A wrong clock is told and does not hinder. A credential that is new is asked for and kept in the secrets file once the camera took it.",
    vi: "Xác định trình điều khiển phù hợp mà không dùng mật khẩu, kiểm tra camera một lần bằng tài khoản đăng nhập, hiện các bậc kiểm tra và thêm vào tệp cấu hình nếu camera dùng được; chú thích và các dòng khác giữ nguyên. Lệch giờ chỉ báo, không cản trở. Mục mật khẩu mới sẽ được hỏi và chỉ lưu vào tệp mật khẩu khi camera đã chấp nhận.",
  },
  argumentAddress: {
    en: "host of the camera or recorder, :port where it is not 80; or the RTSP address of its stream, without login",
    vi: "địa chỉ camera hoặc đầu ghi, thêm :cổng nếu không phải 80; hoặc địa chỉ RTSP của luồng hình, không kèm tài khoản",
  },
  optionId: {
    en: "permanent code; default: made of the name or the address",
    vi: "mã cố định; mặc định: đặt theo tên hoặc địa chỉ",
  },
  optionName: { en: "name that people know it by; default: the id", vi: "tên gọi; mặc định: giống mã" },
  optionDriver: {
    en: "hikvision, dahua, onvif or rtsp; default: found out",
    vi: "hikvision, dahua, onvif hoặc rtsp; mặc định: tự xác định",
  },
  optionChannel: { en: "channel of a recorder, from 1", vi: "kênh của đầu ghi, tính từ 1" },
  optionRtspPort: { en: "port of RTSP where it is not 554", vi: "cổng RTSP nếu không phải 554" },
  optionMake: {
    en: "make of a camera with RTSP alone, whose usual stream addresses are tried",
    vi: "hãng của camera chỉ có RTSP, để thử các địa chỉ luồng thường dùng của hãng",
  },
  optionStream: { en: "main or sub", vi: "main (luồng chính) hoặc sub (luồng phụ)" },
  optionCredential: {
    en: "entry of the secrets file to log in with; a new one is asked for",
    vi: "mục trong tệp mật khẩu dùng để đăng nhập; mục mới sẽ được hỏi",
  },
  optionUser: { en: "user name of a new credential", vi: "tên đăng nhập của mục mật khẩu mới" },
  optionPasswordStdin: {
    en: "read the password of a new credential from standard input, one line",
    vi: "đọc mật khẩu của mục mới từ đầu vào chuẩn, một dòng",
  },
  optionAnyway: { en: "also when something is wrong", vi: "vẫn làm dù có lỗi" },
  exitAdded: { en: "the camera can be used and was added", vi: "camera dùng được và đã thêm" },
  exitNotAdded: {
    en: "something is wrong with the camera; nothing was changed",
    vi: "camera có lỗi; chưa thay đổi gì",
  },
  exitUsageAdd: {
    en: "wrong usage or wrong configuration; nothing was changed",
    vi: "dùng sai lệnh hoặc cấu hình sai; chưa thay đổi gì",
  },
  identifying: { en: "Finding out what {address} is …", vi: "Đang xác định thiết bị tại {address} …" },
  identified: { en: "Drivers that fit: {drivers} {make}", vi: "Trình điều khiển phù hợp: {drivers} {make}" },
  alreadyThere: {
    en: "this camera is in the configuration already: {id} ({name})",
    vi: "camera này đã có trong cấu hình: {id} ({name})",
  },
  noDriver: {
    en: "No camera answers at {address} (open ports: {ports}). Check the address and the cable; or name what it is by --driver.",
    vi: "Không có camera nào trả lời tại {address} (cổng đang mở: {ports}). Hãy kiểm tra địa chỉ và dây mạng; hoặc chỉ rõ bằng --driver.",
  },
  noPorts: { en: "none", vi: "không có" },
  makeMissing: {
    en: "{address} speaks RTSP alone, and the address of its stream is not known: give the whole rtsp:// address, or --make with one of: {makes}",
    vi: "{address} chỉ có RTSP và chưa biết địa chỉ luồng hình: hãy nhập đủ địa chỉ rtsp://, hoặc dùng --make với một trong các hãng: {makes}",
  },
  loginInAddress: {
    en: "a login does not belong into the address; give --credential and --user",
    vi: "không ghi tài khoản trong địa chỉ; hãy dùng --credential và --user",
  },
  notANumber: {
    en: "{option} takes a whole number, not {found}",
    vi: "{option} cần một số nguyên, không nhận {found}",
  },
  entryProblem: { en: "{key}: {problem}", vi: "{key}: {problem}" },
  trying: { en: "Looking at {address} …", vi: "Đang kiểm tra {address} …" },
  passwordPrompt: {
    en: "Password of {user} for {credential}: ",
    vi: "Mật khẩu của {user} cho {credential}: ",
  },
  passwordNowhere: {
    en: "no terminal to ask the password in: give it by --password-stdin",
    vi: "không có cửa sổ dòng lệnh để hỏi mật khẩu: hãy dùng --password-stdin",
  },
  passwordInvalid: {
    en: "the password is empty or holds control characters",
    vi: "mật khẩu trống hoặc có ký tự điều khiển",
  },
  stopped: { en: "Stopped; nothing was changed.", vi: "Đã dừng; chưa thay đổi gì." },
  stillLacking: {
    en: "The configuration names a login that is still lacking: camera-agent camera passwd {credential}",
    vi: "Cấu hình còn nêu một mục mật khẩu chưa có: camera-agent camera passwd {credential}",
  },
  added: { en: "{id} ({name}) was added.", vi: "Đã thêm {id} ({name})." },
  notAdded: {
    en: "It was not added. To add it all the same: --anyway",
    vi: "Chưa thêm camera này. Nếu vẫn muốn thêm: --anyway",
  },

  passwdSummary: {
    en: "change a password that cameras are logged in with",
    vi: "đổi mật khẩu đăng nhập camera",
  },
  passwdUsage: {
    en: "Asks for a new password of a credential, tries it on one of the cameras that log in with it, and writes it to the secrets file once that camera took it. Also for a credential that the configuration names and the secrets file lacks. The cameras themselves are not changed: change it there first. A password that a camera refuses is not tried on the others.",
    vi: "Hỏi mật khẩu mới của một mục mật khẩu, thử trên một camera dùng mục đó và chỉ ghi vào tệp mật khẩu khi camera chấp nhận. Dùng được cả khi cấu hình nêu một mục mà tệp mật khẩu chưa có. Không đổi mật khẩu trên camera: hãy đổi trên camera trước. Mật khẩu bị một camera từ chối thì không thử trên camera khác.",
  },
  argumentCredential: { en: "entry of the secrets file", vi: "mục trong tệp mật khẩu" },
  optionUserKept: {
    en: "user name; default: the one that the entry has, else admin",
    vi: "tên đăng nhập; mặc định: tên đang có trong mục, không có thì là admin",
  },
  exitPasswd: {
    en: "a camera took the password and it was written",
    vi: "camera chấp nhận mật khẩu và đã ghi",
  },
  exitNotPasswd: {
    en: "no camera took the password; nothing was changed",
    vi: "không camera nào chấp nhận mật khẩu; chưa thay đổi gì",
  },
  loginAccepted: {
    en: "{camera} took the login of {credential}.",
    vi: "{camera} chấp nhận tài khoản của {credential}.",
  },
  loginRefused: {
    en: "{camera} refused the login of {credential}; it was tried on no other camera.",
    vi: "{camera} từ chối tài khoản của {credential}; không thử trên camera khác.",
  },
  loginUntried: {
    en: "No camera answered that the login of {credential} could be tried on ({cameras}).",
    vi: "Không camera nào trả lời để thử tài khoản của {credential} ({cameras}).",
  },
  loginUnused: {
    en: "No camera logs in with {credential}: it was not tried.",
    vi: "Không camera nào dùng {credential}: chưa thử được.",
  },
  passwordKept: {
    en: "The login of {credential} was written to {file}.",
    vi: "Đã ghi tài khoản của {credential} vào {file}.",
  },
  notKept: {
    en: "Nothing was changed. To go on all the same: --anyway",
    vi: "Chưa thay đổi gì. Nếu vẫn muốn làm: --anyway",
  },
} as const satisfies Record<string, Message>;
