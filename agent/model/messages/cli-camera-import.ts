import type { Message } from "./text.ts";

/** Of `camera import` and `camera export`. */
export const importTexts = {
  summary: { en: "add the cameras of a table (CSV)", vi: "thêm camera từ bảng (CSV)" },
  usage: {
    en: "Adds every camera of a table that Excel saved as CSV (UTF-8), or none when anything is wrong with it; `camera export --template` writes an empty one. An empty driver is found out. Each password is tried on one camera of those that have it, before anything is written; credentials that are new are asked for.",
    vi: "Thêm mọi camera trong bảng lưu từ Excel dạng CSV (UTF-8), hoặc không thêm camera nào nếu bảng có lỗi; `camera export --template` tạo bảng mẫu. Cột driver để trống thì tự xác định. Mỗi mật khẩu được thử trên một camera dùng nó trước khi ghi; mục mật khẩu mới sẽ được hỏi.",
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
  onePipe: {
    en: "--password-stdin gives one password, and several credentials are new: {credentials}; give them one by one with `camera passwd`",
    vi: "--password-stdin chỉ nhận một mật khẩu mà có nhiều mục mới: {credentials}; hãy thêm từng mục bằng `camera passwd`",
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
