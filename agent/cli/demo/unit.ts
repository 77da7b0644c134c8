import mqtt from "mqtt";
import { emptyView, receive, type UnitView } from "../../core/unit-view.ts";
import type { Event } from "../../model/event.ts";
import { TOPIC_ROOT } from "../../model/topics.ts";
import { UNIT } from "./scene.ts";

/**
 * The monitoring unit of the demo: a client that knows nothing of the agent but the MQTT contract. It keeps its
 * session over a connection that broke, as a unit does, so that the broker holds back what it missed.
 */
export interface DemoUnit extends AsyncDisposable {
  readonly view: UnitView;
  /** Different motion events received that a camera had reported. */
  readonly motionReceived: number;
  /** Called with every message that brought events: those seen for the first time, in order. */
  onEvents?: (fresh: readonly Event[], whole: number) => void;
}

export async function openUnit(port: number): Promise<DemoUnit> {
  const client = mqtt.connect({
    host: "127.0.0.1",
    port,
    protocolVersion: 4,
    clientId: `unit-${UNIT.id}`,
    clean: false,
    reconnectPeriod: 200,
    connectTimeout: 2_000,
    resubscribe: false,
  });
  // A broker that is away is part of the play; mqtt.js tries again by itself.
  client.on("error", () => undefined);
  const unit: { -readonly [K in keyof DemoUnit]: DemoUnit[K] } = {
    view: emptyView,
    motionReceived: 0,
    async [Symbol.asyncDispose]() {
      await client.endAsync(true);
    },
  };
  client.on("message", (topic, payload, packet) => {
    const { view, received } = receive(
      unit.view,
      { topic, payload, retain: packet.retain },
      performance.now(),
    );
    unit.view = view;
    if (received.kind !== "events") return;
    unit.motionReceived += received.fresh.filter(isReportedMotion).length;
    unit.onEvents?.(received.fresh, received.fresh.length + received.duplicates);
  });
  await new Promise<void>((resolve) => client.once("connect", () => resolve()));
  await client.subscribeAsync(`${TOPIC_ROOT}/${UNIT.id}/#`, { qos: 1 });
  return unit;
}

/** What a camera said itself; what the agent concluded (motion of unknown end) has no counterpart in the camera. */
export function isReportedMotion(event: Event): boolean {
  return event.type === "vn.camera.motion.v1" && event.data.reason === "reported";
}
