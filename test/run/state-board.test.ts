import { expect, test } from "vitest";
import { type Sending, StateBoard } from "../../agent/run/state-board.ts";

function take(board: StateBoard): Sending {
  const sending = board.take();
  if (!sending) throw new Error("nothing waits");
  return sending;
}

test("the latest payload of a topic goes out, once", () => {
  const board = new StateBoard();
  board.set("a", { n: 1 });
  board.set("b", { n: 1 });
  board.set("a", { n: 2 });
  expect(board.waiting).toBe(2);
  expect(take(board)).toMatchObject({ topic: "a", payload: '{"n":2}' });
  expect(take(board)).toMatchObject({ topic: "b" });
  expect(board.take()).toBeUndefined();
});

test("a topic is in flight at most once; what was set meanwhile follows, only the latest of it", () => {
  const board = new StateBoard();
  board.set("a", { n: 1 });
  const first = take(board);
  board.set("a", { n: 2 });
  board.set("a", { n: 3 });
  expect(board.waiting).toBe(0);
  board.settle(first, "published");
  expect(take(board).payload).toBe('{"n":3}');
});

test("a new session publishes everything again, the named topic first, and ignores older publishes", () => {
  const board = new StateBoard();
  board.set("a", { n: 1 });
  board.set("state", { n: 1 });
  const [a, state] = [take(board), take(board)];
  board.settle(state, "published");
  board.renew("state");
  expect(board.waiting).toBe(2);
  board.settle(a, "published");
  expect(board.waiting).toBe(2);
  expect(take(board).topic).toBe("state");
  expect(take(board).topic).toBe("a");
});

test("a removed topic is published empty until that is taken, then forgotten", () => {
  const board = new StateBoard();
  board.remove("camera/left-by-an-earlier-run");
  board.settle(take(board), "lost");
  const sending = take(board);
  expect(sending.payload).toBe("");
  board.settle(sending, "published");
  board.renew("state");
  expect(board.waiting).toBe(0);
});

test("a topic that is set again while its removal is in flight lives", () => {
  const board = new StateBoard();
  board.remove("a");
  const removal = take(board);
  board.set("a", { n: 1 });
  board.settle(removal, "published");
  const sending = take(board);
  expect(sending.payload).toBe('{"n":1}');
  board.settle(sending, "published");
  board.renew("state");
  expect(board.waiting).toBe(1);
});

test("a held topic waits again when released or set, a dropped one only when set", () => {
  const board = new StateBoard();
  board.set("a", { n: 1 });
  board.set("b", { n: 1 });
  board.settle(take(board), "held");
  board.settle(take(board), "dropped");
  expect([board.waiting, board.held]).toEqual([0, 1]);
  board.release();
  const again = take(board);
  expect(again).toMatchObject({ topic: "a", wasHeld: true });
  board.settle(again, "held");
  board.set("a", { n: 2 });
  board.set("b", { n: 2 });
  expect([board.waiting, board.held]).toEqual([2, 0]);
});

test("listeners hear of topics that begin to wait", () => {
  const board = new StateBoard();
  let heard = 0;
  const forget = board.onDirty(() => {
    heard += 1;
  });
  board.set("a", {});
  forget();
  board.set("b", {});
  expect(heard).toBe(1);
});

test("a board is bounded", () => {
  const board = new StateBoard();
  for (let n = 0; n < 4_096; n++) board.set(`camera/${n}`, {});
  expect(() => board.set("one-more", {})).toThrow(RangeError);
});

test("a broker that shows any number of retained topics of others leaves room for the site's own", () => {
  const board = new StateBoard();
  board.set("own", { n: 1 });
  for (let number = 0; number < 10_000; number++) board.remove(`foreign/${number}`);
  expect(board.waiting).toBeLessThan(4_096);
  board.remove("own");
  expect(take(board)).toMatchObject({ topic: "own", payload: "" });
  board.set("new", { n: 1 });
});
