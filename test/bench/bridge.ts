import { eventually } from "../fakes/eventually.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { BENCH, publishAll, rateOf, WINDOW } from "./drained.ts";
import { countEvents } from "./event-counter.ts";

/**
 * Events a second that a mosquitto on the box brings to the unit's broker out of its persistent queue, as a bridge: what
 * one does without an agent. The queue is loaded and saved while the unit's broker is away.
 */
export async function bridgeOnce(events: number): Promise<number> {
  await using unit = await startMosquitto({ receiveMaximum: WINDOW });
  await unit.stop();
  await using bridge = await startMosquitto({
    persistence: true,
    receiveMaximum: 1_000,
    lines: [
      // Saved once at the stop: at every change, as the tests have it, it would be the saving that is measured.
      "autosave_on_changes false",
      "autosave_interval 0",
      "connection unit",
      `address 127.0.0.1:${unit.port}`,
      `topic ${BENCH} out 1`,
      "cleansession false",
      "notifications false",
      "restart_timeout 1",
      `bridge_protocol_version mqttv50`,
    ],
  });
  await publishAll(bridge.url, events, 1_000);
  await bridge.stop();
  await unit.start();
  await using counter = await countEvents(unit.url, BENCH);
  await bridge.start();
  await eventually("the bridge's queue has arrived", () => counter.events >= events, 300_000);
  return rateOf(counter, events);
}
