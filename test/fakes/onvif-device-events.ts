import type { Clock } from "../../agent/base/clock.ts";
import type { ActiveBehaviours } from "./behaviours-hooks.ts";
import { type EventMessage, notificationXml, propertyKey } from "./onvif-device-message.ts";
import { notify } from "./onvif-device-notify.ts";
import { faults, type SoapAnswer, type SoapRequest } from "./onvif-device-soap.ts";
import { Subscriptions } from "./onvif-device-subscriptions.ts";
import { durationMs, lifeMs } from "./onvif-device-time.ts";
import { escapeXml, find, textOf } from "./onvif-device-xml.ts";

export interface EventServiceOptions {
  readonly clock: Clock;
  readonly now: () => number;
  readonly behaviours: ActiveBehaviours;
  readonly maxSubscriptions: number;
  /** Life of a subscription whose request names none, milliseconds. */
  readonly defaultLifeMs: number;
  /** States that are true before anything happens. */
  readonly properties: readonly EventMessage[];
  /** The address of the subscription manager, as the device believes it. */
  readonly managerAddress: () => string;
  /** How a subscription is told from another: by its address, or as Axis does by an id to send back. */
  readonly subscriptionBy: "address" | "reference-parameters";
  /** Whether it sends events to an address of the client (WS-BaseNotification). */
  readonly notifies: boolean;
}

const HIGHEST_MESSAGE_LIMIT = 1_000;
const DEFAULT_PULL_TIMEOUT_MS = 60_000;

/** The event service with PullPoints (ONVIF Core 9), and the states that it can replay. */
export class EventService {
  readonly #options: EventServiceOptions;
  readonly #properties = new Map<string, EventMessage>();
  readonly #consumers = new Map<number, string>();
  #notified: Promise<void> = Promise.resolve();
  readonly subscriptions: Subscriptions;

  constructor(options: EventServiceOptions) {
    this.#options = options;
    this.subscriptions = new Subscriptions(options.clock, options.maxSubscriptions);
    for (const message of options.properties) this.#properties.set(propertyKey(message), message);
  }

  /** Puts an event into every subscription; the message as it was made, or undefined when it was swallowed. */
  emit(message: EventMessage): EventMessage | undefined {
    const made = this.#options.behaviours.first((behaviour) => behaviour.onEvent?.(message)) ?? message;
    if (made === "swallowed") return undefined;
    if (made.operation === "Deleted") this.#properties.delete(propertyKey(made));
    else if (made.operation !== undefined) this.#properties.set(propertyKey(made), made);
    for (const number of this.subscriptions.numbers()) this.#deliver(number, made);
    return made;
  }

  /** Undefined for actions of other services. A pull may be answered by "unanswered": keep the client waiting. */
  answer(
    request: SoapRequest,
    gone: AbortSignal,
  ): Promise<SoapAnswer | "unanswered"> | SoapAnswer | undefined {
    switch (request.action) {
      case "tev:GetEventProperties":
        return { body: eventPropertiesXml([...this.#properties.values()]) };
      case "tev:CreatePullPointSubscription":
        return this.#create(request);
      case "wsnt:Subscribe":
        return this.#options.notifies ? this.#subscribe(request) : undefined;
      case "tev:PullMessages":
        return this.#pull(request, gone);
      case "tev:SetSynchronizationPoint":
        return this.#synchronise(this.#subscriptionOf(request));
      case "wsnt:Renew":
        return this.#renew(request);
      case "wsnt:Unsubscribe":
        return this.subscriptions.drop(this.#subscriptionOf(request))
          ? { body: "<wsnt:UnsubscribeResponse/>" }
          : { fault: faults.resourceUnknown };
      default:
        return undefined;
    }
  }

  #deliver(number: number, message: EventMessage): void {
    const delivered =
      this.#options.behaviours.first((behaviour) => behaviour.onDelivery?.(number, message)) ?? message;
    if (delivered === "lost") return;
    const consumer = this.#consumers.get(number);
    if (consumer === undefined) this.subscriptions.push(number, delivered);
    else this.#notified = this.#notified.then(async () => void (await notify(consumer, delivered)));
  }

  #subscribe(request: SoapRequest): SoapAnswer {
    const consumer = textOf(find(request.body, "ConsumerReference", "Address"));
    const asked = textOf(find(request.body, "InitialTerminationTime"));
    const life = asked === undefined ? this.#options.defaultLifeMs : lifeMs(asked, this.#options.now());
    if (life === undefined || life <= 0 || consumer === undefined) return { fault: unacceptableTime };
    const number = this.subscriptions.create(life);
    if (number === undefined) return { fault: faults.tooManySubscriptions };
    this.#consumers.set(number, consumer);
    return {
      body:
        `<wsnt:SubscribeResponse><wsnt:SubscriptionReference><wsa:Address>` +
        `${escapeXml(`${this.#options.managerAddress()}?subscription=${number}`)}</wsa:Address>` +
        `</wsnt:SubscriptionReference>${this.#timesXml("wsnt", number)}</wsnt:SubscribeResponse>`,
    };
  }

  /** From the address; a client that was told an unusable one falls back on the service, which means the newest. */
  #subscriptionOf(request: SoapRequest): number {
    return request.subscription ?? this.subscriptions.numbers().at(-1) ?? 0;
  }

  #create(request: SoapRequest): SoapAnswer {
    const asked = textOf(find(request.body, "InitialTerminationTime"));
    const life = asked === undefined ? this.#options.defaultLifeMs : lifeMs(asked, this.#options.now());
    if (life === undefined || life <= 0) return { fault: unacceptableTime };
    const number = this.subscriptions.create(life);
    if (number === undefined) return { fault: faults.tooManySubscriptions };
    const byAddress = this.#options.subscriptionBy === "address";
    const own = `${this.#options.managerAddress()}${byAddress ? `?subscription=${number}` : ""}`;
    const told =
      this.#options.behaviours.first((behaviour) => behaviour.onSubscriptionReference?.(own)) ?? own;
    const parameters = byAddress ? "" : axisParametersXml(number);
    return {
      body:
        `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa:Address>${escapeXml(told)}` +
        `</wsa:Address>${parameters}</tev:SubscriptionReference>${this.#timesXml("wsnt", number)}` +
        `</tev:CreatePullPointSubscriptionResponse>`,
    };
  }

  #renew(request: SoapRequest): SoapAnswer {
    const number = this.#subscriptionOf(request);
    const asked = textOf(find(request.body, "TerminationTime"));
    const life = asked === undefined ? this.#options.defaultLifeMs : lifeMs(asked, this.#options.now());
    if (life === undefined || life <= 0) return { fault: unacceptableTime };
    if (!this.subscriptions.renew(number, life)) return { fault: faults.resourceUnknown };
    return { body: `<wsnt:RenewResponse>${this.#timesXml("wsnt", number)}</wsnt:RenewResponse>` };
  }

