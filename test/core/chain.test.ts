import { expect, test } from "vitest";
import { chainLinker, digestLinker, digestOf, GENESIS } from "../../agent/core/chain.ts";

const EPOCH = "000102030405060708090a0b0c0d0e0f";

test("the hash of a chain is what anyone computes from the definition", () => {
  // python3: d = b"camera-agent/chain/1\0"; e = bytes(range(16)); s = hashlib.sha256
  // def link(p, n, b): return s(d + "xã-an-bình".encode() + b"\0" + e + struct.pack(">Q", n) + p + s(b).digest()).digest()
  const link = chainLinker("xã-an-bình", EPOCH);
  const first = link(GENESIS, 1, '{"n":1}');
  const second = link(first, 2, '{"n":"Chợ"}');
  const far = link(second, 2 ** 40 + 5, Buffer.from("{}"));
  expect([first, second, far].map((hash) => hash.toString("hex"))).toEqual([
    "1585a91def353735c88a2b0628d887f951651f7805767228323acd98d4971c58",
    "a8479fcdfee283995368c7e284afa978f230fae315eaecf153efeaedbbc47241",
    "0b6543576aca99ff1f4db6663ce56400cc3d708110a460a1a2985045f113f3e3",
  ]);
});

test("text and its UTF-8 have one digest, and linking digests is linking bytes", () => {
  const body = '{"name":"Ngã tư Bảy Hiền"}';
  expect(digestOf(body)).toEqual(digestOf(Buffer.from(body)));
  expect(digestLinker("a", EPOCH)(GENESIS, 7, digestOf(body))).toEqual(
    chainLinker("a", EPOCH)(GENESIS, 7, body),
  );
});

test("site, epoch, place, predecessor and bytes each change the hash", () => {
  const hashes = [
    chainLinker("a", EPOCH)(GENESIS, 1, "{}"),
    chainLinker("b", EPOCH)(GENESIS, 1, "{}"),
    chainLinker("a", "f".repeat(32))(GENESIS, 1, "{}"),
    chainLinker("a", EPOCH)(GENESIS, 2, "{}"),
    chainLinker("a", EPOCH)(Buffer.alloc(32, 1), 1, "{}"),
    chainLinker("a", EPOCH)(GENESIS, 1, "{ }"),
  ];
  expect(new Set(hashes.map((hash) => hash.toString("hex"))).size).toBe(6);
});

test("an epoch that is none is a bug", () => {
  for (const epoch of ["", "xyz", "0".repeat(31), "g".repeat(32)])
    expect(() => chainLinker("a", epoch)).toThrow("not an epoch");
});
