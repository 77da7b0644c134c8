/** Makes by what devices write into headers, titles, realms and names; of several the first that fits. */
const banners: readonly (readonly [make: string, pattern: RegExp])[] = [
  // Server of its web pages, and where they lead (nmap's http.lua scripts; intrigue-ident hikvision.rb).
  [
    "Hikvision",
    /hikvision|\b(?:app|dnvrs|dvrdvs)-webs\b|\/doc\/(?:page\/login\.asp|index\.html)|\bi?DS-[279]/i,
  ],
  ["KBVision", /\bkbvision\b|\bKX-[A-Z]?\d/i],
  ["Imou", /\bimou\b/i],
  ["Amcrest", /\bamcrest\b/i],
  // Realm "Login to 4A0B…" with the serial number, of the CGI and of RTSP (test/fixtures/dahua).
  ["Dahua", /\bdahua\b|\bdh(?:i|ip)?-(?:ipc|nvr|xvr|sd)|^login to [0-9a-z]{8,}/i],
  ["Ezviz", /\bezviz\b/i],
  ["Axis", /\baxis[ _]/i],
  ["Uniview", /\buniview\b|\bUNV\b/],
  ["TP-Link", /\btp-?link\b|\btapo\b|\bvigi\b/i],
  ["Reolink", /\breolink\b/i],
  ["Hanwha", /\bhanwha\b|\bwisenet\b|\bipolis\b|samsung techwin/i],
  ["Vivotek", /\bvivotek\b/i],
  ["Tiandy", /\btiandy\b/i],
  ["Foscam", /\bfoscam\b/i],
  ["Jovision", /\bjovision\b/i],
  // RTSP of XM and its many brands, and the title of their pages (ZoneMinder #3767).
  ["Xiongmai", /\bH264DVR\b|netsurveillance|\bxiongmai\b|\bxmeye\b/i],
];

/** The make that one of the texts names; undefined where none does. */
export function makeOfTexts(texts: readonly (string | undefined)[]): string | undefined {
  const told = texts.filter((text) => text !== undefined);
  return banners.find(([, pattern]) => told.some((text) => pattern.test(text)))?.[0];
}
