import type { ErrorCode } from "yaml";
import type { Message } from "./text.ts";

/** What can be wrong with config.yaml or the secrets file. The place stands before each of these. */
export const configTexts = {
  warning: { en: "warning", vi: "cảnh báo" },
  wrongValue: {
    en: "found {found}; allowed: {allowed}",
    vi: "đang là {found}; phải là: {allowed}",
  },
  needsQuotes: {
    en: "found {found}, which YAML does not read as text; put it in quotes. Allowed: {allowed}",
    vi: "đang là {found}, YAML không đọc thành văn bản; hãy đặt trong dấu ngoặc kép. Phải là: {allowed}",
  },
  missing: {
    en: "`{missing}` is missing; allowed: {allowed}",
    vi: "thiếu `{missing}`; phải là: {allowed}",
  },
  unknownKey: {
    en: "unknown key; allowed here: {allowed}",
    vi: "khóa không hợp lệ; ở đây chỉ có: {allowed}",
  },
  unknownKeySuggestion: {
    en: "unknown key; did you mean `{suggestion}`? Allowed here: {allowed}",
    vi: "khóa không hợp lệ; có phải ý bạn là `{suggestion}`? Ở đây chỉ có: {allowed}",
  },
  wrongName: {
    en: "this name cannot be used; allowed: {allowed}",
    vi: "không dùng được tên này; phải là: {allowed}",
  },
  duplicateKey: {
    en: "this key stands here a second time; the first is in line {line}",
    vi: "khóa này bị ghi lặp lại; lần đầu ở dòng {line}",
  },
  duplicateCamera: {
    en: "found {found}, which another camera has too (line {line}); every camera needs its own id",
    vi: "đang là {found}, trùng với camera khác (dòng {line}); mỗi camera phải có mã riêng",
  },
  duplicateCommandKey: {
    en: "found {found}, which another entry has too (line {line}); every officer has a name and a key of his own",
    vi: "đang là {found}, trùng với mục khác (dòng {line}); mỗi cán bộ phải có tên và khóa riêng",
  },
  secretKey: {
    en: "no passwords in this file: put the login into the secrets file (mode 0600) and write its name under `credential`",
    vi: "không ghi mật khẩu vào tệp này: ghi tài khoản vào tệp mật khẩu (quyền 0600) rồi điền tên mục vào `credential`",
  },
  secretInAddress: {
    en: "this address holds a user name or password: put the login into the secrets file (mode 0600) and write its name under `credential` (an @ of the path is written %40). Allowed: {allowed}",
    vi: "địa chỉ này chứa tên đăng nhập hoặc mật khẩu: ghi tài khoản vào tệp mật khẩu (quyền 0600) rồi điền tên mục vào `credential` (dấu @ trong đường dẫn viết là %40). Phải là: {allowed}",
  },
  needsOther: {
    en: "`{other}` is missing: `certificate` and `key` go together",
    vi: "thiếu `{other}`: `certificate` và `key` phải đi cùng nhau",
  },
  minAboveMax: {
    en: "`min` ({min}) is longer than `max` ({max}); allowed: at most `max`",
    vi: "`min` ({min}) dài hơn `max` ({max}); phải không quá `max`",
  },
  credentialUnknown: {
    en: "found {found}, which is no entry of {secrets}; allowed: {allowed}; to add it: camera-agent camera passwd {found}",
    vi: "đang là {found}, không có mục này trong {secrets}; phải là: {allowed}; để thêm: camera-agent camera passwd {found}",
  },
  credentialWithoutSecrets: {
    en: "found {found}, but there is no secrets file; looked for {secrets}; to add it: camera-agent camera passwd {found}",
    vi: "đang là {found}, nhưng không có tệp mật khẩu; đã tìm {secrets}; để thêm: camera-agent camera passwd {found}",
  },
  isFolder: {
    en: "found {found}, which is a folder; allowed: {allowed}",
    vi: "đang là {found}, là một thư mục; phải là: {allowed}",
  },
  isDevice: {
    en: "found {found}, which is a device, pipe or socket; allowed: {allowed}",
    vi: "đang là {found}, là thiết bị, đường ống hoặc socket; phải là: {allowed}",
  },
  belowFile: {
    en: "found {found}, but {file} is a file; allowed: a path whose folders are folders",
    vi: "đang là {found}, nhưng {file} là một tệp; phải là: đường dẫn nằm trong một thư mục",
  },
  sameFile: {
    en: "found {found}, the same file as `{other}`; allowed: a file of its own, which the agent may overwrite",
    vi: "đang là {found}, trùng tệp với `{other}`; phải là: một tệp riêng mà phần mềm được ghi đè",
  },
  sameAsConfig: {
    en: "found {found}, which is this configuration file; allowed: a file of its own, which the agent may overwrite",
    vi: "đang là {found}, chính là tệp cấu hình này; phải là: một tệp riêng mà phần mềm được ghi đè",
  },
  noEntries: { en: "it has no entries", vi: "tệp này chưa có mục nào" },
  moreProblems: { en: "and {count} more problems", vi: "và {count} lỗi khác" },

  configMissing: {
    en: "there is no file of this name; --config FILE names another",
    vi: "không có tệp này; dùng --config TỆP để chỉ tệp khác",
  },
  fileMissing: { en: "there is no file {path}", vi: "không có tệp {path}" },
  fileForbidden: {
    en: "{path} may not be read by this user (run it with sudo?)",
    vi: "người dùng này không được đọc {path} (thử chạy với sudo?)",
  },
  fileNotRegular: { en: "{path} is not a file", vi: "{path} không phải là tệp" },
  fileTooLarge: {
    en: "{path} is larger than {limit} bytes",
    vi: "{path} lớn hơn {limit} byte",
  },
  fileUnreadable: { en: "{path} cannot be read ({code})", vi: "không đọc được {path} ({code})" },
  fileOpenToOthers: {
    en: "{path} can be read by other users (mode {mode}); allowed: mode 0600. Do: chmod 600 {path}",
    vi: "người dùng khác đọc được {path} (quyền {mode}); phải là quyền 0600. Hãy chạy: chmod 600 {path}",
  },
  notUtf8: {
    en: "this line is not UTF-8 text; save the file as UTF-8",
    vi: "dòng này không phải văn bản UTF-8; hãy lưu tệp với mã UTF-8",
  },
  empty: { en: "the file is empty; allowed: {allowed}", vi: "tệp trống; phải là: {allowed}" },

  sameCamera: {
    en: "the same address as `{other}` (line {line}): is it the same camera twice?",
    vi: "trùng địa chỉ với `{other}` (dòng {line}): có phải một camera bị ghi hai lần?",
  },
  folderMissing: {
    en: "there is no folder {folder}; make it, or check that its disk is mounted",
    vi: "không có thư mục {folder}; hãy tạo thư mục, hoặc kiểm tra ổ đĩa đã được gắn (mount) chưa",
  },
  noCameras: { en: "no cameras are listed", vi: "chưa có camera nào" },
  passwordInClear: {
    en: "the broker's password goes over the network unencrypted; use mqtts://",
    vi: "mật khẩu của máy chủ MQTT đi qua mạng không mã hóa; hãy dùng mqtts://",
  },
  tlsUnused: {
    en: "has no effect with mqtt://; TLS needs mqtts://",
    vi: "không có tác dụng với mqtt://; muốn dùng TLS phải là mqtts://",
  },
} as const satisfies Record<string, Message>;

