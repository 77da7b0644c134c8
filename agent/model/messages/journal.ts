import type { JournalFaultKind } from "../journal.ts";
import type { Message } from "./text.ts";

/** Why the journal cannot be opened or not be gone on with, and what to do. `{path}` is its file. */
export const journalFaults: Record<JournalFaultKind, { readonly text: Message; readonly next: Message }> = {
  "in-use": {
    text: {
      vi: "Một tiến trình khác đang dùng nhật ký {path}.",
      en: "Another process is using the journal {path}.",
    },
    next: {
      vi: "Chỉ được chạy một camera-agent trên mỗi nhật ký. Dừng tiến trình kia rồi khởi động lại.",
      en: "Only one camera-agent may run on a journal. Stop the other one, then start again.",
    },
  },
  "directory-missing": {
    text: {
      vi: "Thư mục của nhật ký {path} không tồn tại.",
      en: "The directory of the journal {path} does not exist.",
    },
    next: {
      vi: "Kiểm tra ổ đĩa đã được gắn chưa, hoặc tạo thư mục này.",
      en: "Check that its disk is mounted, or create the directory.",
    },
  },
  "network-disk": {
    text: {
      vi: "Nhật ký {path} nằm trên ổ mạng hoặc FUSE: mất điện có thể mất sự kiện đã ghi.",
      en: "The journal {path} is on a network disk or FUSE, which may lose written events at a power cut.",
    },
    next: {
      vi: "Sửa journal.path trong config.yaml sang ổ gắn trong máy này.",
      en: "Correct journal.path in config.yaml: it must be on a disk of this machine.",
    },
  },
  "not-a-file": {
    text: { vi: "Đường dẫn nhật ký {path} không phải là tệp.", en: "The journal {path} is not a file." },
    next: {
      vi: "Sửa journal.path trong config.yaml thành tên một tệp.",
      en: "Correct journal.path in config.yaml: it must name a file.",
    },
  },
  "not-writable": {
    text: { vi: "Không ghi được nhật ký {path}.", en: "The journal {path} cannot be written." },
    next: {
      vi: "Kiểm tra dung lượng trống, quyền truy cập và ổ đĩa có bị chuyển sang chỉ đọc không.",
      en: "Check free space, permissions, and whether the disk has become read-only.",
    },
  },
  "not-a-journal": {
    text: {
      vi: "{path} không phải là nhật ký của camera-agent.",
      en: "{path} is not a journal of camera-agent.",
    },
    next: {
      vi: "Kiểm tra journal.path trong config.yaml. Khi camera-agent khởi động, tệp này được giữ lại dưới tên khác. Không xóa tệp.",
      en: "Check journal.path in config.yaml. When camera-agent starts, it keeps this file under another name. Do not delete it.",
    },
  },
  "newer-version": {
    text: {
      vi: "Nhật ký {path} do một phiên bản camera-agent mới hơn tạo ra.",
      en: "The journal {path} was written by a newer version of camera-agent.",
    },
    next: { vi: "Cài lại phiên bản mới hơn đó.", en: "Install that newer version again." },
  },
  "other-site": {
    text: {
      vi: "Nhật ký {path} thuộc về một điểm khác.",
      en: "The journal {path} belongs to another site.",
    },
    next: {
      vi: "Sửa site.id trong config.yaml, hoặc chọn tệp nhật ký khác cho điểm này.",
      en: "Correct site.id in config.yaml, or choose another journal file for this site.",
    },
  },
  "not-durable": {
    text: {
      vi: "Nơi lưu nhật ký {path} không bảo đảm dữ liệu còn nguyên sau khi mất điện.",
      en: "The place of the journal {path} cannot keep data through a power cut.",
    },
    next: {
      vi: "Đặt nhật ký trên ổ đĩa gắn trong máy, không dùng thư mục mạng.",
      en: "Put the journal on a disk of this machine, not on a network share.",
    },
  },
  damaged: {
    text: { vi: "Nhật ký {path} bị hỏng.", en: "The journal {path} is damaged." },
    next: {
      vi: "Kiểm tra ổ đĩa (dmesg, SMART). Khi camera-agent khởi động, tệp này được giữ lại dưới tên khác và các sự kiện còn nguyên vẹn được chuyển sang nhật ký mới. Không xóa tệp.",
      en: "Check the disk (dmesg, SMART). When camera-agent starts, it keeps this file under another name and takes the events that are intact into a new journal. Do not delete it.",
    },
  },
  "not-recovered": {
    text: {
      vi: "Nhật ký {path} không dùng tiếp được, và không tạo được nhật ký mới từ tệp đó.",
      en: "The journal {path} cannot be gone on with, and no new one could be made of it.",
    },
    next: {
      vi: "Kiểm tra dung lượng trống (cần bằng kích thước nhật ký), quyền ghi vào thư mục và ổ đĩa có bị chuyển sang chỉ đọc không. Tệp cũ còn nguyên; camera-agent sẽ tự thử lại. Không xóa tệp.",
      en: "Check free space (as much as the journal's size is needed), permission to write to its directory, and whether the disk has become read-only. The old file is as it was; camera-agent tries again by itself. Do not delete it.",
    },
  },
  replaced: {
    text: {
      vi: "Tệp nhật ký {path} bị xóa hoặc bị thay thế khi phần mềm đang chạy.",
      en: "The journal {path} was removed or replaced while the agent ran.",
    },
    next: {
      vi: "Kiểm tra ổ đĩa còn được gắn không và ai đã chuyển tệp. Phần mềm tự khởi động lại với tệp đang có ở đó.",
      en: "Check that its disk is still mounted, and who moved the file. The agent starts again by itself with what is there now.",
    },
  },
};
