import { stringify } from "yaml";
import * as z from "zod";
import { argumentSchemas, type ContractTopic, contract, topicParameters } from "./contract.ts";

/** The MQTT contract as an AsyncAPI 3.0 document (YAML), seen from the agent: it sends state and receives commands. */
export function asyncapiDocument(version: string): string {
  const document = {
    asyncapi: "3.0.0",
    info: {
      title: "camera-agent",
      version,
      description:
        "What a site publishes about its cameras, and the commands that it takes. Generated from the agent's schemas; do not edit.",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    defaultContentType: "application/json",
    channels: Object.fromEntries(contract.map((topic) => [topic.name, channel(topic)])),
    operations: Object.fromEntries(contract.flatMap(operations)),
    components: {
      messages: Object.fromEntries(contract.flatMap(messages)),
      schemas: Object.fromEntries(argumentSchemas.map(([name, schema]) => [name, draft7(schema)])),
    },
  };
  return stringify(document, { lineWidth: 110, aliasDuplicateObjects: false });
}

function channel({ address, description, messages }: ContractTopic) {
  const names = [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  return {
    address,
    description,
    messages: Object.fromEntries(
      messages.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }]),
    ),
    parameters: Object.fromEntries(names.map((name) => [name, { description: topicParameters[name] }])),
  };
}

/** An answer is part of the operation that asks for it. */
function operations(topic: ContractTopic): [string, unknown][] {
  if (contract.some(({ answer }) => answer === topic.name)) return [];
  const receives = topic.direction === "to the site";
  const operation = {
    action: receives ? "receive" : "send",
    channel: reference(topic.name),
    messages: messageReferences(topic),
    bindings: { mqtt: { qos: 1, retain: topic.retained, bindingVersion: "0.2.0" } },
  };
  const answer = contract.find(({ name }) => name === topic.answer);
  const reply = answer && { channel: reference(answer.name), messages: messageReferences(answer) };
  return [[`${operation.action}_${topic.name}`, reply ? { ...operation, reply } : operation]];
}

const reference = (name: string) => ({ $ref: `#/channels/${name}` });

const messageReferences = ({ name, messages }: ContractTopic) =>
  messages.map((message) => ({ $ref: `#/channels/${name}/messages/${message.name}` }));

function messages({ messages }: ContractTopic): [string, unknown][] {
  return messages.map(({ name, title, schema }) => [
    name,
    { title, contentType: "application/json", payload: draft7(schema) },
  ]);
}

/** AsyncAPI's own schema language is a superset of JSON Schema draft 7. */
function draft7(schema: z.ZodType) {
  const { $schema, ...plain } = z.toJSONSchema(schema, { io: "input", target: "draft-7" });
  return plain;
}
