import type { Form } from "../schema-tree.ts";
import { compose, type Message } from "./text.ts";

const texts = {
  duration: {
    en: "a duration from {min} to {max}, such as 500ms, 60s, 15m, 24h or 30d",
    vi: "khoảng thời gian từ {min} đến {max}, ví dụ 500ms, 60s, 15m, 24h hoặc 30d",
  },
  size: {
    en: "a size from {min} to {max}, such as 512MiB or 8GiB",
    vi: "dung lượng từ {min} đến {max}, ví dụ 512MiB hoặc 8GiB",
  },
  code: {
    en: "1 to 64 of a-z, 0-9 and hyphen, not beginning or ending with a hyphen",
    vi: "1 đến 64 ký tự gồm a-z, 0-9 và dấu gạch nối, không bắt đầu hay kết thúc bằng dấu gạch nối",
  },
  address: {
    en: "an IPv4 address, [IPv6] address or host name, with :port where it is not the usual one and https:// before it where the camera is reached over TLS",
    vi: "địa chỉ IPv4, địa chỉ [IPv6] hoặc tên máy, thêm :cổng nếu khác cổng thông thường và https:// ở trước nếu camera dùng TLS",
  },
  url: {
    en: "an address that begins with {schemes} and holds no spaces and no user name or password",
    vi: "địa chỉ bắt đầu bằng {schemes}, không có dấu cách, không chứa tên đăng nhập hay mật khẩu",
  },
  host: {
    en: "an address that begins with {schemes}, then a host and perhaps a port, nothing more",
    vi: "địa chỉ bắt đầu bằng {schemes}, sau đó là tên máy và có thể thêm :cổng, không gì khác",
  },
  name: {
    en: "text of 1 to {max} characters on one line, with a letter or digit and without control characters",
    vi: "văn bản từ 1 đến {max} ký tự trên một dòng, có chữ cái hoặc chữ số, không có ký tự điều khiển",
  },
  line: {
    en: "text of at most {max} characters on one line, without control characters",
    vi: "văn bản không quá {max} ký tự trên một dòng, không có ký tự điều khiển",
  },
  path: {
    en: "a path that begins with / and holds no spaces",
    vi: "đường dẫn bắt đầu bằng /, không có dấu cách",
  },
  publicKey: {
    en: "an Ed25519 public key: the line of `openssl pkey -pubout` that begins with MCowBQYDK2VwAyEA",
    vi: "khóa công khai Ed25519: dòng bắt đầu bằng MCowBQYDK2VwAyEA trong kết quả của `openssl pkey -pubout`",
  },
  file: { en: "the path of a file, not of a folder", vi: "đường dẫn tới một tệp, không phải thư mục" },
  folder: {
    en: "the path of a folder, which begins with /",
    vi: "đường dẫn tới một thư mục, bắt đầu bằng /",
  },
  choice: { en: "one of: {values}", vi: "một trong các giá trị: {values}" },
  only: { en: "{values}", vi: "{values}" },
  boolean: { en: "true or false", vi: "true hoặc false" },
  integer: { en: "a whole number from {min} to {max}", vi: "số nguyên từ {min} đến {max}" },
  number: { en: "a number from {min} to {max}", vi: "số từ {min} đến {max}" },
  text: { en: "text of {min} to {max} characters", vi: "văn bản từ {min} đến {max} ký tự" },
  textUpTo: { en: "text of at most {max} characters", vi: "văn bản không quá {max} ký tự" },
  anyText: { en: "text", vi: "văn bản" },
  list: { en: "a list", vi: "một danh sách" },
  listUpTo: { en: "a list of at most {max} entries", vi: "danh sách không quá {max} mục" },
  groupOf: { en: "a group of keys: {keys}", vi: "một nhóm khóa: {keys}" },
  group: { en: "a group of keys", vi: "một nhóm khóa" },
  or: { en: " or ", vi: " hoặc " },
} as const satisfies Record<string, Message>;

export const formTexts: Readonly<Record<string, Message>> = texts;

/** A form in words: what is allowed. `keys` are those of a group. */
export function describeForm(form: Form, keys: readonly string[] = []): Message {
  switch (form.kind) {
    case "duration":
    case "size":
      return compose(texts[form.kind], form);
    case "url": {
      const schemes = (or: string) => form.schemes.map((scheme) => `${scheme}://`).join(or);
      return compose(form.extent === "host" ? texts.host : texts.url, {
        schemes: { en: schemes(texts.or.en), vi: schemes(texts.or.vi) },
      });
    }
    case "code":
    case "address":
    case "path":
    case "file":
    case "folder":
    case "boolean":
      return texts[form.kind];
    case "public-key":
      return texts.publicKey;
    case "choice":
      return compose(form.values.length === 1 ? texts.only : texts.choice, {
        values: form.values.map(asWritten).join(", "),
      });
    case "name":
    case "line":
    case "integer":
    case "number":
      return compose(texts[form.kind], form);
    case "text":
      if (form.max === Number.POSITIVE_INFINITY) return texts.anyText;
      return compose(form.min > 0 ? texts.text : texts.textUpTo, form);
    case "list":
      return form.max === Number.POSITIVE_INFINITY ? texts.list : compose(texts.listUpTo, form);
    case "group":
      return keys.length > 0 ? compose(texts.groupOf, { keys: keys.join(", ") }) : texts.group;
  }
}

/** A text that YAML would read as a number needs its quotes. */
const asWritten = (value: string) => (Number.isNaN(Number(value)) ? value : `"${value}"`);
