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
  "%_d %_H %^a %^b %-y %-e": " 4  9 THU JUL 24 4",
};

/** What Python's strftime writes for two times near the turn of a year. */
const PYTHON: Record<string, readonly [string, string]> = {
  "%j %U %W %V %G %g": ["001 00 00 01 2026 26", "365 52 53 01 2025 25"],
  "%u %w %C %h": ["4 4 20 Jan", "1 1 20 Dec"],
  "%k %l %P %R %r": [" 0 12 am 00:05 12:05:09 AM", "13  1 pm 13:00 01:00:00 PM"],
  "%c|%x|%X|%D": [
    "Thu Jan  1 00:05:09 2026|01/01/26|00:05:09|01/01/26",
    "Mon Dec 30 13:00:00 2024|12/30/24|13:00:00|12/30/24",
  ],
  "%f%z%Z|%n%t": ["000000|\n\t", "000000|\n\t"],
  "%i %o %q %v %E %J %K %L %N %O": ["%i %o %q %v %E %J %K %L %N %O", "%i %o %q %v %E %J %K %L %N %O"],
};
const FIRST = { year: 2026, month: 1, day: 1, hour: 0, minute: 5, second: 9 };
const LAST = { year: 2024, month: 12, day: 30, hour: 13, minute: 0, second: 0 };
for (const [format, expected] of Object.entries(PYTHON)) {
  test(`as Python writes ${format}`, () => {
    assert.deepEqual([formatTime(FIRST, format), formatTime(LAST, format)], expected);
  });
}
for (const [format, expected] of Object.entries(CASES)) {
  test(format, () => {
    assert.equal(formatTime(NOW, format), expected);
  });
}

test("midnight and noon", () => {
  assert.equal(formatTime({ ...NOW, hour: 0 }, "%I %p"), "12 AM");
  assert.equal(formatTime({ ...NOW, hour: 12 }, "%I %p"), "12 PM");
});
