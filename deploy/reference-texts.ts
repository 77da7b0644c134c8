import type { Message } from "../agent/model/messages/text.ts";

/** Words of the reference page around the schema's own. */
export const pageTexts = {
  generated: {
    en: "Generated from the schema by `npm run generate`; do not edit.",
    vi: "Được sinh từ lược đồ bằng `npm run generate`; không sửa tay.",
  },
  title: { en: "Configuration reference", vi: "Tra cứu cấu hình" },
  intro: {
    en: "`/etc/camera-agent/config.yaml`, YAML, UTF-8. Durations are a number and a unit: `ms`, `s`, `m`, `h`, `d`; sizes a number and `KiB`, `MiB` or `GiB`. Files that are not absolute stand relative to the folder of `config.yaml`. Check it with `camera-agent check-config`; a running agent takes it over with `systemctl reload camera-agent`.",
    vi: "`/etc/camera-agent/config.yaml`, định dạng YAML, mã UTF-8. Khoảng thời gian gồm số và đơn vị: `ms` (mili giây), `s` (giây), `m` (phút), `h` (giờ), `d` (ngày); dung lượng gồm số và `KiB`, `MiB` hoặc `GiB`. Đường dẫn tệp không tuyệt đối được tính từ thư mục chứa `config.yaml`. Kiểm tra bằng `camera-agent check-config`; nạp lại khi đang chạy bằng `systemctl reload camera-agent`.",
  },
  secretsIntro: {
    en: "Passwords stand in a file of their own that only its owner may read (mode 0600), or come as the systemd credential `secrets`. `credential` in `config.yaml` names an entry of it.",
    vi: "Mật khẩu nằm trong tệp riêng mà chỉ chủ sở hữu được đọc (quyền 0600), hoặc là systemd credential tên `secrets`. `credential` trong `config.yaml` là tên một mục của tệp này.",
  },
  key: { en: "Key", vi: "Khóa" },
  meaning: { en: "Meaning", vi: "Ý nghĩa" },
  allowed: { en: "Allowed", vi: "Giá trị cho phép" },
  preset: { en: "Default", vi: "Mặc định" },
  required: { en: "required", vi: "bắt buộc" },
  none: { en: "–", vi: "–" },
  group: { en: "see below", vi: "xem bên dưới" },
  causesTitle: { en: "Causes", vi: "Mã nguyên nhân" },
  causesIntro: {
    en: "Why a camera cannot be used, and the next thing to do. The rung is the step of the health ladder that failed.",
    vi: "Vì sao camera không dùng được và việc cần làm tiếp theo. Bậc là nấc không đạt của thang kiểm tra.",
  },
  code: { en: "Code", vi: "Mã" },
  rung: { en: "Rung", vi: "Bậc" },
  what: { en: "What is wrong", vi: "Hiện tượng" },
  next: { en: "What to do", vi: "Việc cần làm" },
} as const satisfies Record<string, Message>;

