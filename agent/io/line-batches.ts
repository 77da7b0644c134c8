/** Longest line that is held. A PUBLISH of the contract stays far below. */
const LINE_BYTES = 1_048_576;
const LINE_FEED = 0x0a;

/**
 * Lines of a stream of bytes, without their line feed, in batches as they come in; undefined stands for a line of
 * more than LINE_BYTES. A last line without line feed counts. Rejects when the stream cannot be read.
 */
export async function* lineBatches(stream: AsyncIterable<Buffer>): AsyncGenerator<(Buffer | undefined)[]> {
  /** Pieces of the line that is not yet whole. */
  let pieces: Buffer[] = [];
  let held = 0;
  const finish = (piece: Buffer): Buffer | undefined => {
    const length = held + piece.length;
    const line = held === 0 ? piece : Buffer.concat([...pieces, piece]);
    pieces = [];
    held = 0;
    return length > LINE_BYTES ? undefined : line;
  };
  for await (const chunk of stream) {
    const lines: (Buffer | undefined)[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      lines.push(finish(chunk.subarray(from, end)));
      from = end + 1;
    }
    const rest = chunk.subarray(from);
    held += rest.length;
    if (held <= LINE_BYTES) pieces.push(rest);
    else pieces = [];
    if (lines.length > 0) yield lines;
  }
  if (held > 0) yield [finish(Buffer.alloc(0))];
}
