const LIMIT = 128;

/** What a device says of itself, on one line and not long; undefined where nothing can be seen of it. */
export function plainText(text: string | undefined): string | undefined {
  const plain = (text ?? "")
    .slice(0, 4 * LIMIT)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .slice(0, LIMIT)
    .toWellFormed();
  return /[\p{L}\p{N}]/u.test(plain) ? plain : undefined;
}
