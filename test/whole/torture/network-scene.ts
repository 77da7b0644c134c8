import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { AgentOptions, ConfigText } from "../../fakes/agent-process.ts";
import { createAuthority } from "../../fakes/certificates.ts";
import { eventually } from "../../fakes/eventually.ts";
import { startMosquitto } from "../../fakes/mosquitto.ts";
import { officer } from "../../fakes/officer.ts";
import { startReceiptingUnit } from "../../fakes/receipting-unit.ts";
import { startTcpProxy } from "../../fakes/tcp-proxy.ts";
import { startTlsDoor } from "../../fakes/tls-door.ts";
import { subscribeAsUnit, type UnitSubscriber } from "../../fakes/unit-subscriber.ts";
import { countMotions, MOVING_SITE, type MotionCount, motionsAt, startMovingSite } from "./moving-site.ts";
import type { NetworkFault, Wire } from "./network-faults.ts";

export interface SceneOptions extends Pick<Wire, "hold" | "random" | "signal"> {
  /** Folder below which the scene gets its own. */
  readonly folder: string;
  /** What of the broker's section is not as it is by default. */
  readonly broker?: Omit<ConfigText["broker"], "url">;
  /** What is started as the agent; its sources unless told otherwise. */
  readonly program?: AgentOptions["program"];
  /** Longest wait for the agent once the network is whole, milliseconds. */
  readonly patience: number;
}

export interface SceneResult extends MotionCount {
  readonly fault: string;
  /** From when the network was whole to the first motion at the unit that was made after that; milliseconds. */
  readonly backAfter: number;
}

/** A site with the real agent, motion all the time, and one fault of its network. */
export async function playNetworkFault(fault: NetworkFault, options: SceneOptions): Promise<SceneResult> {
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(options.folder, "scene-"));
  const broker = parts.use(await startMosquitto({ persistence: true }));
  const authority = fault.tls ? createAuthority(folder) : undefined;
  const door = authority ? parts.use(await startTlsDoor(authority.server(), broker.port)).port : broker.port;
  const proxy = parts.use(await startTcpProxy(door));
  const units: UnitSubscriber[] = [];
  const listen = async (url: string, protocolVersion: 4 | 5) => {
    units.push(parts.use(await subscribeAsUnit({ url, clientId: "unit", protocolVersion })));
  };
  const lan = officer("Lan");
  const receiving = fault.receipts
    ? parts.use(await startReceiptingUnit({ url: broker.url, at: MOVING_SITE, officer: lan }))
    : undefined;
  if (receiving) units.push(receiving.unit);
  else await listen(broker.url, 5);
  const [scheme, trust] = authority ? (["mqtts", { ca: authority.ca }] as const) : (["mqtt", {}] as const);
  const url = `${scheme}://127.0.0.1:${proxy.port}`;
  const site = parts.use(
    await startMovingSite({
      folder,
      broker: { ...(receiving && { receiptTimeout: "5s" }), ...options.broker, ...trust, url },
      commandKeys: receiving ? [lan.entry] : [],
      start: options.program ? { program: options.program } : {},
    }),
  );
  const arrivedAfter = (at: number) => {
    const isNew = ({ madeAt }: { readonly madeAt: number }) => madeAt > at;
    return units.some((unit) => motionsAt(unit).slice(-200).some(isNew));
  };
  await eventually("motion arrives", () => arrivedAfter(0), 30_000);

  await fault.strike({
    ...options,
    ...{ proxy, broker, door, authority, units, receiving },
    async listenAt(other) {
      const kept = parts.use(other);
      await listen(kept.url, 4);
      return kept;
    },
  });
  const wholeAt = Date.now();
  await eventually("motion arrives again", () => arrivedAfter(wholeAt * 1_000), options.patience).catch(
    () => undefined,
  );
  const backAfter = Date.now() - wholeAt;
  return { fault: fault.name, backAfter, ...(await countMotions(site, folder, units, options.patience)) };
}
