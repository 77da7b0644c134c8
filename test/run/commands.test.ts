import { expect, test } from "vitest";
import { type CommandResult, resultSchema } from "../../agent/model/command.ts";
import type { EventDraft } from "../../agent/model/event.ts";
import { Commands } from "../../agent/run/commands.ts";
import { TestClock } from "../fakes/test-clock.ts";

function scene(ping: () => Promise<Record<string, unknown>> = async () => ({ version: "1" })) {
  const answers: CommandResult[] = [];
  const audit: EventDraft[] = [];
  const commands = new Commands({
    clock: new TestClock(),
    recorder: { record: async (draft) => void audit.push(draft) },
    handlers: { ping },
    answer: async (result) => void answers.push(resultSchema.parse(result)),
  });
  const send = (command: string, payload: string, request = "r1") =>
    commands.take({ topic: `cam/v1/u/s/cmd/${command}/${request}`, payload: Buffer.from(payload) });
  return { commands, answers, audit, send };
}
const inTime = '{"expires":"2026-11-24T01:05:00Z"}';

test("a ping is answered and audited", async () => {
  const { answers, audit, send } = scene();
  await send("ping", inTime);
  expect(answers).toMatchObject([
    { request: "r1", command: "ping", outcome: "done", data: { version: "1" } },
  ]);
  expect(audit).toMatchObject([{ kind: "audit", data: { action: "ping", outcome: "done", request: "r1" } }]);
});

test("a refused command is answered with its reason and audited too", async () => {
  const { answers, audit, send } = scene();
  await send("ping", '{"expires":"2026-11-24T00:00:00Z"}');
  await send("constructor", inTime);
  await send("ping", "not json");
  expect(answers.map(({ reason }) => reason)).toEqual(["expired", "unknown-command", "malformed"]);
  expect(audit).toHaveLength(3);
});

test("what is no request is neither answered nor audited", async () => {
  const { commands, answers, audit } = scene();
  await commands.take({ topic: "cam/v1/u/s/state", payload: Buffer.from("{}") });
  await commands.take({ topic: "elsewhere", payload: Buffer.from("{}") });
  expect([...answers, ...audit]).toEqual([]);
});

test("a flood of commands is bounded: what comes while sixteen are being served is dropped", async () => {
  let finish = () => {};
  const gate = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { commands, answers, send } = scene(async () => {
    await gate;
    return {};
  });
  const sent = Array.from({ length: 100 }, (_, n) => send("ping", inTime, `r${n}`));
  finish();
  await Promise.all(sent);
  expect(answers).toHaveLength(16);
  expect(commands.dropped).toBe(84);
});
