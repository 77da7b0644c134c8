/** The slice of a logger that the agent uses. Transitions are logged, repeats are counted, secrets are scrubbed. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
