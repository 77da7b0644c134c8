/** Commands that a site takes, as `info` lists them. What each takes is in `command.ts`. */
export const commandNames = ["ping", "receipt", "resend", "checkpoint"] as const;
export type CommandName = (typeof commandNames)[number];
