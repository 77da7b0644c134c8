import * as z from "zod";
import { code, url } from "./address.ts";
import { byteSize } from "./byte-size.ts";
import { cameraSchema, entryName } from "./config-camera.ts";
import { duration } from "./duration.ts";
import { SITE_LANGUAGE } from "./messages/text.ts";
import { fileText, folderText, lineText, nameText } from "./plain-text.ts";
import { publicKeyText } from "./public-key.ts";

/**
 * The one declaration of `config.yaml`: types, validation, JSON Schema and the reference page come from here.
 * Durations are written as text ("60s") and read as milliseconds. What concerns several keys at once (ids that
 * occur twice, keys that need each other) is in `config-checks.ts`; `io/config-file.ts` applies both.
 */

/** A file; where it is not absolute, it stands relative to the folder of config.yaml. */
const file = (what: string) => fileText.describe(what);

const site = z
  .strictObject({
    id: code("Permanent code of the site; equals the certificate's CN and the broker's user name."),
    name: nameText(200).describe("Name that people know the site by."),
    commune: nameText(200).optional().describe("Commune the site belongs to."),
    position: z
      .strictObject({
        latitude: z.number().min(-90).max(90).describe("Degrees north, WGS 84."),
        longitude: z.number().min(-180).max(180).describe("Degrees east, WGS 84."),
      })
      .optional()
      .describe("Where the recorder stands."),
  })
  .describe("The site that this recorder serves.");

const unit = z
  .strictObject({
    id: code("Code of the monitoring unit that receives the site; part of every topic."),
    name: nameText(200).describe("Name of the monitoring unit, as people call it."),
    commandKeys: z
      .array(
        z.strictObject({
          name: nameText(100).describe("Whose key it is; stands in the audit of what was commanded."),
          key: publicKeyText.describe("Public key that this officer's commands are signed with."),
        }),
      )
      .max(16)
      .default([])
      .describe(
        "Whose commands the site carries out. With none, every command that needs a signature is refused.",
      ),
  })
  .describe("The unit that watches the site. Units merge and are renamed: nothing else names it.");

const reconnect = z
  .strictObject({
    min: duration("10ms", "10m").default(1_000).describe("Shortest pause before connecting again."),
    max: duration("10ms", "1h")
      .default(120_000)
      .describe("Longest pause; doubled up to here, each drawn at random."),
    stableAfter: duration("10ms", "1h")
      .default(60_000)
      .describe("A connection that lasted this long resets the pause."),
  })
  .prefault({})
  .describe("How the agent connects again after the connection to the broker ended or was refused.");

const broker = z
  .strictObject({
    url: url(["mqtt", "mqtts"], "host").describe("Address of the unit's MQTT broker."),
    clientId: nameText(128).optional().describe("MQTT client id. Default: the site's id."),
    credential: entryName.optional().describe("Entry of the secrets file with the broker login."),
    ca: file(
      "PEM file of the authority that signed the broker's certificate. Default: those that the system trusts.",
    ).optional(),
    certificate: file("PEM file of this site's client certificate; needs `key`.").optional(),
    key: file("PEM file of this site's private key; needs `certificate`.").optional(),
    protocol: z
      .enum(["auto", "5", "3.1.1"])
      .default("auto")
      .describe("MQTT version. auto: 5, and 3.1.1 when the broker refuses 5."),
    window: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .default(100)
      .describe("Most publishes in flight; the broker's Receive Maximum lowers it."),
    keepalive: duration("5s", "10m").default(30_000).describe("MQTT keep-alive."),
    connectTimeout: duration("100ms", "2m")
      .default(20_000)
      .describe("Longest wait for a connection and its CONNACK."),
    publishTimeout: duration("100ms", "10m")
      .default(30_000)
      .describe("Longest wait for a PUBACK; then the connection is renewed."),
    willDelay: duration("0s", "10m")
      .default(30_000)
      .describe("MQTT 5: the broker waits this long before it tells the Last Will."),
    receiptTimeout: duration("1s", "1d")
      .default(300_000)
      .describe(
        "Once the unit has sent receipts: when they have stood still for this long, what the broker acknowledged and they do not cover is sent again.",
      ),
    reconnect,
  })
  .describe("The way to the monitoring unit.");

const GIB = 1_024 ** 3;

const journal = z
  .strictObject({
    path: file("SQLite file of the journal, on a local disk.").default("/var/lib/camera-agent/journal.db"),
    signingKey: file(
      "Ed25519 private key that the journal is signed with (PKCS#8 PEM, mode 0600); made at the first start. Default: signing.key beside the journal.",
    ).optional(),
    checkpointEvery: duration("1s", "1h")
      .default(60_000)
      .describe("A signed checkpoint is written at least this often, also when nothing happens."),
    checkpointEvents: z
      .number()
      .int()
      .min(1)
      .max(65_536)
      .default(256)
      .describe("A signed checkpoint is also written after this many events."),
    maxSize: byteSize("16MiB", "1024GiB")
      .default(8 * GIB)
      .describe(
        "Largest size of the file. Beyond it delivered events are dropped, then the oldest motion, then all else; what was never sent is told to the unit.",
      ),
    maxEvents: z
      .number()
      .int()
      .min(10_000)
      .max(1_000_000_000)
      .default(6_000_000)
      .describe("Most events that are kept; beyond them some are dropped as beyond `maxSize`."),
    keepFree: byteSize("0MiB", "1024GiB")
      .default(GIB / 4)
      .describe(
        "What stays free of the disk, at most a twentieth of it: below, delivered events are dropped, and the journal grows no more.",
      ),
  })
  .prefault({})
  .describe(
    "Where events are kept, from before they are sent until after the unit's broker has acknowledged them.",
  );

