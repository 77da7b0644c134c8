import fc from "fast-check";
import { expect, test } from "vitest";
import {
  Authenticator,
  authorize,
  chooseChallenge,
  isStale,
  parseChallenges,
} from "../../drivers/protocol/http-digest.ts";

const parsed = (...headers: string[]) =>
  parseChallenges(headers).map(({ scheme, parameters }) => ({ scheme, ...Object.fromEntries(parameters) }));

const answered = (header: string | undefined): Record<string, string | undefined> => {
  const [challenge] = parseChallenges(header ?? "");
  return { scheme: challenge?.scheme, ...Object.fromEntries(challenge?.parameters ?? []) };
};

test("the example of RFC 2617 3.5 is answered as printed there", () => {
  const challenges = parseChallenges(
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
  );
  const header = authorize(
    challenges,
    { method: "GET", uri: "/dir/index.html", username: "Mufasa", password: "Circle Of Life" },
    () => "0a4f113b",
  );
  expect(answered(header)).toEqual({
    scheme: "digest",
    username: "Mufasa",
    realm: "testrealm@host.com",
    nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
    uri: "/dir/index.html",
    qop: "auth",
    nc: "00000001",
    cnonce: "0a4f113b",
    response: "6629fae49393a05397450978507c4ef1",
    opaque: "5ccc069c403ebaf9f0171e9517f40e41",
  });
});

const rfc7616 = (algorithm: string) =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
const mufasa = { method: "GET", uri: "/dir/index.html", username: "Mufasa", password: "Circle of Life" };
const cnonce = () => "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

test("the examples of RFC 7616 3.9.1 are answered as printed there, SHA-256 before MD5", () => {
  const md5 = answered(authorize(parseChallenges(rfc7616("MD5")), mufasa, cnonce));
  expect(md5).toMatchObject({ response: "8ca523f5e9506fed4657c9700eebdbec", algorithm: "MD5" });
  const both = answered(authorize(parseChallenges([rfc7616("MD5"), rfc7616("SHA-256")]), mufasa, cnonce));
  expect(both).toMatchObject({
    response: "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    algorithm: "SHA-256",
  });
});

test("a challenge without qop is answered as in RFC 2069, without count and cnonce", () => {
  const challenges = parseChallenges('Digest realm="Surveillance Server", nonce="98481030"');
  const header = authorize(
    challenges,
    { method: "DESCRIBE", uri: "rtsp://10.0.0.1/", username: "admin", password: "12345" },
    cnonce,
  );
  expect(answered(header)).toEqual({
    scheme: "digest",
    username: "admin",
    realm: "Surveillance Server",
    nonce: "98481030",
    uri: "rtsp://10.0.0.1/",
    response: "e175fd6e6b0fcb47743d5ca6368eafbb",
  });
});

test("the nonce is used again with a growing count until a new challenge comes", () => {
  let made = 0;
  const authenticator = new Authenticator(() => `c${++made}`);
  expect(authenticator.authorize(mufasa)).toBeUndefined();
  expect(authenticator.accept(parseChallenges(rfc7616("MD5")))).toBe(true);
  const [first, second] = [authenticator.authorize(mufasa), authenticator.authorize(mufasa)].map(answered);
  expect(first).toMatchObject({ nc: "00000001", cnonce: "c1" });
  expect(second).toMatchObject({ nc: "00000002", cnonce: "c1" });
  expect(second?.response).not.toBe(first?.response);
  authenticator.accept(parseChallenges(rfc7616("MD5")));
  expect(answered(authenticator.authorize(mufasa))).toMatchObject({ nc: "00000001", cnonce: "c2" });
});

test("the session variants bind the key to nonce and client nonce", () => {
  const session = answered(authorize(parseChallenges(rfc7616("MD5-sess")), mufasa, cnonce));
  expect(session).toMatchObject({ algorithm: "MD5-sess", response: "e783283f46242139c486a698fec7211d" });
});

test("Basic is answered only where no Digest is offered, with the login in UTF-8", () => {
  const login = { ...mufasa, username: "test", password: "123£" };
  expect(authorize(parseChallenges('Basic realm="foo", charset="UTF-8"'), login, cnonce)).toBe(
    "Basic dGVzdDoxMjPCow==",
  );
  const both = parseChallenges(['Basic realm="cam"', 'Digest realm="cam", nonce="1"']);
  expect(authorize(both, login, cnonce)).toMatch(/^Digest /);
  const unusable = parseChallenges('Basic realm="cam", Digest realm="cam", nonce="1", algorithm=TOKEN');
  expect(authorize(unusable, login, cnonce)).toBeUndefined();
  expect(authorize(parseChallenges("Bearer"), login, cnonce)).toBeUndefined();
});