  #synchronise(number: number): SoapAnswer {
    if (this.subscriptions.leftMs(number) === undefined) return { fault: faults.resourceUnknown };
    const at = this.#options.now();
    for (const message of this.#properties.values()) {
      this.#deliver(number, { ...message, operation: "Initialized", at });
    }
    return { body: "<tev:SetSynchronizationPointResponse/>" };
  }

  async #pull(request: SoapRequest, gone: AbortSignal): Promise<SoapAnswer | "unanswered"> {
    const asked = {
      subscription: this.#subscriptionOf(request),
      timeoutMs: durationMs(textOf(find(request.body, "Timeout")) ?? "") ?? DEFAULT_PULL_TIMEOUT_MS,
      messageLimit: Number(textOf(find(request.body, "MessageLimit")) ?? HIGHEST_MESSAGE_LIMIT),
    };
    if (!(asked.messageLimit >= 1)) {
      return { fault: faults.invalidArgument("ter:InvalidArgs", "MessageLimit must be positive") };
    }
    const pull = this.#options.behaviours.first((behaviour) => behaviour.onPull?.(asked)) ?? asked;
    if (pull === "unanswered") return pull;
    const limit = Math.min(pull.messageLimit, HIGHEST_MESSAGE_LIMIT);
    const pulled = await this.subscriptions.pull(pull.subscription, limit, pull.timeoutMs, gone);
    if (pulled === "gone") return { fault: faults.resourceUnknown };
    return {
      body:
        `<tev:PullMessagesResponse>${this.#timesXml("tev", pull.subscription)}` +
        `${pulled.map(notificationXml).join("")}</tev:PullMessagesResponse>`,
    };
  }

  #timesXml(prefix: "wsnt" | "tev", subscription: number): string {
    const now = this.#options.now();
    const end = now + (this.subscriptions.leftMs(subscription) ?? 0);
    const element = (name: string, at: number) =>
      `<${prefix}:${name}>${new Date(at).toISOString()}</${prefix}:${name}>`;
    return element("CurrentTime", now) + element("TerminationTime", end);
  }
}

function axisParametersXml(subscription: number): string {
  return (
    `<wsa:ReferenceParameters><axis:SubscriptionId xmlns:axis="http://www.axis.com/2009/event">${subscription}` +
    `</axis:SubscriptionId></wsa:ReferenceParameters>`
  );
}

const unacceptableTime = faults.invalidArgument("ter:InvalidArgs", "Unacceptable termination time");

function eventPropertiesXml(messages: readonly EventMessage[]): string {
  const topics = messages.map((message) => topicXml(message.topic.split("/"), message)).join("");
  return (
    `<tev:GetEventPropertiesResponse><tev:TopicNamespaceLocation>` +
    `http://www.onvif.org/onvif/ver10/topics/topicns.xml</tev:TopicNamespaceLocation>` +
    `<wsnt:FixedTopicSet>true</wsnt:FixedTopicSet><wstop:TopicSet>${topics}</wstop:TopicSet>` +
    `<wsnt:TopicExpressionDialect>http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet` +
    `</wsnt:TopicExpressionDialect></tev:GetEventPropertiesResponse>`
  );
}

function topicXml(path: readonly string[], message: EventMessage): string {
  const [name, ...rest] = path;
  if (rest.length > 0) return `<${name}>${topicXml(rest, message)}</${name}>`;
  const describe = (items: Readonly<Record<string, string>>) =>
    Object.keys(items)
      .map((item) => `<tt:SimpleItemDescription Name="${escapeXml(item)}" Type="xs:string"/>`)
      .join("");
  return (
    `<${name} wstop:topic="true"><tt:MessageDescription IsProperty="true"><tt:Source>${describe(message.source)}` +
    `</tt:Source><tt:Data>${describe(message.data)}</tt:Data></tt:MessageDescription></${name}>`
  );
}
