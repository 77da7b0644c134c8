import * as z from "zod";
import { namedForms } from "./forms.ts";

/**
 * What text of one line cannot hold: control characters, which could drive a terminal or break a request; marks that
 * turn the direction of writing, so that a name reads as another; line separators; halves of characters.
 */
const UNFIT = String.raw`\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\uFEFF`;

/** One line that something can be seen of: a name, a code that others gave. */
const NAME = new RegExp(String.raw`^(?=.*[\p{L}\p{N}])[^${UNFIT}]*$`, "u");
const LINE = new RegExp(`^[^${UNFIT}]*$`, "u");
/** Without spaces too: what stands in an address or the first line of a request. */
const WORD = new RegExp(String.raw`^[^${UNFIT}\p{Cf}\s]+$`, "u");
const PATH = new RegExp(String.raw`^/[^${UNFIT}\p{Cf}\s]*$`, "u");
const FOLDER = new RegExp(`^/[^${UNFIT}]*$`, "u");
/** Ends in a name: neither in a slash nor in "." or "..". Nobody means a space at either end. */
const FILE = new RegExp(String.raw`^(?!\s)(?!.*\s$)(?!(?:.*/)?\.{0,2}$)[^${UNFIT}]+$`, "u");

const LONGEST_PATH = 1_024;

/** What people or devices are called by: at most `max` characters. */
export const nameText = (max: number) =>
  z.string().min(1).max(max).regex(NAME).register(namedForms, { kind: "name", max });

/** Any text of one line, also an empty or blank one: a password. */
export const lineText = (max: number) =>
  z.string().max(max).regex(LINE).register(namedForms, { kind: "line", max });

/** The path of an address: "/onvif/device_service". */
export const pathText = z.string().max(LONGEST_PATH).regex(PATH).register(namedForms, { kind: "path" });

/** The path of a file. Whether a folder has that name is not known here. */
export const fileText = z
  .string()
  .min(1)
  .max(LONGEST_PATH)
  .regex(FILE)
  .register(namedForms, { kind: "file" });

/** The absolute path of a folder. */
export const folderText = z
  .string()
  .min(1)
  .max(LONGEST_PATH)
  .regex(FOLDER)
  .register(namedForms, { kind: "folder" });

export const isWord = (text: string) => WORD.test(text);
