import type { Message } from "./text.ts";

export const verifyTexts = {
  summary: {
    en: "prove that nothing of what a site sent is missing or changed",
    vi: "chứng minh dữ liệu điểm gửi về không thiếu, không bị sửa",
  },
  usage: {
    en: "Computes the hash chain of received events anew and compares it with the checkpoints that the site signed every minute. FILE has one message a line, as `mosquitto_sub -F '%p'` or `-F '%t %p'` writes them, in any order and with repeats; - is standard input. It finds what was changed, left out, added, moved or cut off since the agent recorded it. It proves nothing about what was never recorded.",
    vi: "Tính lại chuỗi băm của các sự kiện đã nhận và so với các mốc mà điểm ký mỗi phút. FILE chứa mỗi bản tin một dòng, đúng như `mosquitto_sub -F '%p'` hoặc `-F '%t %p'` ghi ra, thứ tự tùy ý và có thể lặp; - là đầu vào chuẩn. Lệnh phát hiện mọi chỗ bị sửa, bỏ bớt, thêm vào, đổi chỗ hoặc cắt đuôi kể từ khi phần mềm ghi nhận. Lệnh không chứng minh được gì về những việc chưa từng được ghi nhận.",
  },
  argumentFile: { en: "received messages, or -", vi: "các bản tin đã nhận, hoặc -" },
  optionKey: {
    en: "public key of the site: PEM, or `publicKey` of its `info`, one a line",
    vi: "khóa công khai của điểm: PEM, hoặc `publicKey` trong `info` của điểm, mỗi dòng một khóa",
  },
  optionSite: {
    en: "judge this site's events only, where the file has several sites",
    vi: "chỉ xét sự kiện của điểm này, khi tệp có nhiều điểm",
  },
  optionNow: {
    en: "until when was received, RFC 3339 (default: now)",
    vi: "nhận đến thời điểm nào, dạng RFC 3339 (mặc định: hiện tại)",
  },
  exitFine: { en: "everything verifies", vi: "mọi thứ đều khớp" },
  exitNotFine: { en: "something does not verify", vi: "có chỗ không khớp" },
  exitUsage: { en: "wrong usage, or a key that is none", vi: "dùng sai lệnh, hoặc khóa không hợp lệ" },
  exitMissing: { en: "a file cannot be read", vi: "không đọc được tệp" },

  keyMissing: { en: "--key is missing", vi: "thiếu --key" },
  keyInvalid: {
    en: "{file} holds no Ed25519 public key",
    vi: "{file} không chứa khóa công khai Ed25519",
  },
  nowInvalid: {
    en: "--now {found}: expected a time like 2026-11-24T01:00:00Z",
    vi: "--now {found}: phải là thời điểm dạng 2026-11-24T01:00:00Z",
  },
  fileUnreadable: { en: "cannot read {file}: {reason}", vi: "không đọc được {file}: {reason}" },

  nothing: { en: "no event of a site was found", vi: "không tìm thấy sự kiện nào của điểm" },
  epoch: {
    en: "{site}, journal {epoch}: events {from} to {to}; {events} received, {duplicates} repeats",
    vi: "{site}, nhật ký {epoch}: sự kiện {from} đến {to}; đã nhận {events}, trùng {duplicates}",
  },
  verified: {
    en: "all there and unchanged up to event {seq}; {good} checkpoints",
    vi: "đủ và nguyên vẹn đến sự kiện {seq}; {good} mốc đã ký",
  },
  verifiedNothing: { en: "nothing is proven", vi: "chưa chứng minh được gì" },
  unvouched: {
    en: "{n} newest events wait for the next checkpoint",
    vi: "{n} sự kiện mới nhất chờ mốc ký tiếp theo",
  },
  missing: { en: "{n} events missing: {ranges}", vi: "thiếu {n} sự kiện: {ranges}" },
  toldGone: {
    en: "{n} events are gone, as the site told: {reason}",
    vi: "{n} sự kiện đã mất, điểm đã báo: {reason}",
  },
  lostEnd: {
    en: "its end is gone, as the site told, and with it what would prove where it ended: {ranges}",
    vi: "phần cuối đã mất, điểm đã báo; không còn gì chứng minh nhật ký kết thúc ở đâu: {ranges}",
  },
  previousGone: {
    en: "its beginning is gone, as the site told: what it follows is not known",
    vi: "phần đầu đã mất, điểm đã báo: không rõ nó nối tiếp nhật ký nào",
  },
  unproven: {
    en: "beside what is gone, and proven by nothing: {ranges}",
    vi: "nằm cạnh phần đã mất, không có gì chứng minh: {ranges}",
  },
  forks: { en: "two versions of: {seqs}", vi: "có hai phiên bản khác nhau: {seqs}" },
  broken: { en: "changed within: {ranges}", vi: "bị sửa trong khoảng: {ranges}" },
  badCheckpoints: {
    en: "{n} checkpoints, beginnings or reports of gone events that are not signed by the site",
    vi: "{n} mốc ký, mốc bắt đầu hoặc báo mất không phải do điểm ký",
  },
  missingBehind: {
    en: "{n} checkpoints cannot be checked, because events before them are missing",
    vi: "{n} mốc ký không kiểm tra được vì thiếu sự kiện trước đó",
  },
  previousDiffers: {
    en: "the journal before it has more events than it knows of: it was put back or copied",
    vi: "nhật ký trước nó có nhiều sự kiện hơn mức nó biết: nhật ký đã bị khôi phục bản cũ hoặc sao chép",
  },
  previousMissing: {
    en: "the journal before it was not received",
    vi: "không nhận được nhật ký trước nó",
  },
  previousShared: {
    en: "another journal says to stand in the same place: it was lost or copied",
    vi: "có nhật ký khác cùng đứng ở vị trí này: nhật ký đã mất hoặc bị sao chép",
  },
  tailNone: { en: "it has no checkpoint", vi: "không có mốc ký nào" },
  tailOld: {
    en: "its last checkpoint is {seconds} s old: what followed was cut off, or say with --now until when was received",
    vi: "mốc ký cuối đã qua {seconds} giây: phần sau đã bị cắt, hoặc dùng --now để nêu nhận đến thời điểm nào",
  },
  tailAhead: {
    en: "its last checkpoint is {seconds} s in the future: clocks differ, and a cut end would not show",
    vi: "mốc ký cuối ở trước {seconds} giây: đồng hồ lệch nhau, nếu bị cắt đuôi sẽ không phát hiện được",
  },
  malformed: {
    en: "{n} lines or messages that cannot be read",
    vi: "{n} dòng hoặc bản tin không đọc được",
  },
  otherSites: { en: "{n} events of other sites left out", vi: "bỏ qua {n} sự kiện của điểm khác" },
  overLimit: {
    en: "{n} events of too many journals not judged",
    vi: "không xét {n} sự kiện vì có quá nhiều nhật ký",
  },
  ok: { en: "Everything verifies.", vi: "Mọi thứ đều khớp." },
  notOk: { en: "Not everything verifies.", vi: "Có chỗ không khớp." },
} as const satisfies Record<string, Message>;
