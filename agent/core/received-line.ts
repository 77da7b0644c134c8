const SPACE = 0x20;
const BRACE = 0x7b;
const CARRIAGE_RETURN = 0x0d;

/**
 * The payload of a line as `mosquitto_sub -F '%p'` or `-F '%t %p'` writes it: the contract's topics hold no space, and
 * its payloads are JSON objects. Empty where a retained message was removed; undefined for a line that is neither.
 */
export function payloadOf(line: Uint8Array): Uint8Array | undefined {
  const whole = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
  if (whole.length === 0 || whole[0] === BRACE) return whole;
  const space = whole.indexOf(SPACE);
  return space === -1 ? undefined : whole.subarray(space + 1);
}
