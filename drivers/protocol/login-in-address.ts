import type { Login } from "../../agent/model/camera.ts";

/**
 * Recorders of XM and its many brands want the login inside the stream's path ("/user=admin&password=…&channel=1"). In
 * the configuration `{username}` and `{password}` stand for it; what is sent and what is shown are two addresses.
 */

/** That the login stands in the address: it is given by asking for it, and what is told may quote it. */
export interface InAddress {
  /** Takes the login out of a text. */
  readonly hide: (text: string) => string;
}

const PLACEHOLDER = /\{(username|password)\}/g;

export function wantsLogin(template: string): boolean {
  return template.search(PLACEHOLDER) !== -1;
}

/** The address to send: every placeholder filled, percent-encoded so that no part of the login ends a path or query. */
export function fillLogin(template: string, login: Login): string {
  return template.replaceAll(PLACEHOLDER, (_, part: keyof Login) =>
    encodeURIComponent(login[part].toWellFormed()),
  );
}

/** So much of a password is worth hiding; less occurs in any text by itself, and is none. */
const LEAST_CHARACTERS = 4;

/** Takes a password out of texts of a camera that may quote the address, also where the text was cut within it. */
export function hiding({ password }: Login): (text: string) => string {
  const forms = [password, encodeURIComponent(password.toWellFormed())];
  return (text) => {
    let shown = "";
    for (let at = 0; at < text.length; ) {
      const length = Math.max(...forms.map((form) => sharedLength(text, at, form)));
      shown += length < LEAST_CHARACTERS ? text[at] : "***";
      at += length < LEAST_CHARACTERS ? 1 : length;
    }
    return shown;
  };
}

/** How many characters of `form` the text has from `at` on. */
function sharedLength(text: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && text[at + length] === form[length]) length++;
  return length;
}
