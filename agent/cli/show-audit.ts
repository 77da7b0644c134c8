import { type Line, span } from "../core/terminal.ts";
import type { AuditData } from "../model/event.ts";
import { showTexts } from "../model/messages/cli-show.ts";
import { commandNames, refusalTexts } from "../model/messages/commands.ts";
import { fill, type Language, type Message } from "../model/messages/text.ts";

/** What was asked of the site, by whom, and what came of it. A later version's words are shown as they are. */
export function showAudit(
  { action, by, outcome, reason, count, suppressed }: AuditData,
  language: Language,
): Line {
  const parameters = {
    action: inWords(commandNames, action, language),
    reason: reason === undefined ? "?" : inWords(refusalTexts, reason, language),
  };
  const more = [
    by ?? [],
    count === undefined ? [] : fill(showTexts.auditCount, language, { n: count }),
    suppressed === undefined ? [] : fill(showTexts.auditSuppressed, language, { n: suppressed }),
  ].flat();
  return [
    outcome === "done"
      ? span(fill(showTexts.auditDone, language, parameters), "cyan")
      : span(fill(showTexts.auditRefused, language, parameters), "yellow"),
    span(more.length > 0 ? ` (${more.join("; ")})` : "", "dim"),
  ];
}

function inWords(texts: Readonly<Record<string, Message>>, name: string, language: Language): string {
  return Object.hasOwn(texts, name) ? (texts[name]?.[language] ?? name) : name;
}
