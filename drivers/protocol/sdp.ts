/** Session descriptions (RFC 8866) as cameras write them in answer to DESCRIBE. */

interface SdpMedia {
  /** "video", "audio", "application". */
  readonly kind: string;
  /** Payload type numbers of the `m=` line. */
  readonly payloadTypes: readonly number[];
  readonly control: string | undefined;
  /** By payload type. */
  readonly encodings: ReadonlyMap<number, SdpEncoding>;
  /** Format parameters by payload type, names in lower case. */
  readonly formats: ReadonlyMap<number, ReadonlyMap<string, string>>;
}

interface SdpEncoding {
  /** Upper case: "H264". */
  readonly name: string;
  readonly clockRate: number;
}

export interface Sdp {
  readonly control: string | undefined;
  readonly media: readonly SdpMedia[];
}

export interface VideoTrack {
  readonly codec: "h264" | "h265";
  readonly payloadType: number;
  /** RTP timestamps a second. */
  readonly clockRate: number;
  readonly control: string | undefined;
  /** NAL units of the description, without start codes; in no sure order, possibly nonsense. */
  readonly parameterSets: readonly Uint8Array[];
}

const SIZE_LIMIT = 65_536;
const LINE_LIMIT = 1_024;
const MEDIA_LIMIT = 32;
const FORMAT_LIMIT = 32;
const SET_LIMIT = 16;
const VIDEO_CLOCK_RATE = 90_000;

interface OpenMedia {
  kind: string;
  payloadTypes: number[];
  control: string | undefined;
  encodings: Map<number, SdpEncoding>;
  formats: Map<number, Map<string, string>>;
}

/** Undefined where the bytes are no SDP (no `m=` line). Never throws; lines that make no sense are passed over. */
export function parseSdp(bytes: Uint8Array): Sdp | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, SIZE_LIMIT)).toString(
    "utf8",
  );
  let control: string | undefined;
  const media: OpenMedia[] = [];
  for (const raw of text.split(/\r\n|[\r\n\0]/, LINE_LIMIT)) {
    const line = raw.trim();
    const current = media.at(-1);
    if (line.startsWith("m=")) {
      if (media.length === MEDIA_LIMIT) break;
      media.push(parseMedia(line));
    } else if (line.startsWith("a=control:")) {
      const value = line.slice("a=control:".length).trim();
      if (current) current.control ??= value;
      else control ??= value;
    } else if (current) parseAttribute(line, current);
  }
  return media.length > 0 ? { control, media } : undefined;
}

/** "m=video 0 RTP/AVP 96"; TP-Link's "m=application/TP-LINK 0 RTP/AVP smart/1/90000" has no number at all. */
function parseMedia(line: string): OpenMedia {
  const [kind = "", , , ...formats] = line.slice(2).split(/\s+/, FORMAT_LIMIT);
  const payloadTypes = formats.filter((format) => /^\d{1,3}$/.test(format)).map(Number);
  return {
    kind: kind.toLowerCase(),
    payloadTypes: payloadTypes.filter((type) => type < 128),
    control: undefined,
    encodings: new Map(),
    formats: new Map(),
  };
}

function parseAttribute(line: string, media: OpenMedia): void {
  const attribute = /^a=(rtpmap|fmtp):\s*(\d{1,3})\s+(.*)$/.exec(line);
  if (!attribute) return;
  const type = Number(attribute[2]);
  const value = attribute[3] ?? "";
  if (attribute[1] === "fmtp") {
    if (media.formats.size < FORMAT_LIMIT) media.formats.set(type, parseFormat(value));
    return;
  }
  const encoding = /^([\w.-]+)\s*\/\s*(\d{1,9})/.exec(value);
  if (encoding && media.encodings.size < FORMAT_LIMIT)
    media.encodings.set(type, { name: encoding[1]?.toUpperCase() ?? "", clockRate: Number(encoding[2]) });
}

function parseFormat(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of text.split(";", 64)) {
    const equals = part.indexOf("=");
    if (equals < 1) continue;
    parameters.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim());
  }
  return parameters;
}

/** The first track in H.264 or H.265, or the words for what is there instead ("video MPEG4, audio PCMA"). */
export function chooseVideo(sdp: Sdp): VideoTrack | string {
  for (const media of sdp.media) {
    if (!media.kind.startsWith("video")) continue;
    for (const payloadType of media.payloadTypes) {
      const track = videoTrack(media, payloadType);
      if (track) return track;
    }
  }
  return sdp.media.map(describe).join(", ");
}

function videoTrack(media: SdpMedia, payloadType: number): VideoTrack | undefined {
  const encoding = media.encodings.get(payloadType);
  const format = media.formats.get(payloadType);
  const codec = encoding ? codecs[encoding.name] : guessCodec(format);
  if (!codec) return undefined;
  return {
    codec,
    payloadType,
    clockRate: encoding?.clockRate || VIDEO_CLOCK_RATE,
    control: media.control,
    parameterSets: format ? parameterSets(format) : [],
  };
}

const codecs: Readonly<Record<string, "h264" | "h265">> = { H264: "h264", H265: "h265", HEVC: "h265" };

/** Where a=rtpmap is missing, the codec shows in its parameters (RFC 6184 8.1, RFC 7798 7.1). */
function guessCodec(format: ReadonlyMap<string, string> | undefined): "h264" | "h265" | undefined {
  if (format?.has("sprop-parameter-sets") || format?.has("profile-level-id")) return "h264";
  return format?.has("sprop-sps") || format?.has("sprop-vps") ? "h265" : undefined;
}

function parameterSets(format: ReadonlyMap<string, string>): Uint8Array[] {
  const names = ["sprop-parameter-sets", "sprop-vps", "sprop-sps", "sprop-pps"];
  const encoded = names.flatMap((name) => (format.get(name) ?? "").split(",", SET_LIMIT));
  return encoded.map((text) => withoutStartCode(Buffer.from(text, "base64"))).filter((set) => set.length > 2);
}

/** VStarcam puts Annex B start codes before its parameter sets (scottlamb/retina #42). */
function withoutStartCode(set: Buffer): Uint8Array {
  let zeros = 0;
  while (set[zeros] === 0) zeros++;
  return zeros >= 2 && set[zeros] === 1 ? set.subarray(zeros + 1) : set;
}

function describe({ kind, payloadTypes, encodings }: SdpMedia): string {
  const names = payloadTypes.map((type) => encodings.get(type)?.name ?? staticTypes[type] ?? `type ${type}`);
  return [kind, ...names].join(" ");
}

/** RFC 3551 6, those that cameras use. */
const staticTypes: Readonly<Record<number, string>> = { 0: "PCMU", 8: "PCMA", 26: "JPEG", 32: "MPV" };
