import { attributesXml, escapeXml } from "./onvif-device-xml.ts";

/** ONVIF Core 9.4.3. A message without it is a moment (a pulse), not a property. */
export type PropertyOperation = "Initialized" | "Changed" | "Deleted";

/** One ONVIF notification, as the device thinks of it. */
export interface EventMessage {
  /** With its namespace: "tns1:VideoSource/MotionAlarm". */
  readonly topic: string;
  readonly source: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
  readonly operation: PropertyOperation | undefined;
  /** The device's own clock, milliseconds since the epoch. */
  readonly at: number;
}

/** What a message is about: two messages with the same key tell states of the same property. */
export function propertyKey(message: EventMessage): string {
  return JSON.stringify([message.topic, Object.entries(message.source).sort()]);
}

export function notificationXml(message: EventMessage): string {
  const operation = message.operation === undefined ? {} : { PropertyOperation: message.operation };
  const attributes = attributesXml({ UtcTime: new Date(message.at).toISOString(), ...operation });
  return (
    `<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">` +
    `${escapeXml(message.topic)}</wsnt:Topic><wsnt:Message><tt:Message${attributes}>` +
    `<tt:Source>${simpleItems(message.source)}</tt:Source><tt:Data>${simpleItems(message.data)}</tt:Data>` +
    `</tt:Message></wsnt:Message></wsnt:NotificationMessage>`
  );
}

function simpleItems(items: Readonly<Record<string, string>>): string {
  return Object.entries(items)
    .map(([Name, Value]) => `<tt:SimpleItem${attributesXml({ Name, Value })}/>`)
    .join("");
}

export type MotionTopic = "VideoSource/MotionAlarm" | "RuleEngine/CellMotionDetector/Motion";

/** What a make with this topic sends when motion starts or ends on a channel, with `extra` beside the topic's own data. */
export function motionMessage(
  topic: MotionTopic,
  active: boolean,
  extra: Readonly<Record<string, string>> = {},
  channel = 1,
): Omit<EventMessage, "at"> {
  const shape =
    topic === "VideoSource/MotionAlarm"
      ? { source: { Source: `VideoSource_${channel}` }, data: { State: String(active) } }
      : {
          source: {
            VideoSourceConfigurationToken: `VideoSourceConfig_${channel}`,
            VideoAnalyticsConfigurationToken: `VideoAnalytics_${channel}`,
            Rule: "MyMotionDetectorRule",
          },
          data: { IsMotion: String(active) },
        };
  return {
    topic: `tns1:${topic}`,
    source: shape.source,
    data: { ...shape.data, ...extra },
    operation: "Changed",
  };
}

export function isMotion(message: EventMessage): boolean {
  return /Motion/.test(message.topic);
}

/** Whether the message tells that something is going on now; undefined where it tells no such thing. */
export function activeIn(message: EventMessage): boolean | undefined {
  const value = message.data.State ?? message.data.IsMotion ?? message.data.IsInside;
  return value === undefined ? undefined : value === "true" || value === "1";
}