/** Vietnamese of the schema's descriptions, by path. A test holds the two together. */
export const descriptionsVi: Readonly<Record<string, string>> = {
  "": "Cấu hình của camera-agent.",
  site: "Điểm lắp đặt mà đầu ghi này phục vụ.",
  "site.id": "Mã cố định của điểm; trùng với CN của chứng thư số và tên đăng nhập vào máy chủ MQTT.",
  "site.name": "Tên thường gọi của điểm.",
  "site.commune": "Xã mà điểm trực thuộc.",
  "site.position": "Vị trí đặt đầu ghi.",
  "site.position.latitude": "Vĩ độ bắc, WGS 84, tính bằng độ.",
  "site.position.longitude": "Kinh độ đông, WGS 84, tính bằng độ.",
  unit: "Đơn vị giám sát điểm này. Đơn vị có thể sáp nhập, đổi tên: chỉ khai báo tên ở đây.",
  "unit.id": "Mã của đơn vị giám sát nhận dữ liệu; nằm trong mọi chủ đề.",
  "unit.name": "Tên thường gọi của đơn vị giám sát.",
  "unit.commandKeys": "Những cán bộ được ra lệnh cho điểm. Nếu để trống, mọi lệnh cần chữ ký đều bị từ chối.",
  "unit.commandKeys[].name": "Tên người giữ khóa; được ghi vào nhật ký truy cập của các lệnh.",
  "unit.commandKeys[].key": "Khóa công khai dùng để kiểm tra chữ ký trên lệnh của cán bộ này.",
  broker: "Đường kết nối tới đơn vị giám sát.",
  "broker.url": "Địa chỉ máy chủ MQTT của đơn vị.",
  "broker.clientId": "Mã máy khách MQTT. Mặc định: mã của điểm.",
  "broker.credential": "Mục trong tệp mật khẩu chứa tài khoản vào máy chủ MQTT.",
  "broker.ca":
    "Tệp PEM của nơi cấp chứng thư số cho máy chủ MQTT. Mặc định: các nơi cấp mà hệ điều hành tin cậy.",
  "broker.certificate": "Tệp PEM chứa chứng thư số của điểm; cần có `key`.",
  "broker.key": "Tệp PEM chứa khóa bí mật của điểm; cần có `certificate`.",
  "broker.protocol": "Phiên bản MQTT. auto: dùng 5, chuyển sang 3.1.1 khi máy chủ MQTT từ chối 5.",
  "broker.window": "Số bản tin gửi cùng lúc tối đa; Receive Maximum của máy chủ MQTT có thể hạ thấp hơn.",
  "broker.keepalive": "Chu kỳ giữ kết nối MQTT (keep-alive).",
  "broker.connectTimeout": "Thời gian chờ tối đa để kết nối và nhận CONNACK.",
  "broker.publishTimeout": "Thời gian chờ PUBACK tối đa; quá hạn thì kết nối lại.",
  "broker.willDelay": "MQTT 5: máy chủ chờ khoảng này rồi mới phát di chúc MQTT (Last Will).",
  "broker.receiptTimeout":
    "Khi đơn vị đã từng báo đã lưu sự kiện: nếu số báo đứng yên chừng này thì những gì máy chủ MQTT đã xác nhận mà đơn vị chưa báo đã lưu được gửi lại.",
  "broker.reconnect": "Cách kết nối lại khi kết nối tới máy chủ MQTT bị ngắt hoặc bị từ chối.",
  "broker.reconnect.min": "Khoảng nghỉ ngắn nhất trước khi kết nối lại.",
  "broker.reconnect.max": "Khoảng nghỉ dài nhất; mỗi lần tăng gấp đôi đến mức này, lấy ngẫu nhiên.",
  "broker.reconnect.stableAfter": "Kết nối giữ được lâu chừng này thì khoảng nghỉ trở lại mức ngắn nhất.",
  journal: "Nơi lưu sự kiện, từ trước khi gửi đến sau khi máy chủ MQTT của đơn vị đã xác nhận.",
  "journal.path": "Tệp SQLite của nhật ký sự kiện, trên ổ đĩa của máy.",
  "journal.signingKey":
    "Khóa riêng Ed25519 dùng để ký nhật ký (PKCS#8 PEM, quyền 0600); được tạo ở lần chạy đầu tiên. Mặc định: signing.key cùng thư mục với nhật ký.",
  "journal.checkpointEvery": "Ghi một mốc đã ký ít nhất mỗi khoảng này, kể cả khi không có sự kiện.",
  "journal.checkpointEvents": "Cũng ghi một mốc đã ký sau số sự kiện này.",
  "journal.maxSize":
    "Dung lượng lớn nhất của tệp. Vượt mức này thì loại bỏ sự kiện đã gửi trước, rồi đến chuyển động cũ nhất, cuối cùng là các loại còn lại; phần chưa kịp gửi được báo cho đơn vị.",
  "journal.maxEvents": "Số sự kiện lưu nhiều nhất; vượt mức này thì loại bỏ như khi vượt `maxSize`.",
  "journal.keepFree":
    "Phần ổ đĩa luôn để trống, không quá một phần hai mươi ổ; dưới mức này thì loại bỏ sự kiện đã gửi và nhật ký không lớn thêm.",
  secrets:
    "Tệp mật khẩu, quyền 0600. Mặc định: systemd credential `secrets`, nếu không có thì secrets.yaml cạnh config.yaml.",
  language: "Ngôn ngữ của các văn bản mà phần mềm viết cho người đọc.",
  logLevel: "Mức thấp nhất được ghi log.",
  statusFile: "Nơi lệnh `camera-agent status` tìm phần mềm đang chạy.",
  health: "Cách đánh giá tình trạng camera.",
  "health.interval": "Khoảng cách giữa hai lần kiểm tra một camera, xê dịch một phần mười.",
  "health.retryInterval": "Thời gian đến lần kiểm tra sau khi camera có lỗi mà chưa kết luận.",
  "health.openAfterFailures":
    "Số lần kiểm tra hỏng để kết luận có lỗi, tính trong số lần kiểm tra gần nhất nhiều gấp đôi con số này.",
  "health.openAfter": "Lỗi kéo dài chừng này cũng được kết luận.",
  "health.clearAfter": "Camera tốt liên tục chừng này thì được coi là đã khỏi.",
  "health.flappingChanges": "Đổi trạng thái quá số lần này trong khoảng bên dưới: chập chờn.",
  "health.flappingWindow": "Khoảng thời gian để đếm chập chờn.",
  "health.clockTolerance": "Độ lệch giờ lớn nhất giữa camera và máy mà vẫn coi là đúng.",
  "health.requestTimeout": "Thời gian chờ tối đa cho một câu trả lời của camera.",
  "health.streamTimeout": "Thời gian chờ tối đa đến khung hình chính đầu tiên của luồng.",
  "health.measureFor":
    "Thời gian đo số khung hình, tốc độ bit và mất gói, tính từ PLAY; mỗi lần kiểm tra kéo dài ít nhất đến khung hình chính đầu tiên.",
  "health.hostRequests": "Số yêu cầu cùng lúc tới một thiết bị; đầu ghi tính là một thiết bị.",
  "health.loginFreeze":
    "Tài khoản bị từ chối không được thử lại trên thiết bị đó trong khoảng này, trừ khi được sửa. Camera có thể khóa đăng nhập đến 30 phút.",
  "health.republish": "Trạng thái camera được gửi lại ít nhất theo chu kỳ này.",
  motion: "Cách rút ra chuyển động từ tin camera báo.",
  "motion.maxActive": "Chuyển động không có kết thúc được kết thúc sau khoảng này.",
  "motion.quiet":
    "Camera không bao giờ báo hết chuyển động: coi là hết sau khoảng im lặng này, hoặc sau ba lần khoảng cách lặp đã học được nếu dài hơn.",
  host: "Cách theo dõi chính máy đầu ghi.",
  "host.interval": "Khoảng cách giữa hai báo cáo về máy.",
  "host.disks":
    "Các điểm gắn ổ đĩa (mount point) được báo dung lượng. systemd che /home và /root cùng mọi ổ gắn trong đó đối với phần mềm; muốn báo các ổ này, dùng `systemctl edit camera-agent` với `[Service]` và `ProtectHome=read-only`.",
  cameras: "Các camera của điểm.",
  "cameras[]": "Một camera.",
  "cameras[].id": "Mã cố định của camera; nằm trong chủ đề của camera.",
  "cameras[].name": "Tên thường gọi của camera.",
  "cameras[].credential": "Mục trong tệp mật khẩu chứa tài khoản của camera.",
  "cameras[].maintenance": "Đang bảo trì: vẫn kiểm tra nhưng không báo động.",
  "cameras[].driver":
    "Loại kết nối: onvif là camera ONVIF; hikvision là camera hoặc đầu ghi Hikvision và các nhãn cùng hãng (ISAPI); dahua là camera hoặc đầu ghi Dahua và các nhãn cùng hãng như KBVision, Imou (CGI); rtsp là camera chỉ có địa chỉ RTSP.",
  "cameras[].address":
    "Tên máy hoặc IP của camera hay đầu ghi, thêm :cổng nếu trang web của thiết bị không ở cổng 80. Có https:// ở trước: dùng TLS, cổng 443; dữ liệu được mã hóa nhưng chứng thư số không được kiểm tra, vì camera tự ký.",
  "cameras[](onvif).address":
    "Tên máy hoặc IP, thêm :cổng nếu ONVIF không ở cổng 80. Có https:// ở trước: dùng TLS, cổng 443; dữ liệu được mã hóa nhưng chứng thư số của camera không được kiểm tra, vì camera tự ký.",
  "cameras[].path": "Đường dẫn dịch vụ ONVIF của thiết bị.",
  "cameras[].profile":
    "Token của profile cần kiểm tra. Mặc định: profile đầu tiên có hình. Với đầu ghi hoặc camera nhiều ống kính, chỉ nhận sự kiện thuộc nguồn hình của profile này.",
  "cameras[].channel": "Số kênh trên đầu ghi, tính từ 1; camera riêng lẻ là 1.",
  "cameras[].rtspPort": "Cổng RTSP khi camera báo sai cổng (chuyển tiếp cổng) hoặc không phải 554.",
  "cameras[].events": "Có đọc chuyển động từ sự kiện của camera hay không.",
  "cameras[].stream":
    "Luồng của kênh được kiểm tra: `main` là luồng chính, `sub` là luồng phụ, nhẹ hơn cho đường truyền yếu.",
  "cameras[].motion":
    "Độ nhạy khi nhận biết chuyển động từ kích thước các khung hình của luồng, vì camera loại này không tự báo; không giải mã hình. `off`: không giữ luồng mở.",
  "cameras[](rtsp).stream":
    "Địa chỉ RTSP của luồng, không chứa tên đăng nhập hay mật khẩu. Đầu ghi cần tài khoản ngay trong địa chỉ (XM) thì ghi `{username}` và `{password}` vào chỗ đó; giá trị được lấy từ `credential`.",
  "secrets:": "Các tài khoản của camera-agent; quyền 0600 hoặc systemd credential.",
  "secrets:credentials": "Các tài khoản theo tên mục.",
  "secrets:credentials.<name>.username": "Tên đăng nhập.",
  "secrets:credentials.<name>.password": "Mật khẩu.",
};
