import { expect, test } from "vitest";
import type { Profile } from "../../drivers/onvif/answers.ts";
import { channelNames, isOf, type NamesChannels } from "../../drivers/onvif/channel.ts";

const concernsOf =
  (profiles: readonly Profile[], chosen: Profile | undefined) => (items: Parameters<NamesChannels>[0]) =>
    isOf(chosen, channelNames(profiles)(items));

function profile(token: string, tokens: Profile["tokens"]): Profile {
  return { token, name: "", video: true, tokens };
}

/** Main and sub stream of two channels, with tokens that are alike over kinds. */
const one = { source: "000", configuration: "001", analytics: "shared" };
const two = { source: "001", configuration: "002", analytics: "shared" };
const profiles = [
  profile("a", { ...one, encoder: "000" }),
  profile("b", { ...one, encoder: "001" }),
  profile("c", { ...two, encoder: "002" }),
  profile("d", { ...two, encoder: "003" }),
];
const [a, , c] = profiles;

test.each([
  ["Source", "001"],
  ["VideoSource", "001"],
  ["VideoSourceToken", "001"],
  // A configuration's token where the source's is expected, and the other way round (onvif/specs #103).
  ["VideoSource", "002"],
  ["VideoSourceConfigurationToken", "002"],
  ["VideoSourceConfiguration", "002"],
  ["VideoEncoderConfigurationToken", "003"],
])("%s %s names the second channel and not the first", (name, value) => {
  expect(concernsOf(profiles, c)([[name, value]])).toBe(true);
  expect(concernsOf(profiles, a)([[name, value]])).toBe(false);
});

test("a token is of the kind that its item names before it is of another", () => {
  expect(concernsOf(profiles, a)([["VideoSourceConfigurationToken", "001"]])).toBe(true);
  expect(concernsOf(profiles, c)([["VideoSourceConfigurationToken", "001"]])).toBe(false);
});

test("one item that names this channel is enough, and one that names every channel is none", () => {
  const items = [
    ["VideoSourceToken", "001"],
    ["VideoAnalyticsConfigurationToken", "shared"],
  ] as const;
  expect(concernsOf(profiles, c)(items)).toBe(true);
  expect(concernsOf(profiles, a)(items)).toBe(false);
  expect(concernsOf(profiles, a)([["VideoAnalyticsConfigurationToken", "shared"]])).toBe(true);
  expect(
    concernsOf(
      profiles,
      a,
    )([
      ["VideoSource", "000"],
      ["VideoEncoderConfigurationToken", "002"],
    ]),
  ).toBe(true);
});

test("what names no known token is of the whole device; a rule's name is no token", () => {
  for (const concerns of [concernsOf(profiles, a), concernsOf(profiles, undefined)]) {
    expect(concerns([])).toBe(true);
    expect(concerns([["VideoSource", "Channel Nine"]])).toBe(true);
    expect(concerns([["Rule", "001"]])).toBe(true);
  }
});

test("where the profile is not known no channel is its own", () => {
  for (const token of ["000", "001"])
    expect(concernsOf(profiles, undefined)([["Source", token]])).toBe(false);
});

test("profiles of one video source are one camera, also with several configurations of it", () => {
  const lens = [
    profile("a", { source: "s", configuration: "whole" }),
    profile("b", { source: "s", configuration: "detail" }),
    profile("audio", {}),
  ];
  for (const [name, value] of [
    ["Source", "elsewhere"],
    ["VideoSourceConfigurationToken", "detail"],
  ] as const)
    expect(concernsOf(lens, lens[0])([[name, value]])).toBe(true);
});

test("sources that are not named are told apart by their configurations", () => {
  const nameless = [profile("a", { configuration: "v1" }), profile("b", { configuration: "v2" })];
  expect(concernsOf(nameless, nameless[0])([["Source", "v1"]])).toBe(true);
  expect(concernsOf(nameless, nameless[0])([["Source", "v2"]])).toBe(false);
});
