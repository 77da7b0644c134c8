/** SIGHUPs to this process, which ask for its configuration to be read again. */
export interface Hangups extends Disposable {
  /** Resolves with true once one has come since the last was taken, however many; with false when `signal` aborts. */
  next(signal: AbortSignal): Promise<boolean>;
}

/** From now on a SIGHUP no longer ends the process. One that comes before it is waited for is kept. */
export function takeHangups(): Hangups {
  let came = false;
  let wake = () => {};
  const note = () => {
    came = true;
    wake();
  };
  process.on("SIGHUP", note);
  return {
    async next(signal) {
      if (!came && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener("abort", wake);
        });
        signal.removeEventListener("abort", wake);
      }
      if (signal.aborted) return false;
      came = false;
      return true;
    },
    [Symbol.dispose]() {
      process.off("SIGHUP", note);
    },
  };
}
