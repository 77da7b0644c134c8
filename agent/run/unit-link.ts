import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Login } from "../model/camera.ts";
import type { CommandResult } from "../model/command.ts";
import type { BrokerConfig, Config, Secrets } from "../model/config.ts";
import type { Journal } from "../model/journal.ts";
import { loginOf } from "../model/login.ts";
import { type SiteTopics, siteTopics } from "../model/topics.ts";
import type { ConnectUplink, IncomingMessage } from "../model/uplink.ts";
import type { SiteHealth } from "../model/wire.ts";
import { Receipts } from "./receipts.ts";
import { StateBoard } from "./state-board.ts";
import { Uplink } from "./uplink.ts";

export interface UnitLinkPorts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly journal: Journal;
  readonly bootId: string;
  /** How to reach a broker; `site` is the client id unless the configuration names another. */
  readonly connect: (broker: BrokerConfig, site: string, login: Login | undefined) => ConnectUplink;
  readonly onCommand: (message: IncomingMessage) => void;
  /** Whether the site has a camera of this id. */
  readonly keepsCamera: (id: string) => boolean;
}

/** Name of the note in the journal: the unit and broker that its dead letters are of. */
const LETTERS_OF = "dead-letters-of";

/** What a reload may change of the way to the unit. */
interface Way {
  readonly config: Config;
  readonly secrets: Secrets;
}

/** The way to the unit that the configuration names: its topics, its retained state and its connection. */
export class UnitLink {
  readonly #ports: UnitLinkPorts;
  #opened = "";
  #topics: SiteTopics | undefined;
  #board = new StateBoard();
  #uplink: Uplink | undefined;
  #receipts: Receipts | undefined;
  #stop = new AbortController();
  #done: Promise<void> = Promise.resolve();

  constructor(ports: UnitLinkPorts) {
    this.#ports = ports;
  }

  get board(): StateBoard {
    return this.#board;
  }

  get topics(): SiteTopics {
    if (!this.#topics) throw new Error("the link is not open");
    return this.#topics;
  }

  get receipts(): Receipts {
    if (!this.#receipts) throw new Error("the link is not open");
    return this.#receipts;
  }

  facts(): SiteHealth["uplink"] {
    return (
      this.#uplink?.facts() ?? {
        session: 0,
        connectedSince: null,
        protocol: null,
        window: 0,
        lastEnd: null,
        skipped: 0,
        refusals: [],
      }
    );
  }

  /** Whether another unit, broker or login is named than the one that is open. */
  differs(way: Way): boolean {
    return opening(way) !== this.#opened;
  }

  /** Takes leave of the unit before, if any, and connects to this one. The board of the new one is empty. */
  async open(way: Way): Promise<void> {
    await this.#leave("moved");
    const { config, secrets } = way;
    const { log, connect, onCommand, ...ports } = this.#ports;
    const { broker, site, unit } = config;
    this.#opened = opening(way);
    this.#topics = siteTopics({ unit: unit.id, site: site.id });
    this.#board = new StateBoard();
    this.#stop = new AbortController();
    this.#reviveDeadLetters(unit.id, broker.url);
    const receipts = new Receipts({ ...ports, unit: unit.id, timeout: broker.receiptTimeout });
    this.#receipts = receipts;
    let connected = false;
    const uplink = new Uplink({
      ...ports,
      site: site.id,
      topics: this.#topics,
      board: this.#board,
      connect: connect(broker, site.id, loginOf(secrets, broker.credential)),
      policy: () => broker.reconnect,
      subscribe: [this.#topics.commands],
      subscribeAtFirst: [this.#topics.camera("+")],
      onMessage: (message) => {
        if (!this.#takesBack(message)) onCommand(message);
      },
      onConnected: ({ protocol, window, refusedSubscriptions }) => {
        connected = true;
        log.info({ broker: broker.url, protocol, window }, "connected to the unit");
        if (refusedSubscriptions.length > 0)
          log.warn({ refusedSubscriptions }, "the broker refuses subscriptions: no commands from the unit");
      },
      whileConnected: (signal) => receipts.run(signal),
      onLeftOut: (left) =>
        log.warn({ broker: broker.url, ...left }, "the broker closes the connection at this, it is left out"),
      onPause: ({ reason }, pauseMs, attempt) => {
        if (connected || attempt === 0)
          log.warn({ broker: broker.url, reason: reason.en, pauseMs }, "no connection to the unit");
        else log.debug({ reason: reason.en, pauseMs, attempt }, "still no connection to the unit");
        connected = false;
      },
    });
    this.#uplink = uplink;
    this.#done = uplink.run(this.#stop.signal);
  }

  /** What one broker never takes another may. */
  #reviveDeadLetters(unit: string, url: string): void {
    const { journal } = this.#ports;
    const way = JSON.stringify([unit, url]);
    const before = journal.kept(LETTERS_OF);
    if (before === way) return;
    if (before !== undefined) for (const letter of journal.deadLetters()) journal.redeliver(letter);
    journal.keep(LETTERS_OF, way);
  }

  /**
   * A camera that was taken out of the configuration while the agent did not run still has its state at the broker,
   * retained for ever: it is taken back when the broker shows it.
   */
  #takesBack({ topic, payload }: IncomingMessage): boolean {
    const prefix = this.topics.camera("");
    if (!topic.startsWith(prefix)) return false;
    if (payload.length > 0 && !this.#ports.keepsCamera(topic.slice(prefix.length))) this.#board.remove(topic);
    return true;
  }

  /** Publishes the answer to one command; it is lost with the connection, as its asker is. */
  async answer(result: CommandResult): Promise<void> {
    const { payload, topic } = { topic: this.topics.result(result.request), payload: JSON.stringify(result) };
    await this.#uplink?.publish({ topic, payload, retain: false, expirySeconds: 300 });
  }

  /** Sends for at most `ms` what is not delivered, then takes leave. */
  async close(ms: number, reason: string): Promise<void> {
    await this.#uplink?.drained(ms);
    await this.#leave(reason);
  }

  async #leave(reason: string): Promise<void> {
    this.#stop.abort(reason);
    await this.#done;
  }
}

function opening({ config: { site, unit, broker }, secrets }: Way): string {
  return JSON.stringify([
    site.id,
    unit.id,
    broker,
    broker.credential && secrets.credentials[broker.credential],
  ]);
}
