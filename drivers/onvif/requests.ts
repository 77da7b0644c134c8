import { unreachable } from "../../agent/base/result.ts";
import { escapeXml } from "../protocol/xml.ts";

/**
 * The calls of the `onvif` package, and nothing else of it: a Cam says what a call asks and of which service; sending
 * it and reading the answer is ours. The package's transport has neither deadline nor body limit, its reader makes
 * 1.1 of firmware "1.10", and its event loop dies for good on a time-out.
 */

type Service = "device" | "media" | "media2" | "events" | "subscription" | "search";

export interface OnvifRequest {
  readonly name: string;
  readonly service: Service;
  /** The element inside the SOAP body. */
  readonly body: string;
  /** Action of SOAP 1.2 and WS-Addressing. */
  readonly action: string;
}

export type Call =
  | { readonly name: "GetSystemDateAndTime" | "GetDeviceInformation" | "GetServices" | "GetCapabilities" }
  | { readonly name: "GetNetworkInterfaces" | "GetRecordingSummary" }
  | { readonly name: "GetProfiles"; readonly media2: boolean }
  | { readonly name: "GetStreamUri" | "GetSnapshotUri"; readonly media2: boolean; readonly profile: string }
  | { readonly name: "CreatePullPointSubscription" | "SetSynchronizationPoint" | "Renew" | "Unsubscribe" }
  /** `consumer`: where notifications are to be sent, a URL. */
  | { readonly name: "Subscribe"; readonly consumer: string }
  | { readonly name: "PullMessages"; readonly seconds: number; readonly messages: number };

/** Seconds that a subscription is asked to live. */
export const SUBSCRIPTION_SECONDS = 600;

/** What the package hands to its transport. */
interface Built {
  readonly service?: string;
  readonly body: string;
}

type Callback = () => void;

/** The part of the package's Cam that is used. Callbacks are never called: answers do not pass through it. */
interface Cam {
  _request(built: Built): void;
  media2Support: boolean;
  events: { subscription?: { subscriptionReference: { address: { href: string } } } };
  getSystemDateAndTime(done: Callback): unknown;
  getDeviceInformation(done: Callback): unknown;
  getServices(capabilities: boolean, done: Callback): unknown;
  getCapabilities(done: Callback): unknown;
  getNetworkInterfaces(done: Callback): unknown;
  getProfiles(done: Callback): unknown;
  getRecordingSummary(done: Callback): unknown;
  getStreamUri(options: { protocol: "RTSP"; profileToken: string }, done: Callback): unknown;
  getSnapshotUri(options: { profileToken: string }, done: Callback): unknown;
  subscribe(options: { url: string }, done: Callback): unknown;
  createPullPointSubscription(done: Callback): unknown;
  pullMessages(options: { messageLimit: number }, done: Callback): unknown;
  renew(options: object, done: Callback): unknown;
  unsubscribe(done: Callback): unknown;
}

type RequestBuilder = (call: Call) => OnvifRequest;

let builder: Promise<RequestBuilder> | undefined;

/**
 * One builder for all cameras. The package is loaded at the first ONVIF camera: it brings xml2js and discovery, which a
 * site without one need not hold.
 */
export function requestBuilder(): Promise<RequestBuilder> {
  builder ??= makeBuilder();
  return builder;
}

async function makeBuilder(): Promise<RequestBuilder> {
  // A bundler gives a CommonJS package one export, the default; so does Node, beside the names that it guesses.
  const { Cam } = (await import("onvif")).default;
  // No login: the package's UsernameToken breaks on `&` in a user name and on passwords beyond ASCII.
  const cam = new Cam({ hostname: "camera", autoconnect: false, preserveAddress: true }) as unknown as Cam;
  const built = new Map<string, OnvifRequest>();
  return (call) => {
    // What names a profile or a consumer is of one camera and asked rarely; the rest is alike for all and asked often.
    if ("profile" in call || "consumer" in call) return build(cam, call);
    const key = JSON.stringify(call);
    const request = built.get(key) ?? build(cam, call);
    built.set(key, request);
    return request;
  };
}

