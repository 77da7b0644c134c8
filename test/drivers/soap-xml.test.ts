import fc from "fast-check";
import { expect, test } from "vitest";
import { childAt, escapeXml, parseXml, textAt } from "../../drivers/protocol/xml.ts";

function root(text: string) {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.en);
  return parsed.value;
}

function errorOf(text: string) {
  const parsed = parseXml(text);
  return parsed.ok ? undefined : parsed.error.en;
}

test("names lose their prefixes, and namespaces are known where they are declared", () => {
  const element = root(`<a:b xmlns:a="urn:one" a:c="1"><x xmlns="urn:two"/><lost:y/></a:b>`);
  expect(element).toMatchObject({ name: "b", namespace: "urn:one" });
  expect(element.attributes).toEqual(new Map([["c", "1"]]));
  expect(childAt(element, "x")?.namespace).toBe("urn:two");
  expect(childAt(element, "y")?.namespace).toBe("");
});

test("text keeps its digits and loses the white space around it", () => {
  expect(textAt(root("<a><b> 1.10\n</b><b>2</b></a>"), "b")).toBe("1.10");
  expect(textAt(root("<a><b>  </b></a>"), "b")).toBeUndefined();
});

test("a byte order mark, blank lines before the declaration and NULs behind the end are forgiven", () => {
  expect(root(`\ufeff\n\n<?xml version="1.0"?><a/>\n\0\0`).name).toBe("a");
});

test("a bare ampersand in an address is taken for itself", () => {
  expect(root("<a>rtsp://h/s?x=1&y=2&amp;z=3&#38;</a>").text).toBe("rtsp://h/s?x=1&y=2&z=3&");
});

test("entities that are not XML's own are refused, declared or not", () => {
  expect(errorOf("<a>&lol;</a>")).toMatch(/entity/);
  expect(errorOf(`<!DOCTYPE a [<!ENTITY lol "lol"><!ENTITY l2 "&lol;&lol;">]><a>&l2;</a>`)).toBe(
    "a document type declaration",
  );
});

test("unclosed and crossed tags are refused", () => {
  expect(errorOf("<a><b></a>")).toBeDefined();
  expect(errorOf("<a")).toBeDefined();
  expect(errorOf("")).toBeDefined();
  expect(errorOf("no xml at all")).toBeDefined();
});

test("nesting and number of elements are bounded before anything is built", () => {
  expect(errorOf("<a>".repeat(100_000))).toBe("nested deeper than 64");
  expect(errorOf(`<a>${"<b/>".repeat(30_000)}</a>`)).toBe("more than 20000 elements");
  expect(errorOf(`<a>${"<b>x</b>".repeat(19_000)}</a>`)).toBeUndefined();
});

test("tags inside comments and CDATA count for nothing", () => {
  const inside = "<x>".repeat(100);
  expect(root(`<a><!-- ${inside} --><![CDATA[${inside}]]></a>`).text).toBe(inside);
});

test("any text survives escaping and reading, less what XML cannot carry", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => {
      const element = root(`<a b="${escapeXml(text)}"/>`);
      const carried = text.toWellFormed().replaceAll(/(?![\t\n\r])[\p{Cc}\ufffe\uffff]/gu, "");
      expect(element.attributes.get("b")).toBe(carried.replaceAll(/[\t\n\r]/g, " "));
    }),
  );
});

test("no text makes the reader throw", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "<",
      ">",
      "/",
      "<a",
      "</a>",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      "<!DOCTYPE",
      "<?xml",
      "?>",
      "&",
      ";",
      '"',
      "=",
      " ",
    ),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      parseXml(pieces.join(""));
    }),
    { numRuns: 2_000 },
  );
});
