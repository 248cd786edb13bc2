// Times as chat templates write them.
import assert from "node:assert/strict";
import { test } from "vitest";
import { formatTime } from "../../../../core/prompts/index.ts";
import { NOW } from "./templates.ts";

const CASES: Record<string, string> = {
  "%d %b %Y": "04 Jul 2024",
  "%B %-d, %y": "July 4, 24",
  "%A %a %e": "Thursday Thu  4",
  "%H:%M:%S %I %p": "09:05:07 09 AM",
  "%F %T": "2024-07-04 09:05:07",
  "%m %% %Q %": "07 % %Q %",
  "%-m %-I": "7 9",
};
for (const [format, expected] of Object.entries(CASES)) {
  test(format, () => {
    assert.equal(formatTime(NOW, format), expected);
  });
}

test("midnight and noon", () => {
  assert.equal(formatTime({ ...NOW, hour: 0 }, "%I %p"), "12 AM");
  assert.equal(formatTime({ ...NOW, hour: 12 }, "%I %p"), "12 PM");
});
