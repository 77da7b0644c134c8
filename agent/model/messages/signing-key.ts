import type { SigningKeyFault } from "../signer.ts";
import type { Message } from "./text.ts";

/** Why the journal cannot be signed, and what to do. `{path}` is the file of the key. */
export const signingKeyFaults: Record<
  SigningKeyFault["kind"],
  { readonly text: Message; readonly next: Message }
> = {
  "open-to-others": {
    text: {
      vi: "Người khác đọc được khóa ký nhật ký {path}.",
      en: "Others can read the signing key {path}.",
    },
    next: {
      vi: "Đặt quyền riêng tư: chmod 600 {path}. Nếu có thể đã bị sao chép, hãy chuyển tệp này đi nơi khác để tạo khóa mới rồi báo cho đơn vị giám sát.",
      en: "Make it private: chmod 600 {path}. If it may have been copied, move the file away so that a new one is made, and tell the monitoring unit.",
    },
  },
  "not-a-key": {
    text: {
      vi: "{path} không phải là khóa riêng Ed25519 dạng PEM.",
      en: "{path} is no Ed25519 private key in PEM form.",
    },
    next: {
      vi: "Sửa journal.signingKey trong config.yaml, hoặc khôi phục tệp này từ bản sao lưu. Không xóa tệp.",
      en: "Correct journal.signingKey in config.yaml, or restore the file from a backup. Do not delete it.",
    },
  },
  unreadable: {
    text: { vi: "Không đọc được khóa ký nhật ký {path}.", en: "The signing key {path} cannot be read." },
    next: {
      vi: "Kiểm tra chủ sở hữu, quyền truy cập và ổ đĩa.",
      en: "Check its owner, its permissions and the disk.",
    },
  },
  "directory-missing": {
    text: {
      vi: "Thư mục của khóa ký nhật ký {path} không tồn tại.",
      en: "The directory of the signing key {path} does not exist.",
    },
    next: {
      vi: "Kiểm tra ổ đĩa đã được gắn chưa, hoặc tạo thư mục này.",
      en: "Check that its disk is mounted, or create the directory.",
    },
  },
  "not-writable": {
    text: {
      vi: "Không tạo được khóa ký nhật ký {path}.",
      en: "The signing key {path} cannot be made.",
    },
    next: {
      vi: "Kiểm tra quyền truy cập và dung lượng trống.",
      en: "Check the directory's permissions and its free space.",
    },
  },
};
