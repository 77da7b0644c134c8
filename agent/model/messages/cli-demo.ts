import type { Message } from "./text.ts";

export const demoTexts = {
  summary: {
    en: "shows the whole agent at work with simulated cameras, in under a minute",
    vi: "trình diễn toàn bộ phần mềm với camera mô phỏng, dưới một phút",
  },
  usage: {
    en: "Starts four simulated cameras with real H.264, a small MQTT broker and the agent itself, on this machine's loopback and in a temporary folder that is removed at the end. Cameras turn healthy, motion arrives, one camera fails and recovers, the broker goes away for ten seconds and comes back; then the motion that the cameras made is compared with what the journal kept and what the monitoring unit received. Needs nothing but Node.",
    vi: "Khởi chạy bốn camera mô phỏng có hình H.264 thật, một máy chủ MQTT nhỏ và chính phần mềm này, chỉ trong máy và trong một thư mục tạm sẽ được xóa khi kết thúc. Camera lần lượt hoạt động tốt, chuyển động được báo về, một camera hỏng rồi trở lại, máy chủ MQTT mất mười giây rồi có lại; cuối cùng so số chuyển động do camera tạo ra với số đã ghi nhật ký và số đơn vị giám sát nhận được. Không cần gì ngoài Node.",
  },
  optionKeep: {
    en: "leave it running after the summary, until Ctrl-C",
    vi: "tiếp tục chạy sau phần tổng kết, đến khi bấm Ctrl-C",
  },
  optionFrames: {
    en: "write what the terminal shows at the height of every act into this folder",
    vi: "ghi hình ảnh cửa sổ dòng lệnh ở cao điểm mỗi cảnh vào thư mục này",
  },
  exitFine: { en: "the numbers agree", vi: "các con số khớp nhau" },
  exitNotFine: {
    en: "the numbers do not agree, or an act did not end in time",
    vi: "các con số không khớp, hoặc một cảnh không kết thúc đúng hạn",
  },
  exitMissing: {
    en: "it could not be set up: no loopback port, no folder, no agent",
    vi: "không dựng được: không có cổng, thư mục hoặc phần mềm không chạy",
  },
  installMissing: {
    en: "The demo needs the development packages: npm ci",
    vi: "Phần trình diễn cần các gói phát triển: npm ci",
  },

  title: { en: "camera-agent · demo", vi: "camera-agent · trình diễn" },
  act: { en: "act {number} of {total}", vi: "cảnh {number}/{total}" },

  actHealthy: {
    en: "Four cameras turn healthy, one by one",
    vi: "Bốn camera lần lượt hoạt động tốt",
  },
  actHealthyMore: {
    en: "Each is added by a reload. Healthy means that video was received: a whole keyframe, measured.",
    vi: "Mỗi camera được thêm bằng một lần nạp lại. Tốt nghĩa là đã nhận được hình trọn vẹn, có đo đạc.",
  },
  actMotion: { en: "Motion arrives at the monitoring unit", vi: "Chuyển động được báo về đơn vị giám sát" },
  actMotionMore: {
    en: "Each event is on the disk of the recorder before it is sent.",
    vi: "Mỗi sự kiện được ghi xuống ổ của đầu ghi trước khi gửi đi.",
  },
  actFailure: {
    en: "A camera fails: it still answers, but sends no picture",
    vi: "Một camera hỏng: vẫn trả lời nhưng không gửi hình",
  },
  actFailureMore: {
    en: "The unit is told why, with a code, and what to do next.",
    vi: "Đơn vị giám sát được biết vì sao, kèm mã lỗi và việc cần làm.",
  },
  actRecovery: { en: "It sends pictures again", vi: "Camera gửi hình trở lại" },
  actRecoveryMore: {
    en: "It counts as healthy again once it has been so for a while.",
    vi: "Camera được tính là tốt trở lại sau khi ổn định một lúc.",
  },
  actOutage: {
    en: "The broker goes away for ten seconds; motion goes on",
    vi: "Máy chủ MQTT mất mười giây; chuyển động vẫn tiếp diễn",
  },
  actOutageMore: {
    en: "Nothing can be sent. Every event waits in the journal.",
    vi: "Không gửi được gì. Mọi sự kiện chờ trong nhật ký.",
  },
  actReturn: {
    en: "The broker is back: what had waited arrives, behind what is new",
    vi: "Có lại máy chủ MQTT: phần tồn được gửi, sau các sự kiện mới",
  },
  actReturnMore: {
    en: "The unit counts sequence numbers: a gap would show.",
    vi: "Đơn vị giám sát đếm số thứ tự: thiếu là thấy ngay.",
  },
  actSummary: { en: "Do the numbers agree?", vi: "Các con số có khớp không?" },
  actSummaryMore: {
    en: "The agent is stopped; its journal is read and compared.",
    vi: "Dừng phần mềm, đọc nhật ký và so sánh.",
  },
  actKept: { en: "Left running; Ctrl-C ends it", vi: "Vẫn đang chạy; Ctrl-C để kết thúc" },
  keptWatch: {
    en: "As the unit sees it: npm run camera-agent -- watch --broker mqtt://127.0.0.1:{port}",
    vi: "Xem như đơn vị giám sát: npm run camera-agent -- watch --broker mqtt://127.0.0.1:{port}",
  },
  keptStatus: {
    en: "As the technician sees it: npm run camera-agent -- status --config {folder}/config.yaml",
    vi: "Xem như kỹ thuật viên: npm run camera-agent -- status --config {folder}/config.yaml",
  },

  camerasHeading: { en: "CAMERAS, as the unit knows them", vi: "CAMERA, theo đơn vị giám sát" },
  camerasHeadingAway: {
    en: "CAMERAS, as the unit last heard",
    vi: "CAMERA, theo tin gần nhất ở đơn vị giám sát",
  },
  usable: { en: "usable cameras {usable}/{total}", vi: "Camera dùng được {usable}/{total}" },
  wayHeading: { en: "MOTION EVENTS", vi: "SỰ KIỆN CHUYỂN ĐỘNG" },
  latency: { en: "camera to unit {n} ms (median)", vi: "từ camera tới đơn vị {n} ms (trung vị)" },
  eventsHeading: { en: "AT THE UNIT, newest first", vi: "TẠI ĐƠN VỊ GIÁM SÁT, mới nhất trước" },

  boxCameras: { en: "cameras", vi: "camera" },
  boxMade: { en: "{n} made", vi: "tạo {n}" },
  boxJournal: { en: "journal", vi: "nhật ký" },
  boxWaiting: { en: "{n} waiting", vi: "{n} chờ gửi" },
  boxBroker: { en: "broker", vi: "máy chủ MQTT" },
  boxUp: { en: "there", vi: "đang chạy" },
  boxAway: { en: "AWAY", vi: "MẤT" },
  boxUnit: { en: "unit", vi: "đơn vị" },
  boxReceived: { en: "{n} received", vi: "nhận {n}" },
  boxMissing: { en: "{n} missing", vi: "thiếu {n}" },
  boxNoneMissing: { en: "none missing", vi: "không thiếu" },

  returnOrder: {
    en: "{backlog} events had waited; they came in {messages} messages within {ms} ms.",
    vi: "{backlog} sự kiện tồn đã đến trong {messages} bản tin, trong {ms} ms.",
  },
  returnOvertaken: {
    en: "{backlog} events had waited; they came in {messages} messages within {ms} ms, {overtook} new ones ahead of them.",
    vi: "{backlog} sự kiện tồn đã đến trong {messages} bản tin, trong {ms} ms; {overtook} sự kiện mới đến trước.",
  },

  summaryHeading: { en: "THE NUMBERS", vi: "CÁC CON SỐ" },
  summaryMade: { en: "motion events made by the cameras", vi: "sự kiện chuyển động do camera tạo ra" },
  summaryJournaled: { en: "kept in the journal", vi: "đã ghi trong nhật ký" },
  summaryReceived: {
    en: "received by the unit, each once",
    vi: "đơn vị giám sát nhận được, mỗi sự kiện một lần",
  },
  summaryDuplicates: { en: "received twice and recognised", vi: "nhận trùng, đã nhận ra" },
  summaryMissing: { en: "missing sequence numbers", vi: "số thứ tự bị thiếu" },
  summaryLatency: { en: "from camera to unit, median", vi: "từ camera tới đơn vị, trung vị" },
  agree: { en: "The numbers agree.", vi: "Các con số khớp nhau." },
  disagree: { en: "The numbers do NOT agree.", vi: "Các con số KHÔNG khớp." },
  took: { en: "{seconds} s in all", vi: "tổng cộng {seconds} giây" },

  late: {
    en: "not in time: {what}",
    vi: "không kịp: {what}",
  },
  waitHealthy: { en: "all four cameras healthy", vi: "cả bốn camera hoạt động tốt" },
  waitMotion: { en: "motion at the unit", vi: "chuyển động tới đơn vị" },
  waitFailure: { en: "the failed camera reported offline", vi: "camera hỏng được báo mất kết nối" },
  waitRecovery: { en: "the camera healthy again", vi: "camera hoạt động tốt trở lại" },
  waitBacklog: { en: "every event at the unit", vi: "mọi sự kiện tới đơn vị" },
  agentEnded: {
    en: "the agent ended by itself with code {code}; its last words:",
    vi: "phần mềm tự kết thúc với mã {code}; những dòng cuối:",
  },
  interrupted: { en: "Ended by Ctrl-C.", vi: "Đã dừng bằng Ctrl-C." },
} as const satisfies Record<string, Message>;
