import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { resultSchema } from "../../../agent/model/command.ts";
import { siteTopics } from "../../../agent/model/topics.ts";
import { bundleAgent } from "../../fakes/bundled-agent.ts";
import { eventually } from "../../fakes/eventually.ts";
import { startMosquitto } from "../../fakes/mosquitto.ts";
import { officer, order } from "../../fakes/officer.ts";
import { generator } from "../../fakes/random.ts";
import { clockBox } from "./clock-box.ts";
import { leapFrom, nextMidnight } from "./clock-leaps.ts";
import { startCountedSite } from "./counted-site.ts";
import { byFault, sumOf } from "./counts.ts";
import { MOVING_SITE } from "./moving-site.ts";
import type { Torture, TortureContext, TortureOutcome } from "./torture.ts";

/** What is known of a box's clock in one life of its agent. */
const boxes = [
  // Synchronised when the agent starts; set by hand or by a dying battery later, which the kernel tells.
  { name: "synchronised once", atStart: true, later: false },
  { name: "synchronised by nobody", atStart: false, later: false },
  { name: "nothing tells", atStart: null, later: null },
] as const;

/** Leaps in one life. */
const LEAPS = 6;
/** From a leap to what comes next, at most; milliseconds. */
const CALM_MS = 400;
const PATIENCE = 60_000;
/** Of a command, and how long one that is too old has been so. Milliseconds. */
const LIFE_MS = 300_000;
const OVER_MS = 100_000;
/** Where nothing tells about the clock, it is believed: wrong by no more than this, it judges right. Milliseconds. */
const BELIEVED_MS = 60_000;

export const torture: Torture = {
  name: "agent-clock",
  describe: "the whole agent, its cameras and its officer's commands while the wall clock leaps (faketime)",
  rounds: 300,
  run: (context) => tortureAgentClock(context, { cameras: 4, program: bundleAgent(context.folder) }),
};

/** A round is a leap. The box's cameras, its broker and its officer have the right time all along. */
export async function tortureAgentClock(
  { folder, rounds, seed, signal, progress }: TortureContext,
  { cameras, program }: { readonly cameras: number; readonly program: ReturnType<typeof bundleAgent> },
): Promise<TortureOutcome> {
  const random = generator(seed);
  const lan = officer("Lan");
  const box = clockBox(folder);
  await using broker = await startMosquitto();
  const { url } = broker;
  box.say(boxes[0].atStart);
  await using counted = await startCountedSite({
    ...{ folder, broker: { url }, unitAt: url, every: 100, cameras, commandKeys: [lan.entry] },
    // Signed with the time, so that a leap which reaches the cameras would be refused by them.
    camera: { onvif: { authentication: "wsse", maxSubscriptions: 1_000 } },
    start: { program, env: box.env },
  });
  const { site, unit } = counted;
  const topics = siteTopics(MOVING_SITE);
  const missed: string[] = [];
  unit.client.on("message", (topic, _, { properties }) => {
    if (topic.includes("/event/") && properties?.messageExpiryInterval !== undefined)
      missed.push(`a message on ${topic} expires`);
  });
  const judged = { good: 0, old: 0, again: 0 };
  let done = 0;
  for (let life = 0; done < rounds && !signal.aborted; life++) {
    const kind = boxes[life % boxes.length] as (typeof boxes)[number];
    if (life > 0) await startLife(kind);
    const before = done;
    counted.begin(kind.name);
    await counted
      .live(() => leapThrough(kind), PATIENCE)
      .catch((error: Error) => {
        missed.push(`${kind.name}, ${shown()}: ${error.message}`);
      });
    if (done === before) break;
  }
  box.leap(0);
  await counted.arrive(PATIENCE);
  const { wrong, strikes } = await counted.end();
  return {
    rounds: done,
    ...sumOf(strikes),
    faults: byFault(strikes),
    figures: {
      "events of all kinds received": unit.events.length,
      "good commands taken": judged.good,
      "commands refused that were over": judged.old,
      "commands refused that were taken before": judged.again,
    },
    missed: [...missed, ...wrong].slice(0, 20),
  };

  async function leapThrough(kind: (typeof boxes)[number]): Promise<void> {
    await eventually("the agent knows its clock", () => knows(kind.atStart), PATIENCE);
    box.say(kind.later);
    for (let leap = 0; leap < LEAPS && done < rounds && !signal.aborted; leap++, done++) {
      await leapOnce();
      await pause(random.below(CALM_MS));
      await command(kind);
      progress(`${done + 1} of ${rounds} leaps, ${unit.events.length} events received`);
    }
  }

  function shown(): string {
    return `the clock at ${new Date(Date.now() + box.ahead).toISOString()}`;
  }

  function show(wall: number): void {
    box.leap(wall - Date.now());
  }

  /** Ends the agent one way or another, and starts it with a clock that is right only where it is synchronised. */
  async function startLife({ atStart }: (typeof boxes)[number]): Promise<void> {
    if (random.below(2) === 0) await site.agent.kill();
    else await site.agent.stop();
    if (site.agent.errors !== "") missed.push(site.agent.errors.slice(-500));
    box.say(atStart);
    if (atStart) box.leap(0);
    else show(leapFrom(Date.now(), random));
    await site.restart();
  }

  async function knows(synced: boolean | null): Promise<boolean> {
    const status = await site.agent.status();
    return status?.pid === site.agent.pid && status.health.clockSynced === synced;
  }

  async function leapOnce(): Promise<void> {
    const choice = random.below(6);
    if (choice === 0) return box.leap(0);
    if (choice > 1) return show(leapFrom(Date.now() + box.ahead, random));
    show(nextMidnight(Date.now() + box.ahead));
    await pause(random.below(CALM_MS));
    box.leap(box.ahead - 2_000);
  }

  /** A good command, the same again, and one whose time is over by the right clock. */
  async function command({ name, atStart }: (typeof boxes)[number]): Promise<void> {
    const isJudgedRight = atStart !== null || Math.abs(box.ahead) <= BELIEVED_MS;
    const [good, old] = [randomUUID(), randomUUID()];
    const now = Date.now();
    const is = async (key: keyof typeof judged, request: string, issued: number, wanted: string) => {
      const answer = await ask(request, issued);
      if (answer === wanted) judged[key] += 1;
      else if (isJudgedRight || answer === NONE)
        missed.push(`${name}, ${shown()}: a command that is ${key} is answered ${answer}`);
    };
    await is("good", good, now, "done");
    await is("again", good, now, "replayed");
    await is("old", old, now - LIFE_MS - OVER_MS, "expired");
  }

  /** What the agent answers: "done", or why not. */
  async function ask(request: string, issued: number): Promise<string> {
    const signed = lan.sign({ ...MOVING_SITE, command: "checkpoint", request }, order(issued, {}, LIFE_MS));
    const answer = topics.result(request);
    (unit.retained as Map<string, unknown>).delete(answer);
    await unit.client.publishAsync(`${topics.prefix}/cmd/checkpoint/${request}`, JSON.stringify(signed), {
      qos: 1,
    });
    const result = await eventually("an answer", () => unit.retained.get(answer)).catch(() => undefined);
    if (result === undefined) return NONE;
    const { outcome, reason } = resultSchema.parse(result);
    return reason ?? outcome;
  }
}

const NONE = "not at all";
