import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import {
  addressing,
  envelope,
  readSoap,
  refusesAction,
  refusesLogin,
  usernameToken,
} from "../../drivers/protocol/soap.ts";
import { childAt, parseXml, textAt } from "../../drivers/protocol/xml.ts";

function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/onvif/${name}.xml`, import.meta.url), "utf8");
}

function faultOf(name: string) {
  const read = readSoap(fixture(name));
  if (!read.ok || read.value.kind !== "fault") throw new Error("no fault");
  return read.value.fault;
}

function tokenOf(header: string) {
  const parsed = parseXml(envelope(header, "<Ask/>"));
  if (!parsed.ok) throw new Error(parsed.error.en);
  return childAt(parsed.value, "Header", "Security", "UsernameToken");
}

test("the password digest is that of the UsernameToken profile, in UTF-8", () => {
  const login = { username: "kỹ thuật", password: "mật khẩu & <ổ khóa>" };
  const nonce = Buffer.from("0123456789abcdef");
  const token = tokenOf(usernameToken(login, Date.UTC(2026, 10, 24, 1, 2, 3, 4), nonce));
  const created = "2026-11-24T01:02:03.004Z";
  const digest = createHash("sha1")
    .update(nonce)
    .update(created)
    .update(login.password, "utf8")
    .digest("base64");
  expect(textAt(token, "Password")).toBe(digest);
  expect(textAt(token, "Created")).toBe(created);
  expect(textAt(token, "Nonce")).toBe(nonce.toString("base64"));
});

test("a user name with & and < arrives as it is, and the envelope stays well-formed", () => {
  const token = tokenOf(usernameToken({ username: `a&b<c>"d'`, password: "x" }, 0, new Uint8Array(16)));
  expect(textAt(token, "Username")).toBe(`a&b<c>"d'`);
});

test("reference parameters are echoed as headers with their own namespace (Axis: SubscriptionId)", () => {
  const parsed = parseXml(fixture("create-pull-point-axis"));
  if (!parsed.ok) throw new Error(parsed.error.en);
  const reference = childAt(
    parsed.value,
    "Body",
    "CreatePullPointSubscriptionResponse",
    "SubscriptionReference",
  );
  const parameters = childAt(reference, "ReferenceParameters")?.children ?? [];
  const header = addressing({
    action: "urn:act?a&b",
    to: "http://c/s?a=1&b=2",
    messageId: "urn:uuid:1",
    parameters,
  });
  const sent = parseXml(envelope(header, "<Ask/>"));
  if (!sent.ok) throw new Error(sent.error.en);
  expect(childAt(sent.value, "Header", "SubscriptionId")).toMatchObject({
    namespace: "http://www.axis.com/2009/event",
    text: "17",
  });
  expect(textAt(sent.value, "Header", "To")).toBe("http://c/s?a=1&b=2");
});

test("faults are read with all subcodes, of SOAP 1.2 and 1.1", () => {
  expect(faultOf("fault-action-not-supported")).toEqual({
    codes: ["Receiver", "ActionNotSupported", "NoPullPoint"],
    reason: "Optional Action Not Implemented",
  });
  expect(faultOf("fault-soap11")).toEqual({ codes: ["Client"], reason: "Authority failure" });
});

test("a refused login is told from a missing call", () => {
  expect(refusesLogin(faultOf("fault-not-authorized"))).toBe(true);
  expect(refusesLogin(faultOf("fault-soap11"))).toBe(true);
  expect(refusesLogin(faultOf("fault-action-not-supported"))).toBe(false);
  expect(refusesAction(faultOf("fault-action-not-supported"))).toBe(true);
  expect(refusesAction(faultOf("fault-not-authorized"))).toBe(false);
});

test("what is no SOAP envelope is said to be none", () => {
  expect(readSoap("<html><body>401</body></html>")).toEqual({ ok: false, error: evidenceTexts.noEnvelope });
  expect(readSoap("<Envelope><Body/></Envelope>")).toEqual({ ok: false, error: evidenceTexts.emptyBody });
});