test("several challenges in one header are told apart, with commas and equals signs inside quotes", () => {
  expect(
    parsed('Digest realm="a, b=\\"c\\"", nonce="x==", stale=TRUE, Basic realm="IP Camera(1234)", Negotiate'),
  ).toEqual([
    { scheme: "digest", realm: 'a, b=\\"c\\"', nonce: "x==", stale: "TRUE" },
    { scheme: "basic", realm: "IP Camera(1234)" },
    { scheme: "negotiate" },
  ]);
});

test("unquoted values with spaces, missing commas, odd spacing and an unclosed quote are taken", () => {
  expect(parsed("Digest realm=IP Camera (1), nonce=abc/+=,algorithm=MD5")).toEqual([
    { scheme: "digest", realm: "IP Camera (1)", nonce: "abc/+=", algorithm: "MD5" },
  ]);
  expect(parsed('DIGEST  Realm = "cam" nonce="n" algorithm=MD5 qop="auth"')).toEqual([
    { scheme: "digest", realm: "cam", nonce: "n", algorithm: "MD5", qop: "auth" },
  ]);
  expect(parsed('Digest realm="cam", nonce="open')).toEqual([
    { scheme: "digest", realm: "cam", nonce: "open" },
  ]);
});

test("a server that only accepts auth-int gets the body's hash in", () => {
  const challenges = parseChallenges('Digest realm="r", nonce="n", qop="auth-int"');
  const full = answered(authorize(challenges, { ...mufasa, body: Buffer.from("x") }, cnonce));
  expect(full).toMatchObject({ qop: "auth-int", response: "de31786d917fe65273670a2022c3cb12" });
});

test("stale is read whatever its case, and only as a true one", () => {
  expect(isStale(parseChallenges('Digest realm="r", nonce="n", stale=True'))).toBe(true);
  expect(isStale(parseChallenges('Digest realm="r", nonce="n", stale="true"'))).toBe(true);
  expect(isStale(parseChallenges('Digest realm="r", nonce="n", stale=false'))).toBe(false);
  expect(isStale(parseChallenges('Digest realm="r", nonce="n"'))).toBe(false);
});

test("logins and realms beyond ASCII are hashed and sent as UTF-8, and a quote in a user name is escaped", () => {
  const realm = Buffer.from("Máy quay", "utf8").toString("latin1");
  const login = { ...mufasa, username: "quản trị", password: "mật khẩu" };
  const header = authorize(parseChallenges(`Digest realm="${realm}", nonce="n"`), login, cnonce) ?? "";
  expect(Buffer.from(header, "latin1").toString("utf8")).toContain(
    'username="quản trị", realm="Máy quay", nonce="n", uri="/dir/index.html", response="84683139b356a4654533ae96bcffab62"',
  );
  const quoted = authorize(
    parseChallenges('Digest realm="r", nonce="n"'),
    { ...mufasa, username: 'a"b' },
    cnonce,
  );
  expect(quoted).toContain('username="a\\"b"');
});

const pieces = fc.oneof(
  fc.constantFrom(
    "Digest ",
    "Basic ",
    "realm=",
    'nonce="',
    '"',
    ",",
    " ",
    "=",
    "\\",
    'qop="auth"',
    "stale=true",
  ),
  fc.string({ maxLength: 8 }),
);

test("any header is read without a throw, into bounded and printable answers", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.array(pieces).map((parts) => parts.join("")),
        { maxLength: 20 },
      ),
      (headers) => {
        const challenges = parseChallenges(headers);
        expect(challenges.length).toBeLessThanOrEqual(16);
        chooseChallenge(challenges);
        expect(authorize(challenges, mufasa, cnonce) ?? "").not.toMatch(/[\r\n]/);
      },
    ),
  );
});

test("a header without end costs no more than its first part", () => {
  for (const filler of ["a ", ",", "a=b ", '\\"', "Digest "]) {
    const challenges = parseChallenges([`Digest realm="x", ${filler.repeat(500_000)}`]);
    expect(challenges.length).toBeLessThanOrEqual(16);
    for (const { parameters } of challenges) expect(parameters.size).toBeLessThanOrEqual(32);
  }
});
