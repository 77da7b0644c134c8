import { connectAsync } from "mqtt";
import { type MosquittoOptions, startMosquitto } from "../../fakes/mosquitto.ts";
import { type PublishSeen, startScriptedBroker } from "../../fakes/scripted-broker.ts";

/** A broker that takes most events but not some; `onTaken` is told each publish that it took. */
export interface PoisonKind {
  readonly name: string;
  /** What marks an event that the broker does not take. */
  readonly bad: "large" | "tamper" | "marked";
  /** What becomes of those: left out for good and counted, kept and tried again, or sent in a segment after all. */
  readonly fate: "left out" | "kept" | "arrives";
  /** One in so many is bad. */
  readonly oneIn: number;
  /** Whether the backlog can pass. */
  readonly backlog: boolean;
  readonly protocol?: "5" | "3.1.1";
  open(onTaken: (publish: PublishSeen) => void): Promise<AsyncDisposable & { readonly url: string }>;
}

/** Of the packets that the broker takes; bytes. An event is a twentieth of it. */
const LARGEST_PACKET = 16_384;
/** What a bad event carries, where its size is what is bad. */
export const LARGE = "x".repeat(2 * LARGEST_PACKET);
/** What it carries where it is known by its words. */
export const MARK = "not to be taken";

const WRITABLE = ["state", "info", "health", "camera/+", "event/motion", "event/epoch", "event/checkpoint"];

const mosquitto = (options: MosquittoOptions) => async (onTaken: (publish: PublishSeen) => void) => {
  await using parts = new AsyncDisposableStack();
  const { url } = parts.use(await startMosquitto(options));
  const reader = await connectAsync(url, { protocolVersion: 5 });
  parts.defer(() => reader.endAsync(true));
  reader.on("message", (topic, payload) => onTaken({ topic, payload }));
  await reader.subscribeAsync("cam/v1/#", { qos: 1 });
  const owned = parts.move();
  return { url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
};

const scripted =
  (code: number, isBad: (publish: PublishSeen) => boolean) => (onTaken: (publish: PublishSeen) => void) =>
    startScriptedBroker({
      receiveMaximum: 20,
      puback(publish) {
        if (isBad(publish)) return code;
        onTaken(publish);
        return 0;
      },
    });

const acl = (...topics: string[]) => [
  "topic read cam/v1/#",
  ...topics.map((topic) => `topic write cam/v1/+/+/${topic}`),
];
const hex = (code: number) => `0x${code.toString(16)}`;
const isTamper = ({ topic }: PublishSeen) => topic.endsWith("/event/tamper");
const isMarked = ({ payload }: PublishSeen) => payload.includes(MARK);

export const poisonKinds: readonly PoisonKind[] = [
  {
    name: "oversize",
    ...{ bad: "large", fate: "left out", oneIn: 20, backlog: true },
    open: mosquitto({ maximumPacketSize: LARGEST_PACKET }),
  },
  {
    name: "oversize, 3.1.1",
    // Each costs some connections: 3.1.1 can say no but by closing.
    ...{ bad: "large", fate: "left out", oneIn: 100, backlog: true, protocol: "3.1.1" },
    open: mosquitto({ maximumPacketSize: LARGEST_PACKET }),
  },
  {
    name: "a topic denied by ACL",
    ...{ bad: "tamper", fate: "arrives", oneIn: 20, backlog: true },
    open: mosquitto({ acl: acl(...WRITABLE, "event/segment") }),
  },
  {
    name: "a topic and segments denied by ACL",
    ...{ bad: "tamper", fate: "kept", oneIn: 20, backlog: false },
    open: mosquitto({ acl: acl(...WRITABLE) }),
  },
  ...[0x80, 0x83, 0x87, 0x97].map(
    (code): PoisonKind => ({
      name: `PUBACK ${hex(code)} on a topic`,
      ...{ bad: "tamper", fate: "arrives", oneIn: 20, backlog: true },
      open: scripted(code, isTamper),
    }),
  ),
  ...[0x90, 0x95, 0x99].map(
    (code): PoisonKind => ({
      name: `PUBACK ${hex(code)} at what it says`,
      ...{ bad: "marked", fate: "left out", oneIn: 20, backlog: true },
      open: scripted(code, isMarked),
    }),
  ),
];
