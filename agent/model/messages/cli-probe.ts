import type { Message } from "./text.ts";

export const probeTexts = {
  summary: { en: "look at one camera now", vi: "kiểm tra một camera ngay" },
  usage: {
    en: "Looks at one camera of the configuration once, rung by rung, and says why it cannot be used and what to do next, and what disks and recordings there are where the make tells. The running agent is not disturbed. A wrong password is tried once only: cameras lock their accounts.",
    vi: "Kiểm tra một lần một camera trong cấu hình, lần lượt từng bậc, và cho biết vì sao không dùng được, cần làm gì tiếp, cùng ổ lưu trữ và dữ liệu ghi hình nếu hãng cho biết. Không ảnh hưởng phần mềm đang chạy. Mật khẩu sai chỉ thử một lần vì camera sẽ khóa đăng nhập.",
  },
  argumentCamera: { en: "id of the camera in config.yaml", vi: "mã camera trong config.yaml" },
  optionSnapshot: { en: "also save a picture (JPEG) to FILE", vi: "lưu thêm một ảnh chụp (JPEG) vào FILE" },
  exitFine: { en: "the camera can be used and nothing is wrong", vi: "camera dùng được, không có lỗi" },
  exitNotFine: { en: "something is wrong with the camera", vi: "camera có lỗi" },
  exitUsage: {
    en: "wrong usage, wrong configuration, or no such camera",
    vi: "dùng sai lệnh, cấu hình sai hoặc không có camera này",
  },
  noSuchCamera: {
    en: "No camera {id} in {file}. Cameras: {cameras}",
    vi: "Không có camera {id} trong {file}. Các camera: {cameras}",
  },
  looking: { en: "Looking at {name} ({address}) …", vi: "Đang kiểm tra {name} ({address}) …" },
  notReached: { en: "not reached", vi: "chưa tới bậc này" },
  notTold: { en: "not told by this camera", vi: "camera này không cho biết" },
  fine: { en: "Nothing is wrong.", vi: "Không có lỗi." },
  next: { en: "Next", vi: "Cần làm" },
  seen: { en: "Seen", vi: "Ghi nhận" },
  snapshotSaved: {
    en: "Picture saved to {file} ({bytes} bytes).",
    vi: "Đã lưu ảnh vào {file} ({bytes} byte).",
  },
  snapshotFailed: {
    en: "The picture {file} cannot be written ({reason}).",
    vi: "Không ghi được ảnh {file} ({reason}).",
  },
  exitMissing: { en: "the picture cannot be written", vi: "không ghi được ảnh" },
  snapshotNone: {
    en: "This camera gives no pictures this way.",
    vi: "Camera này không cho chụp ảnh bằng cách này.",
  },
  factsTitle: { en: "Device", vi: "Thiết bị" },
  streamTitle: { en: "Stream", vi: "Luồng hình" },
  clockTitle: { en: "Clock", vi: "Đồng hồ" },
  serial: { en: "serial {serial}", vi: "số sê-ri {serial}" },
  firmware: { en: "firmware {firmware}", vi: "firmware {firmware}" },
  keyframe: { en: "first keyframe after {ms} ms", vi: "khung hình chính đầu tiên sau {ms} ms" },
} as const satisfies Record<string, Message>;
