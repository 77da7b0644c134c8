import { expect, test } from "vitest";
import { showAudit } from "../../agent/cli/show-audit.ts";
import type { AuditData } from "../../agent/model/event.ts";
import type { Language } from "../../agent/model/messages/text.ts";

const shown = (audit: Partial<AuditData>, language: Language) =>
  showAudit({ action: "resend", request: "r1", outcome: "done", ...audit }, language)
    .map(({ text }) => text)
    .join("");

test("what was asked for, by whom, and what came of it is told in both languages", () => {
  expect(shown({ by: "Lan" }, "en")).toBe("send events again: done (Lan)");
  expect(shown({ by: "Lan" }, "vi")).toBe("Yêu cầu gửi lại sự kiện: đã thực hiện (Lan)");
  const refused = { outcome: "refused", reason: "replayed", by: "Lan", suppressed: 7 } as const;
  expect(shown(refused, "en")).toBe(
    "send events again: refused, it was taken before (Lan; 7 more were neither answered nor written down)",
  );
  expect(shown(refused, "vi")).toBe(
    "Yêu cầu gửi lại sự kiện: bị từ chối, lệnh này đã được nhận trước đó (Lan; 7 lệnh khác không được trả lời và không ghi lại)",
  );
  expect(shown({ action: "receipt", count: 100 }, "vi")).toBe("Báo đã lưu sự kiện: đã thực hiện (100 lần)");
});

test("words of another version are shown as they are", () => {
  expect(shown({ action: "constructor", outcome: "refused", reason: "toString" }, "vi")).toBe(
    "constructor: bị từ chối, toString",
  );
});
