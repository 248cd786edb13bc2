// Finds front matter that is not read as such, because something comes before it: its YAML would be sent to the model.
import { t } from "../../base/index.ts";
import type { Report } from "../problem.ts";
import { roleLineOf } from "../roles.ts";
import { TOP_KEYS } from "./keyTexts.ts";

/**
 * What authors put before front matter without thinking of it as the prompt's text: comments, code fences, invisible
 * characters.
 */
const ASIDE = /^(?:\s|\p{Cf})*(?:#.*|\/\/.*|;.*|<!--.*-->|`{3,}\w*)?\s*$/u;
const FENCE = /^(?:\s|\p{Cf})*(?:-{3,}|\+{3,})(?:[\s#].*|\w+\s*)?$/u;
const KEY = /^\s*["']?(\w+)["']?\s*:/;
/** Lines that are looked at: no header is longer. */
const MOST_LINES = 40;

/** Reports front matter after lines of `source` that hold no message; for a file in which none was found. */
export function reportMisplaced(source: string, report: Report): void {
  let start = 0;
  for (const line of source.split(/\r\n|\n|\r/, MOST_LINES)) {
    if (FENCE.test(line)) {
      const after = source.slice(start + line.length).trimStart();
      const key = KEY.exec(after.slice(0, 200))?.[1];
      if (key === undefined || !Object.hasOwn(TOP_KEYS, key)) return;
      report({
        severity: "warning",
        code: "frontMatterMisplaced",
        message: t("These lines look like front matter, but are sent to the model as text."),
        nextStep: t('Put a line of exactly "---" at the start of the file, and one after the last key.'),
        span: { start, end: start + line.length },
      });
      return;
    }
    if (!ASIDE.test(line) || roleLineOf(line) !== null) return;
    start += line.length;
    start += source.startsWith("\r\n", start) ? 2 : 1;
  }
}
