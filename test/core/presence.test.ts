import { expect, test } from "vitest";
import { presence } from "../../agent/core/site-problems.ts";
import type { AgentStatus } from "../../agent/model/status.ts";
import { siteHealth } from "../fakes/wire-samples.ts";

const status: AgentStatus = {
  pid: 400,
  version: "0.1.0",
  startedAt: "2026-11-24T00:00:00.000Z",
  writtenAt: "2026-11-24T01:00:00.000Z",
  uptimeSeconds: 1_000,
  site: { id: "cho-moi", name: "Xã Chợ Mới" },
  unit: { id: "q12", name: "Công an quận 12" },
  health: siteHealth({ bootid: "kernel" }),
  cameras: [],
};
const facts = { alive: true, bootIds: ["kernel"], isProcessSeen: true, uptimeSeconds: 1_004 };

test("an agent runs whose boot is this one by any name that the container or the service has for it", () => {
  expect(presence(status, facts, 30)).toEqual({ kind: "running", ageSeconds: 4 });
  expect(presence(status, { ...facts, bootIds: ["container", "kernel"] }, 30).kind).toBe("running");
});

test("a file of an earlier boot is no agent, though its process id is taken again", () => {
  expect(presence(status, { ...facts, bootIds: ["next", "next"] }, 30)).toEqual({
    kind: "gone",
    why: "rebooted",
  });
  expect(presence(status, { ...facts, alive: false }, 30)).toEqual({ kind: "gone", why: "ended" });
});

test("where the boot of the process cannot be seen, no restart of the box is claimed that its uptime does not show", () => {
  const unseen = { ...facts, bootIds: ["container"], isProcessSeen: false };
  expect(presence(status, unseen, 30)).toEqual({ kind: "running", ageSeconds: 4 });
  expect(presence(status, { ...unseen, uptimeSeconds: 1_031 }, 30)).toEqual({ kind: "unseen" });
  expect(presence(status, { ...unseen, alive: false }, 30)).toEqual({ kind: "gone", why: "ended" });
  expect(presence(status, { ...unseen, uptimeSeconds: 60 }, 30)).toEqual({ kind: "gone", why: "rebooted" });
  expect(presence(status, { ...unseen, bootIds: ["kernel"], uptimeSeconds: 1_031 }, 30).kind).toBe("silent");
});
