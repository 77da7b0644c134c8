/**
 * The MQTT contract: topics below `cam/v1/{unit}/{site}`. `unit` is the code of the receiving unit; `site` equals the
 * certificate's CN and the broker's user name, so that one pattern ACL `cam/v1/+/%u/#` confines a site.
 */

export const TOPIC_ROOT = "cam/v1";

export interface SiteAddress {
  readonly unit: string;
  readonly site: string;
}

/** Topics of one site. */
export function siteTopics({ unit, site }: SiteAddress) {
  const prefix = `${TOPIC_ROOT}/${unit}/${site}`;
  return {
    prefix,
    state: `${prefix}/state`,
    info: `${prefix}/info`,
    health: `${prefix}/health`,
    camera: (id: string) => `${prefix}/camera/${id}`,
    event: (kind: string) => `${prefix}/event/${kind}`,
    commands: `${prefix}/cmd/+/+`,
    result: (request: string) => `${prefix}/result/${request}`,
  } as const;
}
export type SiteTopics = ReturnType<typeof siteTopics>;

/** Splits a topic of the contract; undefined when it is none. `rest` is what stands below the site. */
export function parseTopic(topic: string): (SiteAddress & { readonly rest: readonly string[] }) | undefined {
  const [root, version, unit, site, ...rest] = topic.split("/");
  if (`${root}/${version}` !== TOPIC_ROOT || !unit || !site || rest.length === 0) return undefined;
  return { unit, site, rest };
}
