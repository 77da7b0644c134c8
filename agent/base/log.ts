/** The slice of a logger that the agent uses. Transitions are logged, repeats are counted, secrets are scrubbed. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const USERINFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#'"<>]*@/gi;
const PARAMETER =
  /\b(password|passwd|pwd|pass|secret|token|authorization)(["']?\s*[=:]\s*["']?)[^\s&;,"'<>]+/gi;
const AUTHORIZATION = /\b(Digest|Basic|Bearer)\s+[^\r\n]+/g;

/**
 * Takes secrets out of a text that came from elsewhere: user:password@ in addresses, password=… in queries,
 * Authorization values. Error messages of libraries quote whole addresses.
 */
export function scrub(text: string): string {
  return text.replace(USERINFO, "$1***@").replace(AUTHORIZATION, "$1 ***").replace(PARAMETER, "$1$2***");
}