/** How a found value is shown where it has no short text of its own. */
export const foundTexts = {
  nothing: { en: "nothing", vi: "giá trị trống" },
  group: { en: "a group of keys", vi: "một nhóm khóa" },
  list: { en: "a list", vi: "một danh sách" },
  listOf: { en: "a list of {count} entries", vi: "danh sách {count} mục" },
  number: { en: "a number", vi: "một số" },
  boolean: { en: "true or false", vi: "true hoặc false" },
  text: { en: "a text that is not shown", vi: "một đoạn văn bản (không hiển thị)" },
} as const satisfies Record<string, Message>;

/** YAML's own errors, in the order of the `yaml` package's codes. */
export const yamlTexts: Readonly<Record<ErrorCode, Message>> = {
  ALIAS_PROPS: {
    en: "an alias (*name) can carry neither anchor nor tag",
    vi: "bí danh (*tên) không được kèm neo (&) hay nhãn (!)",
  },
  BAD_ALIAS: {
    en: "a value that begins with * or & must be in quotes",
    vi: "giá trị bắt đầu bằng * hoặc & phải đặt trong dấu ngoặc kép",
  },
  BAD_COLLECTION_TYPE: {
    en: "a list or group does not fit its tag (!)",
    vi: "danh sách hoặc nhóm không khớp với nhãn (!)",
  },
  BAD_DIRECTIVE: {
    en: "a line that begins with % is not understood; remove it",
    vi: "không hiểu dòng bắt đầu bằng %; hãy xóa dòng này",
  },
  BAD_DQ_ESCAPE: {
    en: "unknown escape after \\ in double quotes; write \\\\ or use single quotes",
    vi: "ký tự sau \\ trong dấu ngoặc kép không hợp lệ; viết \\\\ hoặc dùng dấu nháy đơn",
  },
  BAD_INDENT: {
    en: "wrong indentation; keys of one group begin in the same column",
    vi: "thụt đầu dòng sai; các khóa cùng nhóm phải thẳng cột",
  },
  BAD_PROP_ORDER: {
    en: "anchor (&) or tag (!) in the wrong place",
    vi: "neo (&) hoặc nhãn (!) đặt sai chỗ",
  },
  BAD_SCALAR_START: {
    en: "a value cannot begin with this character; put it in quotes",
    vi: "giá trị không được bắt đầu bằng ký tự này; hãy đặt trong dấu ngoặc kép",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    en: "two keys in one line; put each in its own line, or the value in quotes",
    vi: "hai khóa trên một dòng; hãy tách mỗi khóa một dòng, hoặc đặt giá trị trong dấu ngoặc kép",
  },
  BLOCK_IN_FLOW: {
    en: "lines with hyphens or indented keys cannot stand inside [ ] or { }",
    vi: "không dùng gạch đầu dòng hoặc khóa thụt dòng bên trong [ ] hoặc { }",
  },
  DUPLICATE_KEY: { en: "this key stands here twice", vi: "khóa này bị ghi lặp lại" },
  IMPOSSIBLE: { en: "this cannot be read as YAML", vi: "không đọc được dưới dạng YAML" },
  KEY_OVER_1024_CHARS: {
    en: "this key is longer than 1,024 characters",
    vi: "khóa này dài hơn 1.024 ký tự",
  },
  MISSING_CHAR: {
    en: "a character is missing: a closing quote or bracket, or the space after a colon or comma",
    vi: "thiếu ký tự: dấu đóng ngoặc, hoặc dấu cách sau dấu hai chấm hay dấu phẩy",
  },
  MULTILINE_IMPLICIT_KEY: {
    en: "a key must stand in one line, followed by a colon and a space",
    vi: "khóa phải nằm trên một dòng, theo sau là dấu hai chấm và dấu cách",
  },
  MULTIPLE_ANCHORS: { en: "more than one anchor (&)", vi: "có nhiều hơn một neo (&)" },
  MULTIPLE_DOCS: {
    en: "a second document begins here (---); only one is allowed",
    vi: "tài liệu thứ hai bắt đầu ở đây (---); chỉ được có một",
  },
  MULTIPLE_TAGS: { en: "more than one tag (!)", vi: "có nhiều hơn một nhãn (!)" },
  NON_STRING_KEY: { en: "a key must be plain text", vi: "khóa phải là văn bản" },
  RESOURCE_EXHAUSTION: {
    en: "nested too deeply, or too many aliases (*)",
    vi: "lồng quá sâu, hoặc quá nhiều bí danh (*)",
  },
  TAB_AS_INDENT: {
    en: "a tab in the indentation; use spaces",
    vi: "dùng phím Tab để thụt dòng; hãy dùng dấu cách",
  },
  TAG_RESOLVE_FAILED: { en: "unknown tag (!)", vi: "nhãn (!) không hợp lệ" },
  UNEXPECTED_TOKEN: {
    en: "this character does not belong here; a quote, comma or bracket may be missing before it",
    vi: "ký tự này không đúng chỗ; có thể phía trước thiếu dấu ngoặc hoặc dấu phẩy",
  },
};
