import type { Message } from "./text.ts";

export const statusTexts = {
  summary: {
    en: "shows how the running agent and its cameras are, problems first",
    vi: "cho biết phần mềm đang chạy và các camera thế nào, lỗi lên trước",
  },
  usage: {
    en: "Reads the status file of the agent that runs on this box and shows on one screen what is wrong, why, and what to do next. Needs no broker and no camera. With --json it writes {running, presence, problems, status}, status being the file as the agent wrote it; running is null where it cannot be told.",
    vi: "Đọc tệp trạng thái của phần mềm đang chạy trên máy này và hiện trên một màn hình: lỗi gì, vì sao, việc cần làm tiếp. Không cần máy chủ MQTT hay camera. Với --json thì xuất {running, presence, problems, status}, trong đó status là nội dung tệp do phần mềm ghi; running là null khi không biết được.",
  },
  optionFile: {
    en: "status file (default: the one named in the configuration)",
    vi: "tệp trạng thái (mặc định: theo tệp cấu hình)",
  },
  exitFine: { en: "the agent runs and everything is fine", vi: "phần mềm đang chạy, mọi thứ đều tốt" },
  exitNotFine: { en: "something is wrong; it is shown", vi: "có lỗi, xem trên màn hình" },
  exitUsage: { en: "wrong usage or a wrong configuration", vi: "dùng sai lệnh hoặc cấu hình sai" },
  exitNotRunning: {
    en: "the agent is not running, or its status file cannot be used",
    vi: "phần mềm không chạy, hoặc không dùng được tệp trạng thái",
  },

  notRunning: { en: "The agent is not running.", vi: "Phần mềm không chạy." },
  fileMissing: { en: "There is no status file {file}.", vi: "Không có tệp trạng thái {file}." },
  notKnown: { en: "It cannot be told how the agent is.", vi: "Không biết được tình trạng của phần mềm." },
  unreadableNext: {
    en: "Check the path, or ask as the administrator: sudo camera-agent status",
    vi: "Kiểm tra đường dẫn, hoặc chạy với quyền quản trị: sudo camera-agent status",
  },
  damaged: {
    en: "The status file {file} is damaged.",
    vi: "Tệp trạng thái {file} bị hỏng.",
  },
  damagedNext: {
    en: "Have the agent write it anew: systemctl restart camera-agent",
    vi: "Cho phần mềm ghi lại tệp này: systemctl restart camera-agent",
  },
  otherVersion: {
    en: "The status file {file} was written by camera-agent {theirs}; this one is {ours}.",
    vi: "Tệp trạng thái {file} do camera-agent {theirs} ghi; đây là {ours}.",
  },
  otherVersionNext: {
    en: "After an update the running agent is still the old one: systemctl restart camera-agent",
    vi: "Sau khi cập nhật, phần mềm đang chạy vẫn là bản cũ: systemctl restart camera-agent",
  },
  showAnyway: {
    en: "The running agent is shown all the same by: camera-agent status --file {file}",
    vi: "Vẫn xem được phần mềm đang chạy bằng: camera-agent status --file {file}",
  },
  ended: {
    en: "Process {pid} has ended; it last wrote at {at}.",
    vi: "Tiến trình {pid} đã kết thúc; ghi lần cuối lúc {at}.",
  },
  rebooted: {
    en: "The box was restarted; the agent last wrote at {at}, before that.",
    vi: "Máy đã khởi động lại; phần mềm ghi lần cuối lúc {at}, trước khi khởi động lại.",
  },
  unseen: {
    en: "The agent last wrote at {at}; this user may not see whether process {pid} is the agent.",
    vi: "Phần mềm ghi lần cuối lúc {at}; người dùng này không có quyền xem tiến trình {pid} có phải là phần mềm hay không.",
  },
  unseenNext: {
    en: "Ask as the administrator: sudo camera-agent status",
    vi: "Chạy với quyền quản trị: sudo camera-agent status",
  },
  startNext: {
    en: "Start it: systemctl start camera-agent. Why it ended: journalctl -u camera-agent -n 50",
    vi: "Khởi động: systemctl start camera-agent. Xem vì sao dừng: journalctl -u camera-agent -n 50",
  },
  silent: {
    en: "The agent has said nothing for {age}: it hangs. What follows is old.",
    vi: "Phần mềm đã im lặng {age}: có thể bị treo. Thông tin dưới đây đã cũ.",
  },
  silentNext: {
    en: "Restart it: systemctl restart camera-agent. No recorded event is lost by that.",
    vi: "Khởi động lại: systemctl restart camera-agent. Các sự kiện đã ghi không bị mất.",
  },

  allFine: { en: "Everything is fine.", vi: "Mọi thứ đều tốt." },
  problems: { en: "Needs attention", vi: "Cần xử lý" },
  running: {
    en: "running for {age} · version {version} · pid {pid}",
    vi: "đã chạy {age} · phiên bản {version} · pid {pid}",
  },
  headUnit: { en: "monitoring unit", vi: "Đơn vị giám sát" },
  headCameras: { en: "usable cameras", vi: "Camera dùng được" },
  headUplink: { en: "uplink", vi: "Đường truyền" },
  headJournal: { en: "journal", vi: "Nhật ký" },
  headBox: { en: "box", vi: "Máy" },

  uplinkUp: {
    en: "connected since {since}, MQTT {protocol}",
    vi: "đã kết nối từ {since}, MQTT {protocol}",
  },
  uplinkDown: { en: "not connected", vi: "chưa kết nối" },
  journalLine: {
    en: "event no. {last} · waiting to send: {waiting}",
    vi: "sự kiện số {last} · Chờ gửi: {waiting}",
  },
  boxLine: {
    en: "CPU {cpu} % · memory free {memory} % · {temperature}",
    vi: "CPU {cpu} % · bộ nhớ trống {memory} % · {temperature}",
  },
  boxDisk: { en: "{mount} free {free} %", vi: "{mount} trống {free} %" },
  temperature: { en: "{celsius} °C", vi: "{celsius} °C" },
  unknownFigure: { en: "–", vi: "–" },

  next: { en: "Next", vi: "Cần làm" },
  seen: { en: "Seen", vi: "Ghi nhận" },

  uplinkProblem: {
    en: "No connection to the monitoring unit; events are kept and sent later.",
    vi: "Mất đường truyền tới đơn vị giám sát; sự kiện vẫn được lưu và gửi sau.",
  },
  uplinkNext: {
    en: "Check the site's internet access and the broker's address. Events wait in the journal meanwhile.",
    vi: "Kiểm tra đường truyền internet của điểm và địa chỉ máy chủ MQTT. Trong lúc chờ, sự kiện được giữ trong nhật ký.",
  },
  uplinkRefusedProblem: {
    en: "The unit's broker refuses this site; events are kept and sent later.",
    vi: "Máy chủ MQTT của đơn vị từ chối điểm này; sự kiện vẫn được lưu và gửi sau.",
  },
  uplinkRefusedNext: {
    en: "Check the broker's login and certificate, and with the unit that the site's code is admitted and used by no second recorder.",
    vi: "Kiểm tra tài khoản và chứng thư số dùng cho máy chủ MQTT; hỏi đơn vị xem mã điểm đã được chấp nhận chưa và có đầu ghi nào khác đang dùng mã này không.",
  },
  waitingProblem: {
    en: "{events} events are waiting to be sent, the oldest since {oldest}.",
    vi: "Có {events} sự kiện chờ gửi, cũ nhất từ {oldest}.",
  },
  waitingNext: {
    en: "They go out by themselves, new ones first; look again in a few minutes.",
    vi: "Phần mềm tự gửi, sự kiện mới gửi trước; xem lại sau vài phút.",
  },
  setAsideProblem: {
    en: "{journals} earlier journals that could not be gone on with are kept beside the journal: {megabytes} MB.",
    vi: "Còn giữ {journals} nhật ký cũ không dùng tiếp được, nằm cạnh nhật ký hiện tại: {megabytes} MB.",
  },
  setAsideNext: {
    en: "Check the disk (dmesg, SMART). Copy the files named …damaged-, …foreign- or …newer- to another place, then take them away here.",
    vi: "Kiểm tra ổ đĩa (dmesg, SMART). Sao chép các tệp có tên …damaged-, …foreign-, …newer- sang nơi khác rồi mới dọn khỏi đây.",
  },
  journalDiskFull: {
    en: "The disk of the journal is nearly full: delivered events are dropped, and for each new event the oldest motion that was not sent.",
    vi: "Ổ chứa nhật ký gần đầy: sự kiện đã gửi bị loại bỏ, và mỗi sự kiện mới phải thế chỗ chuyển động cũ nhất chưa kịp gửi.",
  },
  journalDiskFullNext: {
    en: "See what fills the disk and take it away: df -h, du -xh / | sort -h | tail; or move journal.path to a larger disk.",
    vi: "Xem thứ gì chiếm ổ và dọn bớt: df -h, du -xh / | sort -h | tail; hoặc chuyển journal.path sang ổ lớn hơn.",
  },
  eventsGone: {
    en: "{events} events that had never been sent were dropped since the agent started, the last at {at}: {reason}.",
    vi: "Đã loại bỏ {events} sự kiện chưa kịp gửi từ khi phần mềm khởi động, lần cuối lúc {at}: {reason}.",
  },
  eventsGoneNext: {
    en: "Restore the connection to the unit, so that events are sent; a larger journal.maxSize or journal.maxEvents bridges longer outages. The unit is told which events are gone.",
    vi: "Khôi phục kết nối tới đơn vị để sự kiện được gửi đi; tăng journal.maxSize hoặc journal.maxEvents để chịu được thời gian mất kết nối dài hơn. Đơn vị được báo chính xác các sự kiện đã mất.",
  },
  eventsGoneDiskNext: {
    en: "Make room on the journal's disk, or set journal.path to a larger one, and restore the connection to the unit. The unit is told which events are gone.",
    vi: "Giải phóng ổ chứa nhật ký, hoặc đặt journal.path sang ổ lớn hơn, và khôi phục kết nối tới đơn vị. Đơn vị được báo chính xác các sự kiện đã mất.",
  },
  notRecorded: {
    en: "{events} events could not be written to the journal since the agent started; they are lost.",
    vi: "{events} sự kiện không ghi được vào nhật ký từ khi phần mềm khởi động; các sự kiện này đã mất.",
  },
  notRecordedNext: {
    en: "Look at the disk of the journal (full, read-only, failing), then: journalctl -u camera-agent -n 50",
    vi: "Kiểm tra ổ chứa nhật ký (đầy, chỉ đọc, hỏng), sau đó: journalctl -u camera-agent -n 50",
  },
  skippedProblem: {
    en: "{events} events are too large for the unit's broker or malformed in its eyes; they are kept and not sent.",
    vi: "{events} sự kiện quá lớn hoặc không được máy chủ MQTT của đơn vị chấp nhận; vẫn được lưu nhưng không gửi.",
  },
  skippedNext: {
    en: "Ask the unit to raise the broker's largest packet size: what fits then goes out at the next connection. What was refused as malformed is tried again by cmd/resend, or with the agent stopped by: camera-agent journal resend --dead-letters",
    vi: "Đề nghị đơn vị tăng kích thước gói tin tối đa của máy chủ MQTT: những sự kiện vừa kích thước sẽ được gửi ở lần kết nối sau. Những sự kiện bị coi là sai định dạng được gửi lại bằng cmd/resend, hoặc khi đã dừng phần mềm bằng lệnh: camera-agent journal resend --dead-letters",
  },
  refusedProblem: {
    en: "The unit's broker refuses {topics} topics for now.",
    vi: "Máy chủ MQTT của đơn vị đang từ chối {topics} chủ đề.",
  },
  refusedNext: {
    en: "Ask the unit whether its receiver is running and what this site may publish (ACL). It is tried again by itself.",
    vi: "Hỏi đơn vị xem phần mềm nhận có đang chạy không và điểm này được phép gửi gì (ACL). Phần mềm sẽ tự thử lại.",
  },
  clockProblem: {
    en: "The box's clock is not synchronised.",
    vi: "Đồng hồ của máy chưa được đồng bộ.",
  },
  clockNext: {
    en: "Give the box a time server: timedatectl set-ntp true; without internet, the commune's router.",
    vi: "Khai báo máy chủ thời gian cho máy: timedatectl set-ntp true; nếu không có internet, dùng bộ định tuyến của xã.",
  },
  diskUnreadable: { en: "The disk at {mount} cannot be read.", vi: "Không đọc được ổ ở {mount}." },
  diskUnreadableNext: {
    en: "Check that the disk is plugged in and mounted; then its SMART values.",
    vi: "Kiểm tra ổ đã cắm và đã gắn (mount) chưa; sau đó xem chỉ số SMART.",
  },
  diskHidden: {
    en: "The agent cannot see the disk at {mount}: its systemd unit hides /home, /root and /run/user (ProtectHome).",
    vi: "Phần mềm không nhìn thấy ổ ở {mount}: systemd che /home, /root và /run/user đối với dịch vụ này (ProtectHome).",
  },
  diskHiddenNext: {
    en: "systemctl edit camera-agent, write [Service] and below it ProtectHome=read-only, save; then systemctl restart camera-agent. Or mount the disk elsewhere, as at /srv.",
    vi: "Chạy systemctl edit camera-agent, ghi dòng [Service] và dưới đó dòng ProtectHome=read-only, lưu lại; sau đó systemctl restart camera-agent. Hoặc gắn ổ vào nơi khác, ví dụ /srv.",
  },
  diskReadOnly: { en: "The disk at {mount} takes no more writing.", vi: "Ổ ở {mount} không ghi được nữa." },
  diskReadOnlyNext: {
    en: "The file system was probably damaged: look into dmesg, save what is needed, replace the disk.",
    vi: "Hệ thống tệp có thể đã hỏng: xem dmesg, sao lưu dữ liệu cần thiết, thay ổ.",
  },
  diskFull: {
    en: "Storage almost full: {free} % free at {mount}.",
    vi: "Đầy ổ lưu trữ: {mount} chỉ còn trống {free} %.",
  },
  diskFullNext: {
    en: "Find what fills it: du -xh {mount} | sort -h | tail",
    vi: "Tìm thứ chiếm chỗ: du -xh {mount} | sort -h | tail",
  },
  memoryShort: { en: "Memory almost full: {free} % free.", vi: "Gần hết bộ nhớ: còn trống {free} %." },
  memoryShortNext: {
    en: "See which program takes it: ps aux --sort -rss | head",
    vi: "Xem chương trình nào chiếm: ps aux --sort -rss | head",
  },
  hot: { en: "The box is hot: {celsius} °C.", vi: "Máy quá nóng: {celsius} °C." },
  hotNext: {
    en: "Clean the dust out, check the fan, give the cabinet air.",
    vi: "Vệ sinh bụi, kiểm tra quạt, để tủ thoáng khí.",
  },
} as const satisfies Record<string, Message>;
