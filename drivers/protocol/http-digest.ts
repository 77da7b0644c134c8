import { hash, randomUUID } from "node:crypto";

/**
 * Answers to 401 of HTTP, RTSP and ONVIF: Digest (RFC 7616, RFC 2617, RFC 2069) and Basic (RFC 7617).
 *
 * Header values are byte strings, one character a byte, as node:http reads and writes them (latin1). A realm in
 * UTF-8 therefore survives unchanged, which its hash needs.
 */

export interface Challenge {
  /** Lower case: "digest", "basic", or a scheme that is not ours. */
  readonly scheme: string;
  /** By lower-case name. A quoted value is what stands between the quotes, escapes untouched (RFC 7616 3.3, unq). */
  readonly parameters: ReadonlyMap<string, string>;
}

export interface AuthorizedRequest {
  readonly method: string;
  /** The request target exactly as the request line has it. */
  readonly uri: string;
  readonly username: string;
  readonly password: string;
  /** Needed only where a server wants `qop=auth-int`; empty when absent. */
  readonly body?: Uint8Array;
}

/** Makes a client nonce; without quotes or backslashes. */
export type MakeCnonce = () => string;

/** randomUUID takes from a pool of entropy: a tenth of what randomBytes costs. */
const randomCnonce: MakeCnonce = () => randomUUID();

const HEADER_LIMIT = 4096;
const CHALLENGE_LIMIT = 16;
const PARAMETER_LIMIT = 32;

const digestHashes: Readonly<Record<string, { readonly hash: "md5" | "sha256"; readonly session: boolean }>> =
  {
    md5: { hash: "md5", session: false },
    "md5-sess": { hash: "md5", session: true },
    "sha-256": { hash: "sha256", session: false },
    "sha-256-sess": { hash: "sha256", session: true },
  };

/**
 * Reads WWW-Authenticate values (one element a header line). Never throws; what makes no sense is left out. Takes
 * several challenges in one line, unquoted values with spaces, missing commas and an unclosed last quote.
 */
export function parseChallenges(headers: string | readonly string[]): Challenge[] {
  const challenges: Challenge[] = [];
  for (const header of typeof headers === "string" ? [headers] : headers) {
    if (challenges.length >= CHALLENGE_LIMIT) break;
    parseHeader(header.slice(0, HEADER_LIMIT).replaceAll(/[\r\n]/g, " "), challenges);
  }
  return challenges;
}

function parseHeader(text: string, challenges: Challenge[]): void {
  let parameters: Map<string, string> | undefined;
  let at = 0;
  while (at < text.length) {
    at = skip(text, at, isSeparator);
    const end = skip(text, at, isToken);
    if (end === at) {
      at++;
      continue;
    }
    const word = text.slice(at, end);
    const after = skip(text, end, isSpace);
    if (text[after] !== "=") {
      if (challenges.length >= CHALLENGE_LIMIT) return;
      parameters = new Map();
      challenges.push({ scheme: word.toLowerCase(), parameters });
      at = end;
      continue;
    }
    const start = skip(text, after + 1, isSpace);
    const close = text[start] === '"' ? endOfQuoted(text, start + 1) : endOfUnquoted(text, start);
    const value = text[start] === '"' ? text.slice(start + 1, close) : text.slice(start, close).trimEnd();
    if (parameters && parameters.size < PARAMETER_LIMIT) parameters.set(word.toLowerCase(), value);
    at = close + 1;
  }
}

function skip(text: string, from: number, accepts: (code: number) => boolean): number {
  let at = from;
  while (at < text.length && accepts(text.charCodeAt(at))) at++;
  return at;
}

const isSpace = (code: number) => code === 0x20 || code === 0x09;
const isSeparator = (code: number) => code <= 0x20 || code === 0x2c;
/** RFC 9110 5.6.2 token, and "/" so that token68 of other schemes is one word. */
const isToken = (code: number) =>
  code > 0x20 && code < 0x7f && !'"(),:;<=>?@[\\]{}'.includes(String.fromCharCode(code));

