import type { Profile } from "./answers.ts";

/**
 * Whose an event is on a device with several video sources, a recorder or a camera with several lenses. A subscription
 * brings the events of all of them and cannot ask for those of one profile (agsh/onvif #279): they name their source.
 */

/**
 * The video sources that an event names, by the SimpleItems of its Source; undefined where it names none that is
 * known.
 */
export type NamesChannels = (
  source: readonly (readonly [name: string, value: string])[],
) => readonly string[] | undefined;

type Kind = "source" | "configuration" | "analytics" | "encoder";

/** Token → the video source that it belongs to; undefined where several have it, so that it tells nothing. */
type Owners = ReadonlyMap<string, string | undefined>;

/**
 * By the device's `profiles`. An event may name a video source or a configuration of one. What names none that is
 * known is of the whole device, or of a channel that the recorder calls by a name of its own. A device with one video
 * source is one camera, whatever it calls its parts.
 */
export function channelNames(profiles: readonly Profile[]): NamesChannels {
  if (new Set(profiles.map(sourceOf).filter((source) => source !== undefined)).size < 2)
    return () => undefined;
  const owners: Readonly<Record<Kind, Owners>> = {
    source: ownersOf(profiles, "source"),
    configuration: ownersOf(profiles, "configuration"),
    analytics: ownersOf(profiles, "analytics"),
    encoder: ownersOf(profiles, "encoder"),
  };
  return (items) => {
    const named = items
      .map(([name, value]) => ownerOf(owners, name, value))
      .filter((source) => source !== undefined);
    return named.length === 0 ? undefined : [...new Set(named)];
  };
}

/** Whether what concerns `channels` is of the channel that `profile` shows. */
export function isOf(profile: Profile | undefined, channels: readonly string[] | undefined): boolean {
  const source = profile && sourceOf(profile);
  return channels === undefined || (source !== undefined && channels.includes(source));
}

function sourceOf({ tokens }: Profile): string | undefined {
  return tokens.source ?? tokens.configuration;
}

function ownersOf(profiles: readonly Profile[], kind: Kind): Owners {
  const owners = new Map<string, string | undefined>();
  for (const profile of profiles) {
    const [token, source] = [profile.tokens[kind], sourceOf(profile)];
    if (token === undefined || source === undefined) continue;
    owners.set(token, owners.has(token) && owners.get(token) !== source ? undefined : source);
  }
  return owners;
}

function ownerOf(owners: Readonly<Record<Kind, Owners>>, name: string, value: string): string | undefined {
  const kind = kindsNamed(name).find((each) => owners[each].has(value));
  return kind && owners[kind].get(value);
}

/**
 * What an item of this name may hold the token of, likeliest first; tokens of different kinds may be alike ("000").
 * VideoSource and Source are written for the source and for its configuration (onvif/specs #103). A rule's name is
 * none.
 */
function kindsNamed(name: string): readonly Kind[] {
  if (/analytics/i.test(name)) return ["analytics"];
  if (/encoder/i.test(name)) return ["encoder"];
  if (!/source/i.test(name)) return [];
  return /config/i.test(name) ? ["configuration", "source"] : ["source", "configuration"];
}
