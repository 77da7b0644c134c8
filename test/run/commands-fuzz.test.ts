import fc from "fast-check";
import { expect, test } from "vitest";
import { commandArguments, refusalReasons } from "../../agent/model/command.ts";
import { commandScene, SITE } from "../fakes/command-scene.ts";
import { officer, order } from "../fakes/officer.ts";
import { TestClock } from "../fakes/test-clock.ts";

const lan = officer("Lan");
const to = { ...SITE, command: "resend", request: "r1" };
const now = new TestClock().wall();
const given = { epoch: "0".repeat(32), from: 1, to: 2 };
const good = lan.sign(to, order(now, given));

const names = fc.constantFrom(
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "prototype",
  "__defineGetter__",
);
const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  names,
  fc.constantFrom(
    "",
    "\0",
    "\n",
    "1",
    "-1",
    "1e3",
    "0x10",
    "null",
    "true",
    "NaN",
    "١٢٣",
    "ｒ１",
    "\u202e",
    "\ud800",
  ),
  fc.integer({ min: 1, max: 20_000 }).map((length) => "x".repeat(length)),
);
const numbers = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, -1, 1.5, 2 ** 53, 2 ** 53 + 2, 1e308, -1e308, Number.MIN_VALUE, 2 ** 31, 2 ** 32),
);
/** Any value that JSON has, and what is near to a good one. */
const hostile = fc.oneof(
  texts,
  numbers,
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom(true, false, null),
  fc.dictionary(fc.oneof(texts, names), fc.jsonValue(), { maxKeys: 4 }),
);

/** One member set to what it should not be, more of them, fewer of them. */
const changed = (value: object, field: fc.Arbitrary<unknown>) =>
  fc.oneof(
    fc
      .tuple(fc.constantFrom(...Object.keys(value)), field)
      .map(([name, found]) => ({ ...value, [name]: found })),
    fc.tuple(fc.oneof(texts, names), field).map(([name, found]) =>
      // Assigning "__proto__" would set it.
      Object.fromEntries([...Object.entries(value), [name, found]]),
    ),
    fc
      .constantFrom(...Object.keys(value))
      .map((left) => Object.fromEntries(Object.entries(value).filter(([name]) => name !== left))),
  );

async function refusedByName(command: string, payload: unknown): Promise<void> {
  const { answers, audit, ran, send } = commandScene({ officers: [lan] });
  await send(command, payload);
  expect(ran).toEqual([]);
  expect(answers).toMatchObject([{ outcome: "refused", reason: expect.toBeOneOf([...refusalReasons]) }]);
  expect(audit).toMatchObject([{ outcome: "refused", reason: answers[0]?.reason }]);
}

test("a command with any member that is not as it was signed is refused by name, never carried out", async () => {
  await fc.assert(
    fc.asyncProperty(changed(good, hostile), async (payload) => {
      fc.pre(JSON.stringify(payload) !== JSON.stringify(good));
      await refusedByName("resend", payload);
    }),
    { numRuns: 250 },
  );
});

test.each(Object.keys(commandArguments).filter((name) => name === "resend" || name === "receipt"))(
  "%s: arguments that an officer signed are no better for it",
  async (command) => {
    const right = command === "resend" ? given : { epoch: given.epoch, upTo: 1 };
    const fits = commandArguments[command as "resend" | "receipt"];
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed(right, hostile), hostile), async (found) => {
        fc.pre(!fits.safeParse(JSON.parse(JSON.stringify(found) ?? "null")).success);
        await refusedByName(command, lan.sign({ ...to, command }, order(now, found)));
      }),
      { numRuns: 150 },
    );
  },
);

test("times that an officer signed are judged, whatever they are", async () => {
  const time = fc.oneof(
    texts,
    fc.constantFrom(
      "2026-11-24",
      "2026-11-24T01:00:00+07:00",
      "2026-02-30T00:00:00Z",
      "0000-01-01T00:00:00Z",
      "9999-12-31T23:59:59Z",
      "2026-11-24T24:00:00Z",
      "2026-11-24T01:00:00Z ",
      `2026-11-24T01:00:00.${"0".repeat(99)}Z`,
    ),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  );
  await fc.assert(
    fc.asyncProperty(time, fc.constantFrom("issued", "expires"), async (found, which) => {
      const payload = lan.sign(to, { ...order(now, given), [which]: found });
      const [issued, expires] = [Date.parse(payload.issued), Date.parse(payload.expires)];
      fc.pre(!(issued <= now + 120_000 && expires > now && expires - issued <= 600_000));
      await refusedByName("resend", payload);
    }),
    { numRuns: 150 },
  );
});

const nested = (depth: number) => `${'{"a":['.repeat(depth)}1${"]}".repeat(depth)}`;

test.each([
  ["a member twice", JSON.stringify(good).replace("{", `{"keyId":"${lan.keyId}",`)],
  ["a member twice, written otherwise", JSON.stringify(good).replace("{", `{"k\\u0065yId":"${lan.keyId}",`)],
  ["deep nesting", `{"arguments":${nested(2_000)}}`],
  ["a list", JSON.stringify([good])],
  ["a text", JSON.stringify(JSON.stringify(good))],
  ["a byte order mark", `\uFEFF${JSON.stringify(good)}`],
  ["something behind it", `${JSON.stringify(good)}\0`],
  ["a number that is too large to be", '{"issued":1e999}'],
])("%s is malformed", async (_what, payload) => {
  await refusedByName("resend", payload);
});

test.each([
  ["a member twice", '{"epoch":"00000000000000000000000000000000","from":1,"to":2,"to":900}'],
  ["deep nesting", nested(2_000)],
  ["a number beyond those that are exact", JSON.stringify(given).replace('"to":2', '"to":9007199254740993')],
  ["a number beyond all", JSON.stringify(given).replace('"to":2', '"to":1e400')],
  ["a number as text", JSON.stringify({ ...given, to: "2" })],
  ["half a character", '{"epoch":"\\ud800"}'],
  ["nothing", ""],
])("signed arguments with %s are malformed", async (_what, text) => {
  await refusedByName("resend", lan.sign(to, { ...order(now), arguments: text }));
});

test("no topic makes it throw, and none but a command's own is answered", async () => {
  const part = fc.oneof(
    texts,
    fc.constantFrom("cmd", "ping", "resend", "r1", "u", "s", "+", "#", "..", "$SYS"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 7 }), fc.boolean(), async (parts, rooted) => {
      const { commands, answers } = commandScene();
      const topic = [...(rooted ? ["cam", "v1", "u", "s", "cmd"] : []), ...parts].join("/");
      await commands.take({ topic, payload: Buffer.from("{}"), retain: false });
      expect(answers.length).toBe(
        /^cam\/v1\/u\/s\/cmd\/[a-z-]{1,32}\/[A-Za-z0-9_-]{1,64}$/.test(topic) ? 1 : 0,
      );
    }),
    { numRuns: 150 },
  );
});
