import { expect, onTestFinished, test } from "vitest";
import type { CommandAddress } from "../../agent/core/command-signature.ts";
import { KnownTime } from "../../agent/core/known-time.ts";
import { commandScene, notebook, SITE } from "../fakes/command-scene.ts";
import { officer, order } from "../fakes/officer.ts";
import { openTestJournal } from "../fakes/open-journal.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { TestClock } from "../fakes/test-clock.ts";

const [lan, minh, stranger] = [officer("Lan", 1), officer("Minh", 2), officer("?", 3)];
const to: CommandAddress = { ...SITE, command: "resend", request: "r1" };
const given = { epoch: "0".repeat(32), from: 1, to: 2 };
const MINUTE = 60_000;
const YEAR = 365 * 86_400_000;

test("a command that an officer signed is carried out, and the audit says who asked", async () => {
  const { clock, answers, audit, ran, send } = commandScene({ officers: [lan, minh] });
  await send("resend", minh.sign(to, order(clock.wall(), given)));
  expect(ran).toEqual([given]);
  expect(answers).toMatchObject([{ outcome: "done", request: "r1" }]);
  expect(audit).toEqual([{ action: "resend", request: "r1", by: "Minh", outcome: "done" }]);
});

const now = new TestClock().wall();
const good = lan.sign(to, order(now, given));
const signedFor = (elsewhere: Partial<CommandAddress>) =>
  lan.sign({ ...to, ...elsewhere }, order(now, given));
const { signature, ...unsigned } = good;
const { keyId: _, ...keyless } = unsigned;

test.each([
  ["unsigned", "without a signature", keyless],
  ["unknown-key", "of a key that is not the site's", stranger.sign(to, order(now, given))],
  ["bad-signature", "of another site", signedFor({ site: "other" })],
  ["bad-signature", "of another unit", signedFor({ unit: "other" })],
  ["bad-signature", "of another command", signedFor({ command: "receipt" })],
  ["bad-signature", "of another request", signedFor({ request: "r2" })],
  [
    "bad-signature",
    "whose arguments were changed",
    { ...good, arguments: JSON.stringify({ ...given, to: 3 }) },
  ],
  ["bad-signature", "whose arguments were written anew", { ...good, arguments: ` ${good.arguments}` }],
  ["bad-signature", "whose life was prolonged", { ...good, expires: "2026-11-24T01:09:59Z" }],
  [
    "bad-signature",
    "whose time is written otherwise",
    { ...good, issued: good.issued.replace(".000Z", "Z") },
  ],
  ["bad-signature", "with another's name on it", { ...good, keyId: minh.keyId }],
  [
    "bad-signature",
    "with one bit of it changed",
    { ...good, signature: `${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}` },
  ],
  ["malformed", "without the time it was issued", { ...good, issued: undefined }],
  ["malformed", "with half a signature", unsigned],
  ["malformed", "that ends before it begins", lan.sign(to, order(now, given, -1))],
  ["malformed", "from before 1970", lan.sign(to, order(-1_000, given))],
  ["malformed", "with other arguments", lan.sign(to, order(now, { from: 1 }))],
  ["too-long-lived", "for more than ten minutes", lan.sign(to, order(now, given, 600_001))],
  ["expired", "that is over", lan.sign(to, order(now - 5 * MINUTE, given))],
  ["not-yet", "of the future", lan.sign(to, order(now + 3 * MINUTE, given))],
])("%s: a command %s", async (reason, _what, payload) => {
  const { answers, audit, ran, send } = commandScene({ officers: [lan, minh] });
  await send("resend", payload);
  expect(answers).toMatchObject([{ outcome: "refused", reason }]);
  expect(audit).toMatchObject([{ action: "resend", outcome: "refused", reason }]);
  const proven =
    ["unsigned", "unknown-key", "bad-signature"].includes(reason) || payload.issued === undefined;
  expect(audit[0]?.by).toBe(proven || payload === unsigned ? undefined : "Lan");
  expect(ran).toEqual([]);
});

