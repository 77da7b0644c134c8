import type { Message } from "./text.ts";

export const discoverTexts = {
  summary: { en: "find the cameras of the network", vi: "tìm các camera trong mạng" },
  usage: {
    en: "Asks on every network interface which cameras and recorders are there (ONVIF, Hikvision, Dahua), then tries the addresses of the box's own networks or of those named by --subnet, and shows what make each device is, which driver fits and whether it is configured. No password is ever sent, and nothing is changed on any device. A network of 254 addresses takes a few seconds. With --json it writes {devices, others, conflicts, subnets, unasked}.",
    vi: "Hỏi trên mọi cổng mạng xem có những camera và đầu ghi nào (ONVIF, Hikvision, Dahua), rồi thử từng địa chỉ trong mạng của máy này hoặc trong các mạng nêu ở --subnet, và cho biết hãng của từng thiết bị, driver phù hợp, đã có trong cấu hình hay chưa. Không gửi mật khẩu nào và không thay đổi gì trên thiết bị. Mạng 254 địa chỉ chỉ mất vài giây. Với --json thì xuất {devices, others, conflicts, subnets, unasked}.",
  },
  optionSubnet: {
    en: "network to try address by address, 4,094 addresses at most (default: those of the box); may be given several times",
    vi: "mạng cần thử từng địa chỉ, tối đa 4.094 địa chỉ (mặc định: các mạng của máy này); có thể nêu nhiều lần",
  },
  optionInterface: {
    en: "network interface to ask on (default: all but loopback); may be given several times",
    vi: "cổng mạng dùng để hỏi (mặc định: mọi cổng trừ loopback); có thể nêu nhiều lần",
  },
  optionPort: {
    en: "TCP port to try in place of the usual ones; may be given several times",
    vi: "cổng TCP cần thử thay cho các cổng thông dụng; có thể nêu nhiều lần",
  },
  optionCsv: {
    en: "write the cameras that are not configured to a new FILE for `camera import`; - for standard output",
    vi: "ghi các camera chưa có trong cấu hình vào FILE mới để dùng với `camera import`; - là ra màn hình",
  },
  exitFine: { en: "cameras were found", vi: "tìm thấy camera" },
  exitNotFine: {
    en: "no camera was found, or several devices use one address",
    vi: "không tìm thấy camera, hoặc nhiều thiết bị dùng chung một địa chỉ",
  },
  exitUsage: {
    en: "wrong usage, or a network that cannot be tried",
    vi: "dùng sai lệnh, hoặc mạng không thử được",
  },
  exitMissing: {
    en: "the box has no network, or the file cannot be written",
    vi: "máy không có mạng, hoặc không ghi được tệp",
  },

  noSubnet: {
    en: "{found} is no network; write it as 192.168.1.0/24",
    vi: "{found} không phải là một mạng; hãy viết dạng 192.168.1.0/24",
  },
  tooLarge: {
    en: "{found} is too large: at most 4,094 addresses (/20) in all, or the search takes hours; name the part where the cameras are",
    vi: "{found} quá lớn: tổng cộng tối đa 4.094 địa chỉ (/20), nếu không sẽ mất nhiều giờ; hãy nêu phần mạng có camera",
  },
  noHosts: {
    en: "{found} holds no addresses of devices",
    vi: "{found} không có địa chỉ nào dành cho thiết bị",
  },
  noPort: { en: "{found} is no port; 1 to 65535", vi: "{found} không phải là cổng; từ 1 đến 65535" },
  tooManyPorts: { en: "at most {most} ports", vi: "tối đa {most} cổng" },
  noInterface: {
    en: "there is no network interface {found} with an address; there are: {names}",
    vi: "không có cổng mạng {found} có địa chỉ; hiện có: {names}",
  },
  fileExists: {
    en: "{file} is there already and is not overwritten; name another file.",
    vi: "{file} đã có sẵn nên không ghi đè; hãy nêu tệp khác.",
  },
  fileFailed: { en: "{file} cannot be written ({reason}).", vi: "Không ghi được {file} ({reason})." },
  noNetwork: {
    en: "The box has no network: no interface is up that has an IPv4 address. Check the cable and `ip address`.",
    vi: "Máy không có mạng: không cổng mạng nào đang bật có địa chỉ IPv4. Kiểm tra dây mạng và lệnh `ip address`.",
  },

  progress: { en: "{done} of {total} addresses", vi: "{done}/{total} địa chỉ" },
  columnAddress: { en: "address", vi: "địa chỉ" },
  columnMake: { en: "make", vi: "hãng" },
  columnModel: { en: "model, name", vi: "kiểu máy, tên" },
  columnMac: { en: "MAC", vi: "MAC" },
  columnPorts: { en: "ports", vi: "cổng" },
  columnDriver: { en: "driver", vi: "driver" },
  columnConfigured: { en: "configured as", vi: "trong cấu hình" },
  noDriver: { en: "none", vi: "không có" },
  notConfigured: { en: "–", vi: "–" },

  found: {
    en: "{cameras} cameras and recorders found, {fresh} not configured yet.",
    vi: "Tìm thấy {cameras} camera và đầu ghi, {fresh} thiết bị chưa có trong cấu hình.",
  },
  foundNone: {
    en: "No camera was found among {hosts} addresses.",
    vi: "Không tìm thấy camera nào trong {hosts} địa chỉ.",
  },
  foundNoneNext: {
    en: "Check that the cameras have power and are on this network; name another one by --subnet.",
    vi: "Kiểm tra camera đã có điện và nằm trong mạng này chưa; hoặc nêu mạng khác bằng --subnet.",
  },
  others: {
    en: "Other devices that answer and are no cameras: {addresses}",
    vi: "Các thiết bị khác có trả lời nhưng không phải camera: {addresses}",
  },
  driverlessNext: {
    en: "A camera without a driver has ONVIF and RTSP switched off, or is in another network: switch them on in its web page or app, or give it an address of this network.",
    vi: "Camera không có driver phù hợp là do đã tắt ONVIF và RTSP, hoặc nằm ở mạng khác: hãy bật trong trang web hoặc ứng dụng của camera, hoặc đặt cho camera địa chỉ thuộc mạng này.",
  },
  addressShared: {
    en: "{address} is used by several devices: {macs}. Give each an address of its own.",
    vi: "{address} đang bị nhiều thiết bị dùng chung: {macs}. Hãy đặt cho mỗi thiết bị một địa chỉ riêng.",
  },
  macRepeated: {
    en: "One MAC ({mac}) answers at several addresses: {addresses}. If it is one device, configure it at one of them only; cameras behind a Wi-Fi bridge share its MAC.",
    vi: "Một địa chỉ MAC ({mac}) trả lời ở nhiều địa chỉ IP: {addresses}. Nếu là một thiết bị thì chỉ cấu hình một địa chỉ; các camera sau cầu nối Wi-Fi cùng dùng MAC của cầu nối.",
  },
  unasked: {
    en: "{protocol} could not be asked on {interface} ({reason}); cameras there are found by their address only.",
    vi: "Không hỏi được bằng {protocol} trên {interface} ({reason}); chỉ tìm được camera ở đó theo địa chỉ.",
  },
  everyInterface: { en: "any interface", vi: "mọi cổng mạng" },
  largeNetwork: {
    en: "{subnet} on {interface} is too large to be tried address by address unasked; name a part of it by --subnet.",
    vi: "{subnet} trên {interface} quá lớn nên không tự thử từng địa chỉ; hãy nêu một phần bằng --subnet.",
  },
  configUnreadable: {
    en: "The configuration {file} cannot be used, so it is not shown which devices are configured.",
    vi: "Không dùng được tệp cấu hình {file} nên không biết thiết bị nào đã có trong cấu hình.",
  },

  next: { en: "Next", vi: "Cần làm" },
  nextAdd: {
    en: "camera-agent camera add {address}",
    vi: "camera-agent camera add {address}",
  },
  nextImport: {
    en: "camera-agent discover --csv cameras.csv, write each camera's name into the file, then camera-agent camera import cameras.csv",
    vi: "camera-agent discover --csv cameras.csv, ghi tên từng camera vào tệp, rồi camera-agent camera import cameras.csv",
  },
  csvNothing: {
    en: "There is nothing to be written to {file}: no device that is not configured yet has a driver.",
    vi: "Không có gì để ghi vào {file}: không có thiết bị mới nào có driver phù hợp.",
  },
  oneOutput: {
    en: "--csv - and --json both write to standard output; give one of them",
    vi: "--csv - và --json đều ghi ra màn hình; chỉ dùng một trong hai",
  },
  csvWritten: {
    en: "{rows} devices written to {file}. Put names into it (of a recorder also which channels it has, 1..16, or a row for each), then: camera-agent camera import {file}",
    vi: "Đã ghi {rows} thiết bị vào {file}. Hãy ghi tên vào tệp (với đầu ghi: cả các kênh đang dùng, 1..16, hoặc mỗi kênh một dòng), rồi chạy: camera-agent camera import {file}",
  },
} as const satisfies Record<string, Message>;
