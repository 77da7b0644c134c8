import type { z } from "zod";
import { commandArguments, commandSchema, resultSchema } from "../agent/model/command.ts";
import { eventSchema, segmentSchema } from "../agent/model/event.ts";
import { siteTopics } from "../agent/model/topics.ts";
import { cameraSchema, healthSchema, infoSchema, stateSchema } from "../agent/model/wire.ts";

/** One kind of message of the MQTT contract. */
export interface ContractMessage {
  /** Name of its schema file. */
  readonly name: string;
  readonly title: string;
  readonly schema: z.ZodType;
}

/** One topic of the MQTT contract with what is published on it. */
export interface ContractTopic {
  readonly name: string;
  readonly address: string;
  readonly description: string;
  readonly direction: "from the site" | "to the site";
  readonly retained: boolean;
  readonly messages: readonly ContractMessage[];
  /** Name of the topic of the answer. */
  readonly answer?: string;
}

const topics = siteTopics({ unit: "{unit}", site: "{site}" });

export const contract: readonly ContractTopic[] = [
  {
    name: "state",
    address: topics.state,
    description:
      "Whether the agent is there. `offline` is the Last Will; ignore it when its session is older than the newest seen.",
    direction: "from the site",
    retained: true,
    messages: [{ name: "state", title: "State of the agent", schema: stateSchema }],
  },
  {
    name: "info",
    address: topics.info,
    description: "What the site is. Published at every connect and when it changes.",
    direction: "from the site",
    retained: true,
    messages: [{ name: "info", title: "The site", schema: infoSchema }],
  },
  {
    name: "health",
    address: topics.health,
    description: "The recorder box, the journal and the uplink. Published every `host.interval`.",
    direction: "from the site",
    retained: true,
    messages: [{ name: "health", title: "Health of the box", schema: healthSchema }],
  },
  {
    name: "camera",
    address: topics.camera("{camera}"),
    description: "One camera. Published on change and at least every `health.republish`.",
    direction: "from the site",
    retained: true,
    messages: [{ name: "camera", title: "State of a camera", schema: cameraSchema }],
  },
  {
    name: "event",
    address: topics.event("{kind}"),
    description:
      "Events from the journal, in order of their sequence but for a backlog, which follows behind new events in segments. Drop duplicates by epoch and sequence.",
    direction: "from the site",
    retained: false,
    messages: [
      { name: "event", title: "One event", schema: eventSchema },
      { name: "segment", title: "Events of a backlog", schema: segmentSchema },
    ],
  },
  {
    name: "command",
    address: topics.commands.replace("+/+", "{command}/{request}"),
    description:
      "A command from the unit, signed as commands.md says; its `arguments` hold JSON of the schema of that command. Never retained: a retained command is refused.",
    direction: "to the site",
    retained: false,
    messages: [{ name: "command", title: "A command", schema: commandSchema }],
    answer: "result",
  },
  {
    name: "result",
    address: topics.result("{request}"),
    description: "The answer to a command.",
    direction: "from the site",
    retained: false,
    messages: [{ name: "result", title: "Answer to a command", schema: resultSchema }],
  },
];

/** What a command's `arguments` hold, by the name of its schema file. */
export const argumentSchemas: readonly (readonly [name: string, schema: z.ZodType])[] = Object.entries(
  commandArguments,
).map(([command, schema]) => [`arguments-${command}`, schema]);

/** What the placeholders of the topics stand for. */
export const topicParameters: Readonly<Record<string, string>> = {
  unit: "Code of the receiving unit (`unit.id`).",
  site: "Code of the site (`site.id`); equals the certificate's CN and the broker's user name.",
  camera: "Code of the camera (`cameras[].id`).",
  kind: "Kind of event: the part of its CloudEvents type between `vn.camera.` and `.v1`.",
  command: "What is asked for.",
  request: "Chosen by the unit, unique; names the answer.",
};
