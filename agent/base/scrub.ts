const USERINFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#'"<>]*@/gi;
/** Up to the next white space or quote: a password may hold any of "&;_", and too much hidden is no harm. */
const PARAMETER = /(?<![a-z0-9])(password|passwd|pwd|pass|secret|token)(["']?\s*[=:]\s*["']?)[^\s"'<>]+/gi;
const AUTHORIZATION = /\b(Authorization\s*[:=]|Digest(?=\s+\w+=)|Basic(?=\s+[\w+/]{8})|Bearer)\s+[^\r\n]+/g;

/**
 * Takes secrets out of a text that came from elsewhere: user:password@ in addresses, password=… in queries,
 * Authorization values. Error messages of libraries quote whole addresses; XM cameras have the login in the path
 * ("/user=admin_password=…").
 */
export function scrub(text: string): string {
  return text.replace(USERINFO, "$1***@").replace(AUTHORIZATION, "$1 ***").replace(PARAMETER, "$1$2***");
}
