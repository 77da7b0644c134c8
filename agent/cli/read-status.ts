import manifest from "../../package.json" with { type: "json" };
import { readSmallFile } from "../io/small-file.ts";
import { statusTexts } from "../model/messages/cli-status.ts";
import { compose, type Message } from "../model/messages/text.ts";
import { type AgentStatus, statusSchema } from "../model/status.ts";
import { visible } from "../model/visible.ts";

export type StatusRead =
  | { readonly kind: "read"; readonly status: AgentStatus }
  /** A running agent has one: none runs. */
  | { readonly kind: "absent"; readonly text: Message }
  /** There is a file that says nothing about whether the agent runs. */
  | {
      readonly kind: "unknown";
      readonly why: "unreadable" | "damaged" | "other-version";
      readonly text: Message;
      readonly next: Message;
    };

/** 512 cameras come to about 1 MB. */
const LARGEST_STATUS_BYTES = 16_777_216;

export async function readStatus(file: string): Promise<StatusRead> {
  const bytes = await readSmallFile(file, LARGEST_STATUS_BYTES);
  if (!bytes.ok) {
    if (bytes.error.absent) return { kind: "absent", text: compose(statusTexts.fileMissing, { file }) };
    const { text } = bytes.error;
    return { kind: "unknown", why: "unreadable", text, next: statusTexts.unreadableNext };
  }
  const value = parseJson(Buffer.from(bytes.value).toString("utf8"));
  const read = statusSchema.safeParse(value);
  if (read.success) return { kind: "read", status: read.data };
  const theirs = versionOf(value);
  if (theirs !== undefined && theirs !== manifest.version) {
    const text = compose(statusTexts.otherVersion, { file, theirs: visible(theirs), ours: manifest.version });
    return { kind: "unknown", why: "other-version", text, next: statusTexts.otherVersionNext };
  }
  const text = compose(statusTexts.damaged, { file });
  return { kind: "unknown", why: "damaged", text, next: statusTexts.damagedNext };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const LONGEST_VERSION = 40;

function versionOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("version" in value)) return undefined;
  return typeof value.version === "string" ? value.version.slice(0, LONGEST_VERSION) : undefined;
}
