import type { Message } from "./text.ts";

/** Why a file of the configuration is not changed. */
export const configEditTexts = {
  notWritable: {
    en: "this change cannot be made without touching other lines; please edit the file by hand",
    vi: "không sửa được mục này mà không động đến các dòng khác; hãy sửa tệp bằng tay",
  },
  writeFailed: {
    en: "cannot be written ({reason}); nothing was changed",
    vi: "không ghi được ({reason}); chưa thay đổi gì",
  },
  changedMeanwhile: {
    en: "somebody else has changed the file meanwhile; nothing was changed, please try again",
    vi: "có người khác vừa sửa tệp này; chưa thay đổi gì, hãy thử lại",
  },
} as const satisfies Record<string, Message>;
