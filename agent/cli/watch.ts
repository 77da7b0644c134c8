import { randomBytes } from "node:crypto";
import { rfc3339, systemClock } from "../base/clock.ts";
import { type Line, paint, span } from "../core/terminal.ts";
import { emptyView, receive, type UnitView } from "../core/unit-view.ts";
import { connectUplink } from "../io/mqtt.ts";
import { watchTexts } from "../model/messages/cli-watch.ts";
import { fill, type Language, localTime, type Message } from "../model/messages/text.ts";
import { TOPIC_ROOT } from "../model/topics.ts";
import type { IncomingMessage } from "../model/uplink.ts";
import { supervise } from "../run/supervise.ts";
import { brokerLogin } from "./broker-login.ts";
import { brokerOf, brokerOptions } from "./broker-options.ts";
import { type CommandSurroundings, defineCommand, EXIT, jsonOption } from "./command.ts";
import { PROGRAM, usageProblem } from "./help.ts";
import { openScreen, terminalSize, wantsColours } from "./live-screen.ts";
import { showUnit } from "./show-unit.ts";
import { changeLines, jsonLines } from "./watch-lines.ts";

/** Pauses between two connections. A person is waiting: shorter than the agent's. */
const RECONNECT = { min: 500, max: 10_000, stableAfter: 10_000 };
/** The screen is drawn when something has changed, at most this often, and once a second for what ages. */
const FRAME_MS = 150;
const AGEING_MS = 1_000;
const ROOM_FOR_TITLE = 80;

/** CONNACK return code of MQTT 3.1.1 and reason code of MQTT 5. */
const VERSION_REFUSED = new Set<number | undefined>([0x01, 0x84]);

export const command = defineCommand({
  summary: watchTexts.summary,
  usage: watchTexts.usage,
  options: {
    ...brokerOptions,
    json: jsonOption,
  },
  exitCodes: [
    { code: EXIT.fine, meaning: watchTexts.exitFine },
    { code: EXIT.wrongUsage, meaning: watchTexts.exitUsage },
    { code: EXIT.missing, meaning: watchTexts.exitMissing },
  ],
  async run({ options, ...context }) {
    const { language, err, env, signal } = context;
    const broker = await brokerOf(options, language);
    if (!broker.ok) {
      const { code, text } = broker.error;
      err(code === EXIT.wrongUsage ? usageProblem(`${PROGRAM} watch`, text, language) : `${text}\n`);
      return code;
    }
    const login = await brokerLogin({
      user: options.user,
      credentialFile: options["credential-file"],
      env,
      language,
      signal,
    });
    if (!login.ok) {
      err(`${login.error}\n`);
      return EXIT.missing;
    }
    const watch = new Watch(context, options.json);
    const connect = connectUplink({
      broker: broker.value,
      clientId: `watch-${randomBytes(6).toString("hex")}`,
      login: login.value,
      clock: systemClock,
    });
    const request = {
      subscribe: [`${TOPIC_ROOT}/${options.unit ?? "+"}/#`],
      onMessage: (message: IncomingMessage) => watch.message(message),
    };
    const over = new AbortController();
    const shown = watch.show(over.signal, broker.value.url);
    try {
      await supervise(
        async (stop) => {
          let session = await connect(request, stop);
          // A broker without MQTT 5 is no failure: the next attempt speaks 3.1.1.
          if ("reason" in session && VERSION_REFUSED.has(session.reasonCode))
            session = await connect(request, stop);
          if ("reason" in session) return session;
          watch.connected(session.protocol, session.refusedSubscriptions);
          const leave = () => void session.end();
          stop.addEventListener("abort", leave, { once: true });
          const ended = await session.ended;
          stop.removeEventListener("abort", leave);
          return ended;
        },
        {
          policy: () => RECONNECT,
          clock: systemClock,
          random: Math.random,
          onPause: ({ reason }) => watch.disconnected(reason),
        },
        signal,
      );
    } finally {
      over.abort();
      await shown;
    }
    return EXIT.fine;
  },
});