const health = z
  .strictObject({
    interval: duration("1s", "1h")
      .default(60_000)
      .describe("Time from the beginning of one look at a camera to that of the next."),
    retryInterval: duration("100ms", "1h")
      .default(20_000)
      .describe("Time to the next look while a camera fails but is not yet judged."),
    openAfterFailures: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(3)
      .describe("Failed looks, of the latest twice as many, that open a fault."),
    openAfter: duration("0s", "1h")
      .default(90_000)
      .describe("A fault also opens once it has lasted this long."),
    clearAfter: duration("0s", "1h")
      .default(60_000)
      .describe("A camera is well again after being well for this long."),
    flappingChanges: z
      .number()
      .int()
      .min(2)
      .max(1_000)
      .default(4)
      .describe("More state changes than this in the window below: flapping."),
    flappingWindow: duration("1m", "1d").default(3_600_000).describe("Window of the flapping count."),
    clockTolerance: duration("100ms", "1d")
      .default(5_000)
      .describe("Largest offset between the camera's clock and the box's that is still right."),
    requestTimeout: duration("50ms", "2m")
      .default(10_000)
      .describe("Longest wait for one answer of a camera."),
    streamTimeout: duration("50ms", "2m")
      .default(15_000)
      .describe("Longest wait for the first keyframe of a stream."),
    measureFor: duration("0s", "1m")
      .default(2_000)
      .describe(
        "How long frames, bit rate and losses are measured, counted from PLAY; a look lasts at least to the first keyframe.",
      ),
    hostRequests: z
      .number()
      .int()
      .min(1)
      .max(16)
      .default(2)
      .describe("Requests at once to one host; recorders count as one host."),
    loginFreeze: duration("1s", "1d")
      .default(2_100_000)
      .describe(
        "How long a refused login is not tried again on that host, unless it is changed. Cameras lock accounts for up to 30 min.",
      ),
    republish: duration("1s", "1d")
      .default(900_000)
      .describe("A camera's state is published anew at least this often."),
  })
  .prefault({})
  .describe("How the cameras' health is judged.");

const motion = z
  .strictObject({
    maxActive: duration("1s", "1d")
      .default(600_000)
      .describe("Motion that never ends is ended after this long."),
    quiet: duration("100ms", "1h")
      .default(10_000)
      .describe(
        "Cameras that never say that motion ended: it ended after this long without news, or three times the learned pause between repeats if that is longer.",
      ),
  })
  .prefault({})
  .describe("How motion is made of what cameras report.");

const host = z
  .strictObject({
    interval: duration("1s", "1h").default(60_000).describe("Time between two reports on the box itself."),
    disks: z
      .array(folderText)
      .max(64)
      .default(["/"])
      .describe(
        "Mount points whose space is reported. The systemd unit hides those at or below /home and /root from the agent; `systemctl edit camera-agent` with `[Service]` and `ProtectHome=read-only` shows them to it.",
      ),
  })
  .prefault({})
  .describe("How the recorder box itself is watched.");

export const configSchema = z
  .strictObject({
    site,
    unit,
    broker,
    journal,
    secrets: file(
      "File of logins, mode 0600. Default: the systemd credential `secrets`, else secrets.yaml beside config.yaml.",
    ).optional(),
    language: z
      .enum(["vi", "en"])
      .default(SITE_LANGUAGE)
      .describe("Language of the texts that the agent writes for people."),
    logLevel: z
      .enum(["debug", "info", "warn", "error"])
      .default("info")
      .describe("Least level that is logged."),
    statusFile: file("Where `camera-agent status` finds the running agent.").default(
      "/run/camera-agent/status.json",
    ),
    health,
    motion,
    host,
    cameras: z.array(cameraSchema).max(512).default([]).describe("The cameras of the site."),
  })
  .describe("Configuration of camera-agent.");

export type Config = z.output<typeof configSchema>;
export type CameraConfig = Config["cameras"][number];
export type OnvifCameraConfig = Extract<CameraConfig, { driver: "onvif" }>;
export type BrokerConfig = Config["broker"];
export type HealthConfig = Config["health"];
export type MotionConfig = Config["motion"];

export const loginSchema = z.strictObject({
  username: nameText(128).describe("User name."),
  password: lineText(256).describe("Password."),
});

/** The secrets file: entry name → login. Kept apart so that config.yaml can be shown, mailed and compared. */
export const secretsSchema = z
  .strictObject({
    credentials: z.record(entryName, loginSchema).default({}).describe("Logins by entry name."),
  })
  .describe("Logins of camera-agent; mode 0600 or a systemd credential.");

export type Secrets = z.output<typeof secretsSchema>;
