import type { CommandTable } from "./dispatch.ts";

/** The commands in the order in which the help shows them. */
export const commands: CommandTable = {
  run: () => import("./run.ts"),
  "check-config": () => import("./check-config.ts"),
  probe: () => import("./probe.ts"),
  discover: () => import("./discover.ts"),
  "camera list": () => import("./camera-list.ts"),
  "camera add": () => import("./camera-add.ts"),
  "camera import": () => import("./camera-import.ts"),
  "camera export": () => import("./camera-export.ts"),
  "camera test": () => import("./camera-test.ts"),
  "camera passwd": () => import("./camera-passwd.ts"),
  "camera rename": () => import("./camera-rename.ts"),
  "camera remove": () => import("./camera-remove.ts"),
  status: () => import("./status.ts"),
  watch: () => import("./watch.ts"),
  verify: () => import("./verify.ts"),
  "journal status": () => import("./journal-status.ts"),
  "journal verify": () => import("./journal-verify.ts"),
  "journal export": () => import("./journal-export.ts"),
  "journal resend": () => import("./journal-resend.ts"),
  demo: () => import("./demo.ts"),
};
