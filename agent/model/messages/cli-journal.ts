import type { Message } from "./text.ts";

/** Why an epoch began; one that a newer agent wrote is named as it stands. */
export const epochReasons: Readonly<Record<string, Message>> = {
  created: { en: "there was no journal", vi: "chưa có nhật ký" },
  "new-key": { en: "another key", vi: "đổi khóa ký" },
  recovered: { en: "the one before was damaged", vi: "nhật ký trước bị hỏng" },
  foreign: { en: "another's file stood there", vi: "tệp ở đó không phải của điểm này" },
  newer: { en: "the one before is of a newer version", vi: "nhật ký trước thuộc phiên bản mới hơn" },
};

export const journalTexts = {
  summaryStatus: {
    en: "what the journal holds and what of it the unit has",
    vi: "nhật ký đang lưu gì và đơn vị đã nhận đến đâu",
  },
  usageStatus: {
    en: "Shows events, epochs, what is delivered, what waits and what was dropped, size, oldest event and last checkpoint. While the agent runs it shows what the agent itself says (its status file); --copy reads a copy of the journal instead and tells everything.",
    vi: "Hiện số sự kiện, các kỳ của nhật ký, phần đã gửi, đang chờ, đã loại bỏ, dung lượng, sự kiện cũ nhất và mốc ký cuối. Khi phần mềm đang chạy, lệnh hiện những gì phần mềm tự báo (tệp trạng thái); --copy đọc một bản sao của nhật ký và hiện đầy đủ.",
  },
  summaryVerify: {
    en: "prove that nothing in the journal is missing or changed",
    vi: "chứng minh nhật ký không thiếu, không bị sửa",
  },
  usageVerify: {
    en: "Computes the hash chain of every stored event anew, checks each signed checkpoint with the site's key and accounts for every event that is not there. While the agent runs a copy is read, which needs room for the whole journal; while a stopped agent's journal is read it cannot start. What no journal can show of itself: that its end was cut off, and that the unit had what it dropped; `camera-agent verify` over what the unit received shows that.",
    vi: "Tính lại chuỗi băm của mọi sự kiện đã lưu, kiểm tra từng mốc ký bằng khóa của điểm và giải trình mọi sự kiện không còn. Khi phần mềm đang chạy, lệnh đọc một bản sao nên cần đủ chỗ trống cho cả nhật ký; khi đang đọc nhật ký của phần mềm đã dừng thì phần mềm không khởi động được. Điều nhật ký không tự cho thấy được: phần cuối đã bị cắt, và đơn vị có thật sự đã nhận những gì nhật ký loại bỏ hay không; `camera-agent verify` trên dữ liệu đơn vị đã nhận sẽ cho thấy.",
  },
  summaryExport: {
    en: "write the stored events, byte for byte, one a line",
    vi: "xuất các sự kiện đã lưu, đúng từng byte, mỗi sự kiện một dòng",
  },
  usageExport: {
    en: "Writes events as they are stored, checkpoints among them: an export of everything proves itself by `camera-agent verify`; in a part of it that command shows the rest as missing. --from and --to are numbers within --epoch. While the agent runs a copy is read, which needs room for the whole journal.",
    vi: "Xuất sự kiện đúng như đã lưu, gồm cả các mốc ký: bản xuất toàn bộ tự chứng minh được bằng `camera-agent verify`; với bản xuất một phần, lệnh đó báo phần còn lại là thiếu. --from và --to là số thứ tự trong --epoch. Khi phần mềm đang chạy, lệnh đọc một bản sao nên cần đủ chỗ trống cho cả nhật ký.",
  },
  summaryResend: {
    en: "have events sent to the unit once more",
    vi: "gửi lại sự kiện cho đơn vị",
  },
  usageResend: {
    en: "Marks events of the journal as not delivered, so that the agent sends them again when it starts; the unit drops what it has already. --dead-letters names all those that the broker would not take. The agent must be stopped. While it runs, let the unit ask for them with cmd/resend.",
    vi: "Đánh dấu các sự kiện là chưa gửi để phần mềm gửi lại khi khởi động; đơn vị tự bỏ những gì đã có. --dead-letters chọn tất cả sự kiện mà máy chủ MQTT không nhận. Phải dừng phần mềm trước. Khi phần mềm đang chạy, hãy để đơn vị yêu cầu bằng cmd/resend.",
  },

  optionDeadLetters: {
    en: "all events that the broker would not take, instead of a range",
    vi: "tất cả sự kiện mà máy chủ MQTT không nhận, thay cho một khoảng",
  },
  optionFile: {
    en: "journal to read instead of the configured one, such as one that was set aside",
    vi: "nhật ký cần đọc thay cho tệp trong cấu hình, ví dụ tệp hỏng đã được cất riêng",
  },
  optionWork: {
    en: "folder for the copy (default: the journal's own)",
    vi: "thư mục cho bản sao (mặc định: thư mục của nhật ký)",
  },
  optionCopy: {
    en: "read a copy of a running agent's journal",
    vi: "đọc bản sao nhật ký của phần mềm đang chạy",
  },
  optionKey: {
    en: "public keys of the site (default: the one of signing.key)",
    vi: "các khóa công khai của điểm (mặc định: khóa trong signing.key)",
  },
  optionEpoch: {
    en: "epoch that --from and --to count in, or its first digits (default: the latest)",
    vi: "kỳ nhật ký mà --from và --to đánh số, hoặc các ký tự đầu của nó (mặc định: kỳ mới nhất)",
  },
  optionFrom: { en: "first event", vi: "sự kiện đầu" },
  optionTo: { en: "last event", vi: "sự kiện cuối" },
  optionKind: {
    en: "of these kinds only: motion,health,…",
    vi: "chỉ các loại này: motion,health,…",
  },
  optionCamera: { en: "of this camera only", vi: "chỉ của camera này" },
  optionSince: {
    en: "recorded since then: a time, or 24h before now",
    vi: "ghi nhận từ lúc đó: thời điểm, hoặc 24h trước hiện tại",
  },
  optionOut: {
    en: "file to write, which must not be there yet (default: standard output)",
    vi: "tệp cần ghi, chưa được tồn tại (mặc định: đầu ra chuẩn)",
  },

  exitRead: { en: "read, nothing wrong", vi: "đã đọc, không có lỗi" },
  exitWrong: { en: "the journal is damaged or lost events", vi: "nhật ký hỏng hoặc đã mất sự kiện" },
  exitUsage: {
    en: "wrong usage, wrong configuration or a key that is none",
    vi: "dùng sai lệnh, cấu hình sai hoặc khóa không hợp lệ",
  },
  exitMissing: {
    en: "no journal there, or it cannot be read",
    vi: "không có nhật ký, hoặc không đọc được",
  },
  exitVerified: { en: "everything verifies", vi: "mọi thứ đều khớp" },
  exitNotVerified: { en: "something does not verify", vi: "có chỗ không khớp" },
  exitExported: { en: "all that was asked for is written", vi: "đã xuất đủ những gì được yêu cầu" },
  exitExportedPart: {
    en: "the journal is damaged: what can be read is written",
    vi: "nhật ký hỏng: đã xuất phần còn đọc được",
  },
  exitNotExported: {
    en: "no journal there, or reading or writing failed",
    vi: "không có nhật ký, hoặc đọc hay ghi không được",
  },
  exitResend: { en: "all of them will be sent again", vi: "tất cả sẽ được gửi lại" },
  exitResendPart: {
    en: "some of them are not there",
    vi: "một số không có trong nhật ký",
  },
  exitResendMissing: {
    en: "no journal there, the agent runs, or it cannot be written",
    vi: "không có nhật ký, phần mềm đang chạy, hoặc không ghi được",
  },

  absent: { en: "There is no journal {path}.", vi: "Không có nhật ký {path}." },
  absentNext: {
    en: "Name the configuration with --config or the journal with --file.",
    vi: "Chỉ tệp cấu hình bằng --config hoặc nhật ký bằng --file.",
  },
  unreadable: { en: "The journal {path} cannot be read.", vi: "Không đọc được nhật ký {path}." },
  unreadableNext: {
    en: "Run it as root: sudo camera-agent journal …",
    vi: "Chạy bằng quyền root: sudo camera-agent journal …",
  },
  "no-room": {
    en: "The agent runs, and there is too little room for a copy of its journal {path}.",
    vi: "Phần mềm đang chạy, và không đủ chỗ trống cho bản sao nhật ký {path}.",
  },
  "no-roomNext": {
    en: "Name a folder on another disk with --work, or stop the agent.",
    vi: "Chỉ thư mục trên ổ khác bằng --work, hoặc dừng phần mềm.",
  },
  moving: {
    en: "The agent wrote faster than its journal {path} could be copied.",
    vi: "Phần mềm ghi nhanh hơn tốc độ sao chép nhật ký {path}.",
  },
  movingNext: {
    en: "Try again when less happens, or stop the agent.",
    vi: "Thử lại lúc ít sự kiện hơn, hoặc dừng phần mềm.",
  },
  "not-copied": {
    en: "The agent runs, and its journal {path} cannot be copied.",
    vi: "Phần mềm đang chạy, và không sao chép được nhật ký {path}.",
  },
  "not-copiedNext": {
    en: "Run it as root, or name another folder with --work.",
    vi: "Chạy bằng quyền root, hoặc chỉ thư mục khác bằng --work.",
  },
  "in-useNext": {
    en: "Let the unit ask for the events with cmd/resend; or stop the agent, do this and start it again: systemctl stop camera-agent",
    vi: "Để đơn vị yêu cầu gửi lại bằng cmd/resend; hoặc dừng phần mềm, chạy lệnh này rồi khởi động lại: systemctl stop camera-agent",
  },
  inUseNoStatus: {
    en: "A process has the journal {path} open and says nothing of itself; --copy reads a copy.",
    vi: "Có tiến trình đang mở nhật ký {path} nhưng không báo trạng thái; --copy đọc bản sao.",
  },
  noKey: {
    en: "The site's key cannot be read; name its public key with --key.",
    vi: "Không đọc được khóa của điểm; hãy chỉ khóa công khai bằng --key.",
  },
  epochUnknown: {
    en: "--epoch {found}: there is no such epoch, or several; there are: {known}",
    vi: "--epoch {found}: không có kỳ này, hoặc có nhiều kỳ trùng; hiện có: {known}",
  },
  notNumber: {
    en: "--{option} {found}: expected a number from 1",
    vi: "--{option} {found}: phải là số từ 1 trở lên",
  },
  rangeBackwards: {
    en: "--from {from} is behind --to {to}",
    vi: "--from {from} lớn hơn --to {to}",
  },
  rangeMissing: { en: "--from and --to are missing", vi: "thiếu --from và --to" },
  rangeTooMuch: {
    en: "--dead-letters goes with none of --epoch, --from and --to",
    vi: "--dead-letters không dùng chung với --epoch, --from và --to",
  },
  kindUnknown: {
    en: "--kind {found}: there are: {known}",
    vi: "--kind {found}: hiện có: {known}",
  },
  sinceInvalid: {
    en: "--since {found}: expected a time like 2026-11-24T01:00:00Z, or a duration like 24h",
    vi: "--since {found}: phải là thời điểm dạng 2026-11-24T01:00:00Z, hoặc khoảng thời gian dạng 24h",
  },

  head: { en: "Journal {path} of {site}", vi: "Nhật ký {path} của {site}" },
  isCopy: {
    en: "The agent runs; this is a copy of what it had written.",
    vi: "Phần mềm đang chạy; đây là bản sao của phần đã ghi.",
  },
  fromStatus: {
    en: "The agent runs; as it says itself, {at}.",
    vi: "Phần mềm đang chạy; theo chính phần mềm báo lúc {at}.",
  },
  damaged: { en: "Damaged: {evidence}", vi: "Bị hỏng: {evidence}" },
  figureEvents: { en: "events", vi: "Sự kiện" },
  figureRecorded: { en: "recorded", vi: "Ghi nhận" },
  figureLast: { en: "last event", vi: "Sự kiện cuối" },
  figureSize: { en: "size", vi: "Dung lượng" },
  figureWaiting: { en: "not delivered", vi: "Chưa gửi" },
  figureDropped: { en: "dropped", vi: "Đã loại bỏ" },
  figureCheckpoint: { en: "last checkpoint", vi: "Mốc ký cuối" },
  recordedFromTo: { en: "{oldest} to {newest}", vi: "{oldest} đến {newest}" },
  megabytes: { en: "{n} MB", vi: "{n} MB" },
  ofMost: { en: "{is} (limit {most})", vi: "{is} (giới hạn {most})" },
  checkpointAt: {
    en: "{at}, over event {seq}; {age} ago",
    vi: "{at}, đến sự kiện {seq}; cách đây {age}",
  },
  checkpointNone: { en: "none", vi: "chưa có" },
  waitingSince: { en: "{n}, the oldest since {at}", vi: "{n}, cũ nhất từ {at}" },
  refused: {
    en: "{n} events could not be written since the agent started",
    vi: "{n} sự kiện không ghi được từ khi phần mềm khởi động",
  },
  epochLine: {
    en: "Epoch {epoch}, since {began} ({reason})",
    vi: "Kỳ {epoch}, từ {began} ({reason})",
  },
  epochEvents: {
    en: "events {from} to {to}: {events} kept, {delivered} of them delivered, {receipted} receipted",
    vi: "sự kiện {from} đến {to}: còn lưu {events}, đã gửi {delivered}, đơn vị đã xác nhận {receipted}",
  },
  epochWaiting: { en: "not delivered: {ranges}", vi: "chưa gửi: {ranges}" },
  epochDeadLetters: {
    en: "the broker never takes ({reason}): {ranges}",
    vi: "máy chủ MQTT không bao giờ nhận ({reason}): {ranges}",
  },
  epochDropped: { en: "dropped: {ranges}", vi: "đã loại bỏ: {ranges}" },

  verifyEpoch: {
    en: "Epoch {epoch}: events {from} to {to}; {events} there",
    vi: "Kỳ {epoch}: sự kiện {from} đến {to}; còn {events}",
  },
  verified: {
    en: "{good} checkpoints are right, the last over event {seq}",
    vi: "{good} mốc ký đúng, mốc cuối đến sự kiện {seq}",
  },
  verifiedNothing: { en: "no checkpoint vouches for it", vi: "không có mốc ký nào bảo đảm" },
  verifyDropped: {
    en: "{n} events are gone, for want of room or by damage; the chain is proven over them",
    vi: "{n} sự kiện không còn, do hết chỗ hoặc tệp hỏng; chuỗi vẫn liền qua đó",
  },
  verifyTold: {
    en: "{n} of them had not been sent, and the unit is told so",
    vi: "{n} trong số đó chưa kịp gửi, và đơn vị được báo",
  },
  verifyUnvouched: {
    en: "{n} newest events wait for the next checkpoint",
    vi: "{n} sự kiện mới nhất chờ mốc ký tiếp theo",
  },
  verifyMissing: { en: "{n} events missing: {ranges}", vi: "thiếu {n} sự kiện: {ranges}" },
  verifyChanged: {
    en: "{n} events are not what was written: {seqs}",
    vi: "{n} sự kiện không còn như lúc ghi: {seqs}",
  },
  verifyBad: {
    en: "{n} checkpoints, beginnings or reports of gone events are not signed by the site, or not of this chain",
    vi: "{n} mốc ký, mốc bắt đầu hoặc báo mất không phải do điểm ký, hoặc không thuộc chuỗi này",
  },
  verifyUnknownKey: {
    en: "{n} checkpoints or beginnings are signed with a key that is not given; give the site's earlier keys with --key",
    vi: "{n} mốc ký hoặc mốc bắt đầu dùng khóa chưa được nêu; nêu các khóa trước đây của điểm bằng --key",
  },
  verifyUncheckable: {
    en: "{n} checkpoints vouch for events that are gone",
    vi: "{n} mốc ký bảo đảm cho sự kiện không còn",
  },
  verifyFollows: {
    en: "it does not follow the end of the epoch before it",
    vi: "không nối tiếp phần cuối của kỳ trước",
  },
  verifyTail: {
    en: "its last checkpoint is {seconds} s older than what follows it: checkpoints were taken out",
    vi: "mốc ký cuối cũ hơn phần sau nó {seconds} giây: có mốc ký đã bị bỏ đi",
  },
  verifyNotEpoch: { en: "it has no event", vi: "không có sự kiện nào" },
  verifyStrays: { en: "{n} events are of no epoch", vi: "{n} sự kiện không thuộc kỳ nào" },
  verifyNone: { en: "the journal has no epoch", vi: "nhật ký không có kỳ nào" },

  exported: { en: "{n} events written.", vi: "Đã xuất {n} sự kiện." },
  notWritten: { en: "cannot write {file}: {reason}", vi: "không ghi được {file}: {reason}" },

  resendMarked: {
    en: "{n} events will be sent again when the agent starts.",
    vi: "{n} sự kiện sẽ được gửi lại khi phần mềm khởi động.",
  },
  resendWaiting: {
    en: "{n} events of the range had not been delivered anyway.",
    vi: "{n} sự kiện trong khoảng này vốn chưa được gửi.",
  },
  resendGone: {
    en: "{n} events of the range are not there: {ranges}",
    vi: "{n} sự kiện trong khoảng này không có trong nhật ký: {ranges}",
  },
} as const satisfies Record<string, Message>;
