import { readConfig } from "./config-file.ts";

/** A program of its own: writes what `readConfig` gives for the file that it is called with, as JSON, and ends. See config-apart.ts. */
void readConfig(process.argv[2] ?? "", process.env).then((read) => {
  process.stdout.write(JSON.stringify(read));
});
