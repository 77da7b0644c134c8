/** Text as it was found, with everything that cannot be seen written as its escape: "Cổng\u202e". */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (unseen) =>
    [...Array(unseen.length).keys()]
      .map((index) => `\\u${unseen.charCodeAt(index).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
