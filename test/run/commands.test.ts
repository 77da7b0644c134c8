import { expect, test } from "vitest";
import { done } from "../../agent/model/command-kind.ts";
import { commandScene } from "../fakes/command-scene.ts";

const inTime = '{"expires":"2026-11-24T01:05:00Z"}';

test("a ping is answered and audited", async () => {
  const { answers, audit, send } = commandScene();
  await send("ping", inTime);
  expect(answers).toMatchObject([
    { request: "r1", command: "ping", outcome: "done", data: { version: "1" } },
  ]);
  expect(audit).toMatchObject([{ action: "ping", outcome: "done", request: "r1" }]);
});

test("a refused command is answered with its reason and audited too", async () => {
  const { answers, audit, send } = commandScene();
  await send("ping", '{"expires":"2026-11-24T00:00:00Z"}');
  await send("constructor", inTime);
  await send("ping", "not json");
  expect(answers.map(({ reason }) => reason)).toEqual(["expired", "unknown-command", "malformed"]);
  expect(audit).toHaveLength(3);
});

test("what is no request is neither answered nor audited", async () => {
  const { commands, answers, audit } = commandScene();
  await commands.take({ topic: "cam/v1/u/s/state", payload: Buffer.from("{}"), retain: false });
  await commands.take({ topic: "elsewhere", payload: Buffer.from("{}"), retain: false });
  expect([...answers, ...audit]).toEqual([]);
});

test("a flood of commands is bounded: what comes while sixteen are being served is only counted", async () => {
  let finish = () => {};
  const gate = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { answers, audit, send } = commandScene({
    ping: async () => {
      await gate;
      return done();
    },
  });
  const sent = Array.from({ length: 100 }, (_, n) => send("ping", inTime, `r${n}`));
  finish();
  await Promise.all(sent);
  expect(answers).toHaveLength(16);
  expect(audit).toHaveLength(16);
  expect(audit[0]).toMatchObject({ outcome: "done", suppressed: 84 });
});

test("a flood of refused commands fills neither the journal nor the line; what was left out is told in the next", async () => {
  const { clock, answers, audit, send } = commandScene();
  for (let n = 0; n < 1_000; n++) await send("ping", "not json", `r${n}`);
  expect([answers.length, audit.length]).toEqual([20, 20]);
  await clock.advance(60_000);
  for (let n = 0; n < 1_000; n++) await send("ping", "not json", `s${n}`);
  expect([answers.length, audit.length]).toEqual([30, 30]);
  expect(audit[20]).toMatchObject({ outcome: "refused", reason: "malformed", suppressed: 980 });
  await send("ping", inTime);
  expect(answers.at(-1)).toMatchObject({ outcome: "done" });
  expect(audit.at(-1)).toMatchObject({ outcome: "done", suppressed: 990 });
  await send("ping", inTime);
  expect(audit.at(-1)).not.toHaveProperty("suppressed");
});

test("once the agent stops, a command is refused without a word in the journal; one that was begun is in it", async () => {
  let finish = () => {};
  const gate = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { commands, answers, audit, send } = commandScene({
    ping: async () => {
      await gate;
      return done();
    },
  });
  const begun = send("ping", inTime, "begun");
  let closed = false;
  const closing = commands.close().then(() => {
    closed = true;
  });
  await send("ping", inTime, "late");
  expect(answers).toMatchObject([{ request: "late", outcome: "refused", reason: "stopping" }]);
  expect([closed, audit.length]).toEqual([false, 0]);
  finish();
  await closing;
  expect(audit).toMatchObject([{ request: "begun", outcome: "done" }]);
  await begun;
  expect(answers).toHaveLength(2);
});