function build(cam: Cam, call: Call): OnvifRequest {
  let built: Built | undefined;
  cam._request = (request) => {
    built = request;
  };
  cam.events.subscription = { subscriptionReference: { address: { href: "" } } };
  ask(cam, call);
  if (!built) throw new Error(`the onvif package asked nothing for ${call.name}`);
  const body = inSeconds(call, /<s:Body[^>]*>(.*)<\/s:Body>/s.exec(built.body)?.[1] ?? "");
  return { name: call.name, service: serviceOf(call), body, action: actionOf(call.name, body) };
}

function ask(cam: Cam, call: Call): unknown {
  const answered = () => {};
  switch (call.name) {
    case "GetSystemDateAndTime":
      return cam.getSystemDateAndTime(answered);
    case "GetDeviceInformation":
      return cam.getDeviceInformation(answered);
    case "GetServices":
      return cam.getServices(false, answered);
    case "GetCapabilities":
      return cam.getCapabilities(answered);
    case "GetNetworkInterfaces":
      return cam.getNetworkInterfaces(answered);
    case "GetRecordingSummary":
      return cam.getRecordingSummary(answered);
    case "GetProfiles":
      cam.media2Support = call.media2;
      return cam.getProfiles(answered);
    case "GetStreamUri":
      cam.media2Support = call.media2;
      return cam.getStreamUri({ protocol: "RTSP", profileToken: escapeXml(call.profile) }, answered);
    case "GetSnapshotUri":
      cam.media2Support = call.media2;
      return cam.getSnapshotUri({ profileToken: escapeXml(call.profile) }, answered);
    case "Subscribe":
      return cam.subscribe({ url: escapeXml(call.consumer) }, answered);
    case "CreatePullPointSubscription":
      return cam.createPullPointSubscription(answered);
    case "SetSynchronizationPoint":
      // The package has the call of the media service only (a keyframe); this one replays the state of properties.
      return cam._request({
        body: `<s:Body><SetSynchronizationPoint xmlns="http://www.onvif.org/ver10/events/wsdl"/></s:Body>`,
      });
    case "PullMessages":
      return cam.pullMessages({ messageLimit: call.messages }, answered);
    case "Renew":
      return cam.renew({}, answered);
    case "Unsubscribe":
      return cam.unsubscribe(answered);
    default:
      return unreachable(call);
  }
}

/** Some firmwares read minutes as seconds (home-assistant PR #92551); the package writes PT2M and PT1M. */
function inSeconds(call: Call, body: string): string {
  switch (call.name) {
    case "CreatePullPointSubscription":
    case "Subscribe":
    case "Renew":
      return body.replace(/(TerminationTime>)PT2M</, `$1PT${SUBSCRIPTION_SECONDS}S<`);
    case "PullMessages":
      return body.replace(/(<Timeout>)PT1M</, `$1PT${call.seconds}S<`);
    default:
      return body;
  }
}

function serviceOf(call: Call): Service {
  switch (call.name) {
    case "GetProfiles":
    case "GetStreamUri":
    case "GetSnapshotUri":
      return call.media2 ? "media2" : "media";
    case "GetRecordingSummary":
      return "search";
    case "CreatePullPointSubscription":
    case "Subscribe":
      return "events";
    case "SetSynchronizationPoint":
    case "PullMessages":
    case "Renew":
    case "Unsubscribe":
      return "subscription";
    default:
      return "device";
  }
}

const EVENTS = "http://www.onvif.org/ver10/events/wsdl";
const NOTIFICATION = "http://docs.oasis-open.org/wsn/bw-2";

/** Actions of the event service (ONVIF event.wsdl); elsewhere namespace and name, as the package has it. */
const ACTIONS: Readonly<Record<string, string>> = {
  CreatePullPointSubscription: `${EVENTS}/EventPortType/CreatePullPointSubscriptionRequest`,
  SetSynchronizationPoint: `${EVENTS}/PullPointSubscription/SetSynchronizationPointRequest`,
  PullMessages: `${EVENTS}/PullPointSubscription/PullMessagesRequest`,
  Subscribe: `${NOTIFICATION}/NotificationProducer/SubscribeRequest`,
  Renew: `${NOTIFICATION}/SubscriptionManager/RenewRequest`,
  Unsubscribe: `${NOTIFICATION}/SubscriptionManager/UnsubscribeRequest`,
};

function actionOf(name: string, body: string): string {
  return ACTIONS[name] ?? `${/xmlns="([^"]*)"/.exec(body)?.[1] ?? ""}/${name}`;
}