/** What was received so far, and how it is shown: live, line by line, or as JSON. */
class Watch {
  readonly #context: CommandSurroundings & { readonly language: Language };
  readonly #json: boolean;
  #view: UnitView = emptyView;
  #changed = true;
  #connection: Line;
  #disconnectedFor: string | undefined;

  constructor(context: CommandSurroundings & { readonly language: Language }, json: boolean) {
    this.#context = context;
    this.#json = json;
    this.#connection = [span(watchTexts.connecting[context.language], "yellow")];
  }

  get #live(): boolean {
    return !this.#json && this.#context.stdoutIsTTY;
  }

  message(message: IncomingMessage): void {
    const before = this.#view;
    const { view, received } = receive(before, message, systemClock.monotonic());
    this.#view = view;
    this.#changed = true;
    const wall = systemClock.wall();
    if (this.#json) this.#tellJson(...jsonLines(received, message, rfc3339(wall)));
    else if (!this.#live) this.#tell(...changeLines(before, received, message, wall, this.#context.language));
  }

  connected(protocol: string, refused: readonly string[]): void {
    const words = fill(watchTexts.connected, this.#context.language, { protocol });
    this.#connection = [span("● ", "green"), span([words, ...refused].join(" · "))];
    this.#disconnectedFor = undefined;
    this.#changed = true;
    if (this.#json) this.#tellJson({ at: rfc3339(systemClock.wall()), kind: "connected", protocol, refused });
    else if (!this.#live) this.#tellNow(this.#connection);
  }

  disconnected(reason: Message): void {
    const { language } = this.#context;
    const words = fill(watchTexts.disconnected, language, { reason: reason[language] });
    this.#connection = [span("✖ ", "red", "bold"), span(words, "red")];
    this.#changed = true;
    // A broker that stays away is told once, not at every attempt.
    if (reason.en === this.#disconnectedFor) return;
    this.#disconnectedFor = reason.en;
    if (this.#json)
      this.#tellJson({ at: rfc3339(systemClock.wall()), kind: "disconnected", reason: reason.en });
    else if (!this.#live) this.#tellNow(this.#connection);
  }

  /** Draws until `over` aborts; nothing to do where lines are told as they come. */
  async show(over: AbortSignal, url: string): Promise<void> {
    if (!this.#live) return;
    const { out, env, language } = this.#context;
    using screen = openScreen({ out, size: terminalSize, colours: wantsColours(env), alternate: true });
    let drawnAt = Number.NEGATIVE_INFINITY;
    while (!over.aborted) {
      const now = systemClock.monotonic();
      if (this.#changed || now - drawnAt >= AGEING_MS) {
        this.#changed = false;
        drawnAt = now;
        const { columns, rows } = screen.size();
        // Where there is little room, how the connection is counts for more than what it leads to.
        const connection: Line = [
          ...(columns < ROOM_FOR_TITLE ? [] : [span(`${PROGRAM} watch  `, "bold")]),
          ...this.#connection,
          span(`  ${url}`, "dim"),
        ];
        screen.draw(
          showUnit(this.#view, {
            language,
            columns,
            rows: rows - 1,
            now,
            wall: systemClock.wall(),
            connection,
          }),
        );
      }
      // A province has 136,000 cameras to sort: drawing takes a fifth of the time at most.
      await systemClock.sleep(Math.max(FRAME_MS, 4 * (systemClock.monotonic() - now)), over);
    }
  }

  #tellNow(line: Line): void {
    this.#tell([span(`${localTime(systemClock.wall())}  `, "dim"), ...line]);
  }

  #tell(...lines: readonly Line[]): void {
    for (const line of lines) this.#context.out(`${paint(line, false)}\n`);
  }

  #tellJson(...objects: readonly object[]): void {
    for (const object of objects) this.#context.out(`${JSON.stringify(object)}\n`);
  }
}