test("a site with no officer's key says so; one that is added is obeyed", async () => {
  const { send, reason, appoint, ran } = commandScene({ officers: [] });
  await send("resend", good);
  expect([reason(), ran]).toEqual(["no-keys", []]);
  appoint([lan]);
  await send("resend", good);
  expect(ran).toHaveLength(1);
});

test("clocks that differ a little, and a life of ten minutes, are all right", async () => {
  const { clock, ran, send } = commandScene();
  await send("resend", lan.sign(to, order(clock.wall() + 2 * MINUTE, given, 10 * MINUTE)));
  expect(ran).toHaveLength(1);
});

test("a ping needs no signature; one that has a wrong one is refused all the same", async () => {
  const { clock, send, reason, answers } = commandScene();
  await send("ping", { expires: order(clock.wall()).expires });
  expect(answers.at(-1)?.outcome).toBe("done");
  await send("ping", stranger.sign({ ...to, command: "ping" }, order(clock.wall())));
  expect(reason()).toBe("unknown-key");
});

test("anyone may ping, but not without end: the journal and the line stay as they are", async () => {
  const { clock, answers, audit, send } = commandScene();
  for (let n = 0; n < 1_000; n++) await send("ping", { expires: order(clock.wall()).expires }, `p${n}`);
  expect([answers.length, audit.length]).toEqual([40, 40]);
  expect(answers.slice(20).every(({ reason }) => reason === "busy")).toBe(true);
});

test("a request is taken once: while it could be valid it is refused as replayed, then as expired", async () => {
  const { clock, ran, send, reason } = commandScene();
  await send("resend", good);
  await send("resend", good);
  expect(reason()).toBe("replayed");
  // The same id with other contents is no other request.
  await send("resend", lan.sign(to, order(clock.wall() + 1, { ...given, to: 9 })));
  expect(reason()).toBe("replayed");
  await clock.advance(5 * MINUTE);
  await send("resend", good);
  expect(reason()).toBe("expired");
  expect(ran).toHaveLength(1);
});

test("another officer may use the same request id", async () => {
  const { ran, send } = commandScene({ officers: [lan, minh] });
  await send("resend", good);
  await send("resend", minh.sign(to, order(now, given)));
  expect(ran).toHaveLength(2);
});

test("a request is durable before it is carried out, and so is refused by the agent that starts after a kill", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const path = folder.file("journal.db");
  const journal = await openTestJournal({ path });
  let noted: ReadonlyMap<string, string> = new Map();
  const first = commandScene({
    journal,
    resend: async () => {
      noted = journal.keptUnder("command/");
      return new Promise(() => {});
    },
  });
  void first.send("resend", good);
  expect(noted.size).toBe(1);
  await journal.close();
  const second = commandScene({ journal: await openTestJournal({ path }) });
  await second.send("resend", good);
  expect([second.reason(), second.ran]).toEqual(["replayed", []]);
});

test("where the request cannot be noted it is not carried out; the same may be sent again when it can", async () => {
  const journal = notebook();
  const { ran, send, answers, reason } = commandScene({ journal });
  journal.full = true;
  await send("resend", good);
  expect([reason(), ran]).toEqual(["not-written", []]);
  journal.full = false;
  await send("resend", good);
  expect([answers.at(-1)?.outcome, ran.length]).toEqual(["done", 1]);
});

test("a clock that leaps ahead and back does not let a forgotten request run again", async () => {
  const journal = notebook();
  const { clock, ran, send, reason } = commandScene({ journal });
  await send("resend", good);
  clock.stepWall(10 * YEAR);
  await send("resend", lan.sign({ ...to, request: "r2" }, order(clock.wall(), given)), "r2");
  clock.stepWall(-10 * YEAR);
  await send("resend", good);
  expect([reason(), ran.length]).toEqual(["expired", 2]);
  const again = commandScene({ journal });
  await again.send("resend", good);
  expect(again.reason()).toBe("expired");
  await clock.advance(5 * MINUTE);
  await send("resend", lan.sign({ ...to, request: "r3" }, order(clock.wall(), given)), "r3");
  expect(ran).toHaveLength(3);
});