function endOfQuoted(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** An unquoted value ends at a comma, or at white space that another `name=` follows. */
function endOfUnquoted(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== ",") {
    if (!isSpace(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const word = skip(text, at, isSpace);
    const end = skip(text, word, isToken);
    if (end > word && text[skip(text, end, isSpace)] === "=") return at;
    at = Math.max(end, word);
  }
  return at;
}

/** The challenge to answer: SHA-256 before MD5 before Basic, and never Basic where Digest is offered. */
export function chooseChallenge(challenges: readonly Challenge[]): Challenge | undefined {
  const digests = challenges.filter(({ scheme }) => scheme === "digest");
  if (digests.length === 0) return challenges.find(({ scheme }) => scheme === "basic");
  const usable = digests.filter(
    (challenge) =>
      hashOf(challenge) && chooseQop(challenge) !== "unknown" && challenge.parameters.has("nonce"),
  );
  return usable.find((challenge) => hashOf(challenge)?.hash === "sha256") ?? usable[0];
}

/** Whether the server says that only the nonce was too old: the login itself was right (RFC 7616 3.3). */
export function isStale(challenges: readonly Challenge[]): boolean {
  return challenges.some(({ parameters }) => parameters.get("stale")?.toLowerCase() === "true");
}

/** The Authorization header for a first answer, or undefined where no offered scheme is one that we speak. */
export function authorize(
  challenges: readonly Challenge[],
  request: AuthorizedRequest,
  makeCnonce: MakeCnonce,
): string | undefined {
  const challenge = chooseChallenge(challenges);
  return challenge && answer(challenge, request, 1, makeCnonce());
}

/**
 * The authorization of one host or connection: keeps the challenge and answers further requests with the same
 * nonce and a growing count, which saves a round trip each.
 */
export class Authenticator {
  readonly #makeCnonce: MakeCnonce;
  #challenge: Challenge | undefined;
  #cnonce = "";
  #count = 0;

  constructor(makeCnonce: MakeCnonce = randomCnonce) {
    this.#makeCnonce = makeCnonce;
  }

  /** Takes the challenges of a 401; false where none is one that we speak. */
  accept(challenges: readonly Challenge[]): boolean {
    this.#challenge = chooseChallenge(challenges);
    this.#cnonce = this.#makeCnonce();
    this.#count = 0;
    return this.#challenge !== undefined;
  }

  /** The login was refused: a device counts each that it is shown, so the next request asks first how to sign. */
  forget(): void {
    this.#challenge = undefined;
  }

  /** Whether a request can be signed before it was answered by a challenge. */
  get isReady(): boolean {
    return this.#challenge !== undefined;
  }

  /** The Authorization header of the next request; undefined before a challenge was accepted. */
  authorize(request: AuthorizedRequest): string | undefined {
    if (!this.#challenge) return undefined;
    this.#count++;
    return answer(this.#challenge, request, this.#count, this.#cnonce);
  }
}

function answer(challenge: Challenge, request: AuthorizedRequest, count: number, cnonce: string): string {
  if (challenge.scheme === "basic")
    return `Basic ${Buffer.from(`${request.username}:${request.password}`, "utf8").toString("base64")}`;
  return answerDigest(challenge, request, count, cnonce);
}

function answerDigest(
  challenge: Challenge,
  request: AuthorizedRequest,
  count: number,
  cnonce: string,
): string {
  const algorithm = hashOf(challenge) ?? { hash: "md5", session: false };
  const h = (text: string) => hash(algorithm.hash, Buffer.from(text, "latin1"), "hex");
  const { parameters } = challenge;
  const realm = parameters.get("realm") ?? "";
  const nonce = parameters.get("nonce") ?? "";
  const qop = chooseQop(challenge);
  const username = asBytes(request.username);
  const login = h(`${username}:${realm}:${asBytes(request.password)}`);
  const a1 = algorithm.session ? h(`${login}:${nonce}:${cnonce}`) : login;
  const target = `${request.method}:${request.uri}`;
  const a2 = h(
    qop === "auth-int"
      ? `${target}:${hash(algorithm.hash, request.body ?? new Uint8Array(), "hex")}`
      : target,
  );
  const nc = count.toString(16).padStart(8, "0");
  const response = h(qop === "none" ? `${a1}:${nonce}:${a2}` : `${a1}:${nonce}:${nc}:${cnonce}:${qop}:${a2}`);

  const parts = [
    `username="${username.replaceAll(/["\\]/g, "\\$&")}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${request.uri}"`,
    `response="${response}"`,
  ];
  const named = parameters.get("algorithm");
  if (named !== undefined) parts.push(`algorithm=${named}`);
  const opaque = parameters.get("opaque");
  if (opaque !== undefined) parts.push(`opaque="${opaque}"`);
  if (qop !== "none") parts.push(`qop=${qop}`, `nc=${nc}`);
  if (qop !== "none" || algorithm.session) parts.push(`cnonce="${cnonce}"`);
  return `Digest ${parts.join(", ")}`;
}

const asBytes = (text: string) => Buffer.from(text, "utf8").toString("latin1");

/** RFC 7616 3.3: MD5 where the challenge names no algorithm. */
function hashOf({ parameters }: Challenge) {
  return digestHashes[(parameters.get("algorithm") || "MD5").toLowerCase()];
}

/** "none" is RFC 2069, still spoken by Longse and Dahua; an empty qop is taken for a missing one. */
function chooseQop({ parameters }: Challenge): "none" | "auth" | "auth-int" | "unknown" {
  const offered =
    parameters
      .get("qop")
      ?.toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean) ?? [];
  if (offered.length === 0) return "none";
  if (offered.includes("auth")) return "auth";
  return offered.includes("auth-int") ? "auth-int" : "unknown";
}
