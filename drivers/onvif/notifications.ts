import type { Emit, WatchEnd } from "../../agent/model/camera.ts";
import { fault } from "../../agent/model/fault.ts";
import { watchGivenUp } from "../protocol/given-up.ts";
import { connectTcp } from "../protocol/tcp.ts";
import { unreached } from "../protocol/watch-end.ts";
import { listenForNotifications, type NotificationListener } from "./notification-listener.ts";
import { type Channel, channelEnd, renew, subscribe, unsubscribe } from "./subscription.ts";
import { readNotifications } from "./topics.ts";

/**
 * A quiet camera cannot be told from one that lost its subscription, but by renewing it: that is asked so often,
 * milliseconds.
 */
const ASK_EVERY_MS = 60_000;

/**
 * The event channel of a device without PullPoint: it sends its events to a door of this box (WS-BaseNotification,
 * ONVIF Core 9.1). Undefined where it cannot do that either.
 */
export async function watchNotifications(
  channel: Channel,
  emit: Emit,
  signal: AbortSignal,
): Promise<WatchEnd | undefined> {
  const { caller, endpoint, names, clock, connectTimeout: timeoutMs } = channel;
  if (signal.aborted) return watchGivenUp;
  const facing = await addressFacing(endpoint.hostname, endpoint.port, { clock, timeoutMs, signal });
  if (typeof facing !== "string") return facing;
  // One after the other, as the camera sent them, and none before the channel is open.
  const opened = Promise.withResolvers<void>();
  let telling = opened.promise;
  const door = await openDoor(facing, (notify) => {
    telling = telling.then(async () => {
      for (const news of readNotifications(notify, names).signals)
        await emit({ kind: "signal", signal: news });
    });
    return telling;
  });
  if ("fault" in door) return door;
  await using listener = door;
  const subscribed = await subscribe(channel, { name: "Subscribe", consumer: listener.url }, signal);
  if (!subscribed.ok)
    return subscribed.error.unsupported ? undefined : channelEnd("Subscribe", subscribed.error);
  try {
    await emit({ kind: "open" });
    opened.resolve();
    // Cameras without it are no worse for that: they tell changes only.
    await caller.call({ name: "SetSynchronizationPoint" }, subscribed.value.recipient, { signal });
    while (!signal.aborted) {
      await clock.sleep(Math.min(ASK_EVERY_MS, subscribed.value.renewIn), signal);
      if (signal.aborted) break;
      const renewed = await renew(caller, subscribed.value.recipient, signal);
      if (!renewed.ok) return channelEnd("Renew", renewed.error);
      await emit({ kind: "alive" });
    }
    return watchGivenUp;
  } finally {
    opened.resolve();
    await unsubscribe(channel, subscribed.value);
    await telling;
  }
}

/** Why no door can be opened on an address is the system's word (EADDRNOTAVAIL, EMFILE); it is tried again. */
async function openDoor(
  ...door: Parameters<typeof listenForNotifications>
): Promise<NotificationListener | WatchEnd> {
  try {
    return await listenForNotifications(...door);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { fault: fault("events-lost", message), retry: "backoff" };
  }
}

/** The address of this box that the camera sees it by. */
async function addressFacing(
  hostname: string,
  port: number,
  options: Parameters<typeof connectTcp>[1],
): Promise<string | WatchEnd> {
  try {
    const socket = await connectTcp({ host: hostname, port }, options);
    if (!socket.ok) return unreached(socket.error);
    const { localAddress } = socket.value;
    socket.value.destroy();
    return localAddress ?? watchGivenUp;
  } catch (error) {
    if (options.signal.aborted) return watchGivenUp;
    throw error;
  }
}
