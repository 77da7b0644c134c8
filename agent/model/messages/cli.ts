import type { Message } from "./text.ts";

/** Texts common to all commands: help pages and wrong usage. */
export const cliTexts = {
  about: {
    en: "Says why a camera cannot be used, keeps every motion event, reports to the monitoring unit.",
    vi: "Cho biết vì sao camera không dùng được, lưu mọi sự kiện chuyển động, báo về đơn vị giám sát.",
  },
  usageHeading: { en: "Usage:", vi: "Cách dùng:" },
  commandPlaceholder: { en: "<command>", vi: "<lệnh>" },
  optionsPlaceholder: { en: "[options]", vi: "[tùy chọn]" },
  commandsHeading: { en: "Commands:", vi: "Các lệnh:" },
  argumentsHeading: { en: "Arguments:", vi: "Tham số:" },
  optionsHeading: { en: "Options:", vi: "Tùy chọn:" },
  exitCodesHeading: { en: "Exit codes:", vi: "Mã kết thúc:" },
  defaultValue: { en: "(default: {value})", vi: "(mặc định: {value})" },
  moreHelp: {
    en: "`{command} --help` explains a command.",
    vi: "`{command} --help` giải thích từng lệnh.",
  },

  configOption: { en: "configuration file", vi: "tệp cấu hình" },
  jsonOption: { en: "write JSON for programs to read", vi: "xuất JSON cho chương trình khác đọc" },
  langOption: {
    en: "language of the texts (default: the locale's, else the configuration's, else en)",
    vi: "ngôn ngữ hiển thị (mặc định: theo hệ thống, không có thì theo tệp cấu hình, sau cùng là en)",
  },
  helpOption: { en: "show this page", vi: "hiện trang trợ giúp này" },
  versionOption: { en: "show the version", vi: "hiện phiên bản" },

  wrongUsage: { en: "wrong usage", vi: "dùng sai lệnh" },
  commandMissing: { en: "no command given", vi: "chưa nêu lệnh" },
  commandUnknown: {
    en: "unknown command: {found}; there are: {allowed}",
    vi: "không có lệnh {found}; các lệnh hiện có: {allowed}",
  },
  commandSuggestion: {
    en: "unknown command: {found}; did you mean {suggestion}?",
    vi: "không có lệnh {found}; có phải ý bạn là {suggestion}?",
  },
  optionUnknown: { en: "unknown option: {option}", vi: "không có tùy chọn {option}" },
  optionSuggestion: {
    en: "unknown option: {option}; did you mean {suggestion}?",
    vi: "không có tùy chọn {option}; có phải ý bạn là {suggestion}?",
  },
  optionNeedsValue: { en: "{option} needs a value: {value}", vi: "{option} cần một giá trị: {value}" },
  optionTakesNoValue: { en: "{option} takes no value", vi: "{option} không nhận giá trị" },
  languageUnknown: {
    en: "--lang is vi or en, not {found}",
    vi: "--lang chỉ nhận vi hoặc en, không nhận {found}",
  },
  argumentMissing: { en: "{argument} is missing", vi: "thiếu {argument}" },
  argumentUnexpected: { en: "unexpected argument: {found}", vi: "thừa tham số: {found}" },
  argumentIsConfig: {
    en: "{found} is no argument; a configuration is named by --config {found}",
    vi: "{found} không phải tham số; hãy chỉ tệp cấu hình bằng --config {found}",
  },
  passwordOption: {
    en: "{option}: a password is never an argument; every user of the box could see it",
    vi: "{option}: mật khẩu không bao giờ là tham số, vì mọi người dùng trên máy đều xem được",
  },
  seeHelp: { en: "See `{command} --help`.", vi: "Xem `{command} --help`." },
} as const satisfies Record<string, Message>;
