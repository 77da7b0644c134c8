import type { Message } from "./text.ts";

/** Of `camera import` and `camera export`. */
export const importTexts = {
  summary: { en: "add the cameras of a table (CSV)", vi: "thêm camera từ bảng (CSV)" },
  usage: {
    en: "Adds every camera of a table that Excel saved as CSV (UTF-8), or none when anything is wrong with it; `discover --csv` writes one of the cameras of the network, `camera export --template` an empty one. A row with several channels of a recorder (1..16 or 1-4,7) is as many cameras: id nvr and name Gate become nvr-1, Gate 1 and so on. An empty driver is found out. Credentials that are new are asked for one after the other; each password is tried on one camera of those that have it, before anything is written.",
    vi: "Thêm mọi camera trong bảng lưu từ Excel dạng CSV (UTF-8), hoặc không thêm camera nào nếu bảng có lỗi; `discover --csv` tạo bảng gồm các camera trong mạng, `camera export --template` tạo bảng mẫu. Một dòng có nhiều kênh của đầu ghi (1..16 hoặc 1-4,7) là bấy nhiêu camera: mã nvr và tên Cổng thành nvr-1, Cổng 1, v.v. Cột driver để trống thì tự xác định. Các mục mật khẩu mới được hỏi lần lượt; mỗi mật khẩu được thử trên một camera dùng nó trước khi ghi.",
  },
  argumentFile: { en: "the table", vi: "tệp bảng" },
  optionDryRun: {
    en: "check the table alone; connect to nothing and change nothing",
    vi: "chỉ kiểm tra bảng; không kết nối, không thay đổi gì",
  },
  optionAnyway: {
    en: "also when a password could not be tried or was refused",
    vi: "vẫn thêm dù mật khẩu bị từ chối hoặc chưa thử được",
  },
  exitFine: { en: "the cameras were added, or the table is right", vi: "đã thêm camera, hoặc bảng đúng" },
  exitNotFine: {
    en: "a password was refused or could not be tried, or a driver could not be found out; nothing was changed",
    vi: "mật khẩu bị từ chối hoặc chưa thử được, hoặc không xác định được trình điều khiển; chưa thay đổi gì",
  },
  exitWrong: {
    en: "the table, the configuration or the usage is wrong; nothing was changed",
    vi: "bảng, cấu hình sai hoặc dùng sai lệnh; chưa thay đổi gì",
  },
  atLine: { en: "{file}, row {line}: {problem}", vi: "{file}, dòng {line}: {problem}" },
  atFile: { en: "{file}: {problem}", vi: "{file}: {problem}" },
  more: { en: "… and {n} more problems", vi: "… và {n} lỗi nữa" },
  nothingDone: { en: "problems: {n}; nothing was changed", vi: "số lỗi: {n}; chưa thay đổi gì" },
  quotes: {
    en: "a quotation mark is not closed, or text follows a closed one",
    vi: "thiếu dấu nháy kép đóng, hoặc có chữ sau dấu nháy đóng",
  },
  notUtf8: {
    en: "is not UTF-8; in Excel save it as `CSV UTF-8 (Comma delimited)`",
    vi: "không phải UTF-8; trong Excel hãy lưu dạng `CSV UTF-8 (Comma delimited)`",
  },
  noHeader: {
    en: "is empty; its first row names the columns: {columns}",
    vi: "trống; dòng đầu phải ghi tên các cột: {columns}",
  },
  noRows: { en: "has no cameras below its first row", vi: "không có camera nào dưới dòng đầu" },
  tooMany: {
    en: "has {rows} cameras; with the {known} of the configuration they are more than {most}",
    vi: "có {rows} camera; cộng với {known} camera trong cấu hình là quá {most}",
  },
  passwordColumn: {
    en: "column {column}: passwords do not belong into a table; name a credential, its password is asked for",
    vi: "cột {column}: không ghi mật khẩu trong bảng; hãy ghi tên mục mật khẩu (credential), mật khẩu sẽ được hỏi",
  },
  unknownColumn: {
    en: "no such column: {column}; there are: {columns}",
    vi: "không có cột {column}; các cột: {columns}",
  },
  columnTwice: { en: "column {column} stands twice", vi: "cột {column} bị lặp" },
  columnMissing: {
    en: "column {column} is missing; there are: {columns}",
    vi: "thiếu cột {column}; các cột: {columns}",
  },
  tooManyCells: { en: "has more than {most} cells", vi: "có nhiều hơn {most} ô" },
  addressMissing: { en: "address is empty", vi: "ô address (địa chỉ) trống" },
  cell: { en: "{column}: {what}", vi: "{column}: {what}" },
  channelDate: {
    en: "{found} is a date, which spreadsheets make of 1-8; write the channels as 1..8",
    vi: "{found} là ngày tháng do bảng tính tự đổi từ 1-8; hãy ghi các kênh dạng 1..8",
  },
  channelBeyond: {
    en: "there is no channel {found}; channels are 1 to {most}",
    vi: "không có kênh {found}; kênh từ 1 đến {most}",
  },
  channelsBackwards: {
    en: "{found} runs backwards; write {least}..{most}",
    vi: "{found} bị ngược; hãy ghi {least}..{most}",
  },
  channelTwice: { en: "channel {found} stands twice", vi: "kênh {found} bị lặp" },
  channelsNone: {
    en: "{found}: cameras of the driver {driver} have no channels here; write a row for each",
    vi: "{found}: camera dùng trình điều khiển {driver} không có kênh ở đây; hãy ghi mỗi camera một dòng",
  },
  alsoChannels: {
    en: "{problem} (and {n} more channels of this row)",
    vi: "{problem} (và {n} kênh nữa của dòng này)",
  },
  sameId: { en: "id {found} stands in row {line} already", vi: "mã {found} đã có ở dòng {line}" },
  knownId: { en: "id {found} is in the configuration already", vi: "mã {found} đã có trong cấu hình" },
  sameName: { en: "name {found} stands in row {line} already", vi: "tên {found} đã có ở dòng {line}" },
  knownName: { en: "name {found} is in the configuration already", vi: "tên {found} đã có trong cấu hình" },
  samePlace: {
    en: "address and channel ({found}) stand in row {line} already",
    vi: "địa chỉ và kênh ({found}) đã có ở dòng {line}",
  },
  knownPlace: {
    en: "address and channel ({found}) are in the configuration already",
    vi: "địa chỉ và kênh ({found}) đã có trong cấu hình",
  },
  right: { en: "{file} is right: {n} cameras.", vi: "{file} đúng: {n} camera." },
  newCredentials: {
    en: "credentials that are new: {credentials}",
    vi: "các mục mật khẩu mới: {credentials}",
  },
  optionUser: {
    en: "user name of the new credentials; default: asked for, else admin",
    vi: "tên đăng nhập của các mục mật khẩu mới; mặc định: sẽ được hỏi, không thì là admin",
  },
  optionPasswordStdin: {
    en: "read the password of the one new credential from standard input, one line",
    vi: "đọc mật khẩu của mục mới duy nhất từ đầu vào chuẩn, một dòng",
  },
  optionLoginsStdin: {
    en: "read the logins of all new credentials from standard input, a line each: credential:user:password",
    vi: "đọc tài khoản của mọi mục mới từ đầu vào chuẩn, mỗi mục một dòng: mục:tên đăng nhập:mật khẩu",
  },
  userPrompt: {
    en: "User name for {credential} [{user}]: ",
    vi: "Tên đăng nhập cho {credential} [{user}]: ",
  },
  onePipe: {
    en: "--password-stdin gives one password, and several credentials are new: {credentials}; give them by --logins-stdin",
    vi: "--password-stdin chỉ nhận một mật khẩu mà có nhiều mục mới: {credentials}; hãy dùng --logins-stdin",
  },
  onePipeOnly: {
    en: "--password-stdin and --logins-stdin exclude each other",
    vi: "chỉ dùng một trong hai: --password-stdin hoặc --logins-stdin",
  },
  loginsNowhere: {
    en: "no terminal to ask the passwords of {credentials} in: give them by --logins-stdin",
    vi: "không có cửa sổ dòng lệnh để hỏi mật khẩu của {credentials}: hãy dùng --logins-stdin",
  },
  loginsTooLong: {
    en: "standard input has far more than logins",
    vi: "đầu vào chuẩn dài hơn nhiều so với các tài khoản cần đọc",
  },
  loginOfNone: {
    en: "standard input, line {line}: begins with none of the new credentials ({credentials}); write credential:user:password",
    vi: "đầu vào chuẩn, dòng {line}: không bắt đầu bằng mục mới nào ({credentials}); hãy ghi mục:tên đăng nhập:mật khẩu",
  },
  loginForm: {
    en: "standard input, line {line}: has no second colon; write credential:user:password",
    vi: "đầu vào chuẩn, dòng {line}: thiếu dấu hai chấm thứ hai; hãy ghi mục:tên đăng nhập:mật khẩu",
  },
  loginTwice: {
    en: "standard input, line {line}: {credential} stands twice",
    vi: "đầu vào chuẩn, dòng {line}: mục {credential} bị lặp",
  },
  loginWrong: {
    en: "standard input, line {line}: {what}",
    vi: "đầu vào chuẩn, dòng {line}: {what}",
  },
  loginsMissing: {
    en: "standard input has no logins of {credentials}",
    vi: "đầu vào chuẩn thiếu tài khoản của {credentials}",
  },
  findingOut: {
    en: "Finding out the drivers of {n} cameras …",
    vi: "Đang xác định trình điều khiển của {n} camera …",
  },
  tryingLogin: {
    en: "Trying the login of {credential} on one camera …",
    vi: "Đang thử tài khoản của {credential} trên một camera …",
  },
  imported: {
    en: "{n} cameras were added. Look at them all: camera-agent camera test --all",
    vi: "Đã thêm {n} camera. Kiểm tra tất cả: camera-agent camera test --all",
  },

  exportSummary: { en: "write the cameras as a table (CSV)", vi: "xuất camera ra bảng (CSV)" },
  exportUsage: {
    en: "Writes the cameras of the configuration, or with --template an empty table, to standard output as Excel opens it by a double click: UTF-8 with BOM, semicolons. Passwords are never in it.",
    vi: "Xuất các camera trong cấu hình, hoặc bảng mẫu với --template, ra đầu ra chuẩn theo dạng Excel mở được ngay: UTF-8 có BOM, dấu chấm phẩy. Không bao giờ có mật khẩu.",
  },
  optionTemplate: { en: "an empty table with one example", vi: "bảng mẫu với một dòng ví dụ" },
  exitExported: { en: "the table was written", vi: "đã xuất bảng" },
} as const satisfies Record<string, Message>;
