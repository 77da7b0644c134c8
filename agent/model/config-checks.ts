import type { z } from "zod";
import { configSchema } from "./config.ts";
import { cameraCommonSchema, drivers } from "./config-camera.ts";
import { hasLogin, isSecretKey, showFound } from "./config-found.ts";
import { valueAt } from "./config-issues.ts";
import type { Finding, KeyPath } from "./config-problem.ts";
import { parseDuration } from "./duration.ts";
import { configTexts } from "./messages/config.ts";
import { describeForm } from "./messages/forms.ts";
import { compose, type Message } from "./messages/text.ts";
import { nodeAt, schemaTree } from "./schema-tree.ts";

/**
 * What the schema cannot say because it concerns several keys, or every key. These look at the values as YAML gave
 * them, so that they are told together with what the schema finds; each passes over what has the wrong type.
 */
export function crossChecks(value: unknown): Finding[] {
  return [
    ...misplacedSecrets(value),
    ...duplicates(value, ["cameras"], "id", "duplicate-camera", configTexts.duplicateCamera),
    ...(["name", "key"] as const).flatMap((key) =>
      duplicates(
        value,
        ["unit", "commandKeys"],
        key,
        "duplicate-command-key",
        configTexts.duplicateCommandKey,
      ),
    ),
    ...tlsPairs(value),
    ...reconnectOrder(value),
  ];
}

/** A camera whose driver is not known fits no schema; what every camera has is checked all the same. */
export function issuesWithoutDriver(value: unknown): z.core.$ZodIssue[] {
  return listAt(value, ["cameras"]).flatMap((camera, index) => {
    if (typeof camera !== "object" || camera === null || Array.isArray(camera)) return [];
    if (drivers.some((driver) => driver === textAt(camera, "driver"))) return [];
    const issues = cameraCommonSchema.safeParse(camera).error?.issues ?? [];
    return issues.map((issue) => ({ ...issue, path: ["cameras", index, ...issue.path] }));
  });
}

/** Passwords where none belong: keys that are named so, and addresses with a login in them. */
function misplacedSecrets(value: unknown): Finding[] {
  const findings: Finding[] = [];
  const visit = (current: unknown, path: KeyPath) => {
    if (typeof current === "string") {
      const key = path.at(-1);
      if (key === "name" || key === "commune" || !hasLogin(current, key === "address")) return;
      const form = nodeAt(schemaTree(configSchema), path, value)?.form;
      const allowed = describeForm(form ?? { kind: "text", min: 0, max: Number.POSITIVE_INFINITY });
      const text = compose(configTexts.secretInAddress, { allowed });
      findings.push({ severity: "error", kind: "secret", path, at: "value", allowed, text });
    } else if (Array.isArray(current)) {
      for (const [index, entry] of current.entries()) visit(entry, [...path, index]);
    } else if (typeof current === "object" && current !== null) {
      for (const [key, entry] of Object.entries(current)) {
        if (isSecretKey(key)) findings.push(secretKey([...path, key]));
        else visit(entry, [...path, key]);
      }
    }
  };
  visit(value, []);
  return findings;
}

const secretKey = (path: KeyPath): Finding => ({
  severity: "error",
  kind: "secret",
  path,
  at: "key",
  text: configTexts.secretKey,
});

/** Entries of a list that have the same text at a key. */
function duplicates(
  value: unknown,
  list: KeyPath,
  key: string,
  kind: Finding["kind"],
  message: Message,
): Finding[] {
  const firstIndex = new Map<string, number>();
  return listAt(value, list).flatMap((entry, index): Finding[] => {
    const text = textAt(entry, key);
    if (text === undefined) return [];
    const first = firstIndex.get(text);
    if (first === undefined) {
      firstIndex.set(text, index);
      return [];
    }
    const found = showFound(text, undefined);
    return [
      {
        severity: "error",
        kind,
        path: [...list, index, key],
        at: "value",
        found,
        text: compose(message, { found }),
        other: [...list, first, key],
      },
    ];
  });
}

function tlsPairs(value: unknown): Finding[] {
  const broker = valueAt(["broker"], value);
  return (
    [
      ["certificate", "key"],
      ["key", "certificate"],
    ] as const
  ).flatMap(([present, other]): Finding[] =>
    textAt(broker, present) === undefined || valueAt([other], broker) !== undefined
      ? []
      : [
          {
            severity: "error",
            kind: "pair",
            path: ["broker", present],
            at: "key",
            text: compose(configTexts.needsOther, { other }),
          },
        ],
  );
}

function reconnectOrder(value: unknown): Finding[] {
  const path = ["broker", "reconnect"];
  const group = valueAt(path, value);
  if (textAt(group, "min") === undefined && textAt(group, "max") === undefined) return [];
  const preset = (key: string) => nodeAt(schemaTree(configSchema), [...path, key], value)?.preset;
  const written = (key: string) => textAt(group, key) ?? String(preset(key) ?? "");
  const [min, max] = [written("min"), written("max")];
  if ((parseDuration(min) ?? 0) <= (parseDuration(max) ?? Number.POSITIVE_INFINITY)) return [];
  const key = textAt(group, "min") === undefined ? "max" : "min";
  return [
    {
      severity: "error",
      kind: "order",
      path: [...path, key],
      at: "value",
      found: showFound(written(key), undefined),
      text: compose(configTexts.minAboveMax, { min, max }),
    },
  ];
}

function listAt(value: unknown, path: KeyPath): readonly unknown[] {
  const list = valueAt(path, value);
  return Array.isArray(list) ? list : [];
}

function textAt(group: unknown, key: string): string | undefined {
  const value = valueAt([key], group);
  return typeof value === "string" ? value : undefined;
}
