import { afterEach, expect, test } from "vitest";
import type { Cause } from "../../agent/model/fault.ts";
import { causeTexts } from "../../agent/model/messages/causes.ts";
import { answerOf, garbage, halfOpen, oneByteASecond, refuses, resets } from "../fakes/behaviours.ts";
import type { Behaviour } from "../fakes/behaviours-hooks.ts";
import { createCamera, type SimulatedCamera } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { listener, openOnvif } from "./onvif-open.ts";

let camera: SimulatedCamera | undefined;
afterEach(() => camera?.close());

const never = new AbortController().signal;

const hostile: readonly [does: string, cause: Cause, behaviour: () => Behaviour][] = [
  ["refuses connections", "port-closed", refuses],
  ["resets connections", "connection-cut", resets],
  ["accepts and says nothing", "answer-late", halfOpen],
  ["sends one byte a second", "answer-late", () => oneByteASecond(20)],
  ["answers with 300 MB", "answer-too-large", () => answerOf(300_000_000)],
  ["announces 300 MB", "answer-too-large", () => answerOf(300_000_000, "declared")],
  ["answers with noise", "answer-garbled", () => garbage("bytes")],
  ["answers with noise inside HTTP", "answer-garbled", () => garbage("body")],
];

test.each(hostile)(
  "a camera that %s is told as %s, its host answers, and no socket stays",
  async (_, cause, make) => {
    camera = await createCamera({ behaviours: [make()] });
    const gate = new OpenGate();
    const session = openOnvif(camera, { gate });
    const { rungs } = await session.probe(never);
    expect(rungs).toEqual({
      host: { ok: true },
      port: { ok: false, fault: expect.objectContaining({ cause }) },
    });
    expect(gate.running).toBe(0);
    expect(gate.rejections).toEqual([]);
    await eventually("no socket stays", () => camera?.stats().sockets.http === 0);
  },
);

test.each(hostile)(
  "the event channel of a camera that %s ends with the cause and is tried again",
  async (_, cause, make) => {
    camera = await createCamera({ behaviours: [make()] });
    const end = await openOnvif(camera).watch(listener().emit, never);
    expect(end).toMatchObject({ fault: { cause: "events-lost" }, retry: "backoff" });
    for (const language of ["en", "vi"] as const)
      expect(end.fault.evidence[language]).toContain(causeTexts[cause].what[language]);
  },
);

test.each(hostile)("a snapshot of a camera that %s fails as %s", async (_, cause, make) => {
  camera = await createCamera({ behaviours: [make()] });
  expect(await openOnvif(camera).snapshot(never)).toMatchObject({ ok: false, error: { cause } });
});

test.each(hostile)(
  "once a camera %s under an open event channel the channel ends; later it is well again",
  async (_, __, make) => {
    const peer = await createCamera();
    camera = peer;
    const { heard, emit } = listener();
    const session = openOnvif(peer);
    const end = session.watch(emit, never);
    await eventually("a pull waits", () => heard.some(({ kind }) => kind === "alive"));
    const behaviour = make();
    await peer.behave(behaviour);
    peer.motion(true);
    const settled = await Promise.race([end, eventuallyDropped(peer, end)]);
    expect(settled.fault.cause).toMatch(/^events-(lost|silent)$/);
    await peer.calm(behaviour);
    expect((await session.probe(never)).rungs.stream).toEqual({ ok: true });
  },
);

/** A pull that waits on its old connection notices nothing: cut it, as such a camera's router does in the end. */
async function eventuallyDropped<T>(peer: SimulatedCamera, end: Promise<T>): Promise<T> {
  await new Promise((resolve) => setImmediate(resolve));
  await peer.behave({ name: "cut", onSwitchedOn: (control) => control.dropConnections() });
  return end;
}

test("memory and sockets are flat after many looks at a hostile camera", async () => {
  const peer = await createCamera({ behaviours: [answerOf(300_000_000)] });
  camera = peer;
  const session = openOnvif(peer);
  for (let look = 0; look < 20; look++) await session.probe(never);
  const before = process.memoryUsage().rss;
  for (let look = 0; look < 100; look++) await session.probe(never);
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  await eventually("no socket stays", () => peer.stats().sockets.http === 0);
});