/** A box that has started in 1970, whose clock nobody sets. */
function withoutTime(journal = notebook()) {
  const clock = new TestClock(0);
  const time = new KnownTime(clock);
  time.observe(false, { wall: 0, monotonic: clock.monotonic() });
  return { time, journal, ...commandScene({ clock, time, journal, officers: [lan, minh] }) };
}
const at = (wall: number, request: string, life = 5 * MINUTE) =>
  lan.sign({ ...to, request }, order(wall, given, life));

test("a box that does not know the time takes a command all the same, but never twice", async () => {
  const { journal, clock, ran, send, reason } = withoutTime();
  await send("resend", at(now, "r1"), "r1");
  expect(ran).toHaveLength(1);
  await clock.advance(YEAR / 12);
  await send("resend", at(now, "r1"), "r1");
  expect(reason()).toBe("replayed");
  const again = withoutTime(journal);
  await again.send("resend", at(now, "r1"), "r1");
  expect([again.reason(), again.ran]).toEqual(["replayed", []]);
});

test("without the time an officer's own commands tell it: what ended before a later one was issued is over", async () => {
  const { ran, send, reason } = withoutTime();
  await send("resend", at(now, "r1"), "r1");
  await send("resend", at(now - YEAR, "withheld"), "withheld");
  expect([reason(), ran.length]).toEqual(["expired", 1]);
  // In a hurry two may overtake each other; another officer's clock is his own.
  await send("resend", at(now - MINUTE, "r2"), "r2");
  const slow = minh.sign({ ...to, request: "r3" }, order(now - YEAR, given));
  await send("resend", slow, "r3");
  expect(ran).toHaveLength(3);
});

test("an officer whose clock is years ahead locks out nobody but himself", async () => {
  const { ran, send, reason } = withoutTime();
  await send("resend", at(now + 10 * YEAR, "r1"), "r1");
  await send("resend", at(now, "r2"), "r2");
  expect(reason()).toBe("expired");
  await send("resend", minh.sign({ ...to, request: "r3" }, order(now, given)), "r3");
  expect(ran).toHaveLength(2);
});

test("a box that once knew the time goes on from there; until something says that its clock is wrong, it is believed", async () => {
  const clock = new TestClock(now);
  const time = new KnownTime(clock);
  const observe = (synced: boolean | null) =>
    time.observe(synced, { wall: clock.wall(), monotonic: clock.monotonic() });
  expect(time.now()).toBe(now);
  observe(false);
  expect(time.now()).toBeUndefined();
  observe(true);
  await clock.advance(MINUTE);
  clock.stepWall(-YEAR);
  expect(time.now()).toBe(now + MINUTE);
  observe(false);
  expect(time.now()).toBe(now + MINUTE);
  observe(null);
  expect(time.now()).toBe(now + MINUTE - YEAR);
  observe(true);
  expect(time.now()).toBe(now + MINUTE - YEAR);
});

test("receipts are counted in the audit: the first at once, then every hundred or hour, and the rest at the end", async () => {
  const { clock, commands, audit, answers, ran, send } = commandScene();
  const receipt = (n: number) =>
    send(
      "receipt",
      lan.sign(
        { ...to, command: "receipt", request: `r${n}` },
        order(clock.wall(), { epoch: given.epoch, upTo: n }),
      ),
      `r${n}`,
    );
  for (let n = 1; n <= 101; n++) await receipt(n);
  expect([ran.length, answers.length]).toEqual([101, 101]);
  const event = { action: "receipt", by: "Lan", outcome: "done" };
  expect(audit).toEqual([
    { ...event, request: "r1" },
    { ...event, request: "r101", count: 100 },
  ]);
  await receipt(102);
  await clock.advance(60 * MINUTE);
  await receipt(103);
  expect(audit.slice(2)).toEqual([{ ...event, request: "r103", count: 2 }]);
  await receipt(104);
  await receipt(104);
  expect(audit.slice(3)).toMatchObject([{ outcome: "refused", reason: "replayed" }]);
  await commands.close();
  expect(audit.slice(4)).toEqual([{ ...event, request: "r104" }]);
});
