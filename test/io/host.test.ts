import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bootId, bootIdSeenBy, openHost, parseCpuTimes, usedPercent } from "../../agent/io/host.ts";
import { readAsked } from "../../agent/io/inventory.ts";
import { healthSchema, infoSchema } from "../../agent/model/wire.ts";
import { eventually } from "../fakes/eventually.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { TestClock } from "../fakes/test-clock.ts";

test("this box is read within the contract", async () => {
  const facts = await openHost().read(["/", "/no/such/disk"]);
  const { shape } = healthSchema;
  for (const [key, value] of Object.entries(facts)) {
    expect(shape[key as keyof typeof facts].safeParse(value).error, key).toBeUndefined();
  }
  expect(facts.memory.agentBytes).toBeGreaterThan(10_000_000);
  expect(facts.disks[0]).toMatchObject({ mount: "/", totalBytes: expect.any(Number), readOnly: false });
  expect(facts.disks[1]).toEqual({ mount: "/no/such/disk", error: expect.stringContaining("ENOENT") });
});

test("a disk that the unit hides is not taken for the empty folder over it, also by another name", async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.file("home/ghi"), { recursive: true });
  symlinkSync(folder.file("home/ghi"), folder.file("video"));
  const table = [
    "26 1 254:0 / / ro,relatime shared:1 - ext4 /dev/vda1 rw",
    `90 26 0:25 /systemd/inaccessible/dir ${folder.file("home")} ro,nosuid - tmpfs tmpfs rw,mode=755`,
  ];
  writeFileSync(folder.file("mountinfo"), table.join("\n"));
  const host = openHost(new TestClock(), folder.file("mountinfo"));
  const paths = ["home", "home/ghi", "video", "home/pulled-out"].map((name) => folder.file(name));
  const { disks } = await host.read([...paths, folder.path]);
  const hidden = { hidden: true, error: expect.stringContaining("hidden") };
  expect(disks.slice(0, 4)).toEqual(paths.map((mount) => ({ mount, ...hidden })));
  expect(disks[4]).toMatchObject({ readOnly: false, freeBytes: expect.any(Number) });
});

test("the inventory names the system and the memory", async () => {
  const box = await openHost().inventory();
  expect(infoSchema.shape.box.safeParse(box).error).toBeUndefined();
  expect(box).toMatchObject({
    kernel: expect.stringMatching(/^\d/),
    memoryBytes: expect.any(Number),
    os: expect.stringMatching(/\d/),
  });
});

test("an inventory that is no longer wanted gives at once what it has, and its process is gone", async () => {
  const children = () =>
    readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").split(" ").filter(Boolean);
  const before = children();
  const stop = new AbortController();
  const asked = openHost().inventory(stop.signal);
  await eventually("its process runs", () => children().length > before.length);
  stop.abort();
  expect(await asked).not.toHaveProperty("os");
  await eventually("its process is gone", () => children().length === before.length);
});

test("an inventory that says nothing, or no JSON, is left out and never shown", () => {
  expect(readAsked('{"manufacturer":"Dell","model":"","os":"Debian 12","serial":"secret"}')).toEqual({
    manufacturer: "Dell",
    os: "Debian 12",
  });
  for (const stdout of ["", "null", "[", '"Dell"', "{}"]) expect(readAsked(stdout)).toEqual({});
});

test("the boot is named by the kernel's random id", async () => {
  expect(await bootId()).toMatch(/^[0-9a-f-]{36}$/);
});

test("a process tells the boot that it lives in, one that is gone tells none", async () => {
  expect(await bootIdSeenBy(process.pid)).toBe(await bootId());
  expect(await bootIdSeenBy(spawnSync("/bin/true").pid)).toBeUndefined();
});

test("waiting for a disk is not work, being robbed by the hypervisor is", () => {
  const text = "cpu  100 20 30 1000 50 4 6 40 7 0\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 5";
  expect(parseCpuTimes(text)).toEqual({ busy: 200, total: 1_250 });
});

test("processor use is a share of what passed, and unknown when nothing passed", () => {
  expect(usedPercent({ busy: 100, total: 1_000 }, { busy: 150, total: 1_200 })).toBe(25);
  expect(usedPercent({ busy: 100, total: 1_000 }, { busy: 100, total: 1_000 })).toBeNull();
});
