import { type Line, span } from "../../core/terminal.ts";
import { demoTexts } from "../../model/messages/cli-demo.ts";
import { fill, type Language } from "../../model/messages/text.ts";
import type { CameraStatus } from "../../model/wire.ts";
import { showDetail, showStanding } from "../show-camera.ts";
import type { DemoMoment } from "./dashboard.ts";
import { SITE, UNIT } from "./scene.ts";

/** How often the counts are told while nothing else happens. */
const COUNTS_EVERY_MS = 2_500;

/** The demo as lines of a log, for where there is no terminal: what is new since the last moment. */
export class PlainProgress {
  readonly #language: Language;
  #act = 0;
  #cameras = new Map<string, CameraStatus>();
  #countsAt = 0;
  #remark: string | undefined;

  constructor(language: Language) {
    this.#language = language;
  }

  lines(moment: DemoMoment): Line[] {
    const lines: Line[] = [];
    if (moment.act.number !== this.#act) {
      this.#act = moment.act.number;
      const place = fill(demoTexts.act, this.#language, {
        number: moment.act.number,
        total: moment.act.total,
      });
      lines.push([], [span(`${place}: ${moment.act.title[this.#language]}`, "bold")]);
    }
    for (const camera of moment.view.sites.get(`${UNIT.id}/${SITE.id}`)?.cameras.values() ?? []) {
      const known = this.#cameras.get(camera.id);
      this.#cameras.set(camera.id, camera);
      if (known?.state === camera.state && known.cause === camera.cause) continue;
      lines.push(
        this.#stamped(moment, [
          ...showStanding(camera, this.#language),
          span(`  ${camera.name}  `),
          ...showDetail(camera, this.#language),
        ]),
      );
    }
    if (moment.remark !== undefined && moment.remark !== this.#remark && moment.waiting === 0) {
      this.#remark = moment.remark;
      lines.push(this.#stamped(moment, [span(moment.remark)]));
    }
    if (moment.elapsedMs - this.#countsAt >= COUNTS_EVERY_MS && moment.made > 0) {
      this.#countsAt = moment.elapsedMs;
      lines.push(this.#stamped(moment, this.#counts(moment)));
    }
    return lines;
  }

  #counts(moment: DemoMoment): Line {
    const word = (name: "boxMade" | "boxWaiting" | "boxReceived", n: number) =>
      fill(demoTexts[name], this.#language, { n });
    const broker = demoTexts[moment.brokerAway ? "boxAway" : "boxUp"][this.#language];
    return [
      span(`${demoTexts.boxCameras[this.#language]}: ${word("boxMade", moment.made)}`),
      span(` → ${demoTexts.boxJournal[this.#language]}: ${word("boxWaiting", moment.waiting)}`),
      span(` → ${demoTexts.boxBroker[this.#language]}: ${broker}`),
      span(` → ${demoTexts.boxUnit[this.#language]}: ${word("boxReceived", moment.received)}`),
    ];
  }

  #stamped(moment: DemoMoment, line: Line): Line {
    return [span(`  ${(moment.elapsedMs / 1_000).toFixed(1).padStart(5)} s  `, "dim"), ...line];
  }
}
