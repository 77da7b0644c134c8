/** Waits until `condition` gives something truthy and returns it; fails with `what` and the last answer after `ms`. */
export async function eventually<T>(
  what: string,
  condition: () => T | Promise<T>,
  ms = 10_000,
): Promise<NonNullable<T>> {
  const until = performance.now() + ms;
  for (;;) {
    const answer = await condition();
    if (answer) return answer;
    if (performance.now() > until) throw new Error(`not within ${ms} ms: ${what} (last: ${String(answer)})`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
