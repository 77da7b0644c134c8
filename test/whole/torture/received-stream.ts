import { readPublicKeys } from "../../../agent/core/signed-text.ts";
import { Verifier, type VerifyReport } from "../../../agent/core/verify.ts";
import type { UnitSubscriber } from "../../fakes/unit-subscriber.ts";

/** The bytes of every event message that a subscriber gets from now on, as it would write them down. */
export function recordMessages({ client }: Pick<UnitSubscriber, "client">): readonly Buffer[] {
  const messages: Buffer[] = [];
  client.on("message", (topic, payload) => {
    if (topic.includes("/event/")) messages.push(payload);
  });
  return messages;
}

/** What is not as it must be in a received stream, in words: holes, forks, broken links, checkpoints that do not hold. */
export function streamFaults(messages: readonly Buffer[], publicKey: string): string[] {
  const keys = readPublicKeys(publicKey);
  if (!keys) throw new Error("no public key");
  const verifier = new Verifier(keys);
  for (const message of messages) verifier.take(message);
  return verifier.report(Date.now()).epochs.flatMap((epoch) => faultsOf(epoch));
}

function faultsOf(report: VerifyReport["epochs"][number]): string[] {
  const { epoch, missing, forks, brokenLinks, unproven, checkpoints, previous } = report;
  const counts = {
    missing,
    forks: forks.length,
    "broken links": brokenLinks.length,
    unproven: unproven.length,
    "bad signatures": checkpoints.bad,
  };
  const faults = Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
  if (previous !== "first" && previous !== "matches") faults.push(`the epoch before ${previous}`);
  return faults.map((fault) => `verify, epoch ${epoch.slice(0, 8)}: ${fault}`);
}

/** What the site says its key is. */
export function publicKeyIn(retained: ReadonlyMap<string, unknown>): string {
  for (const [topic, value] of retained)
    if (topic.endsWith("/info")) return (value as { readonly publicKey: string }).publicKey;
  throw new Error("no info was received");
}
