// The full description of a setting, for editors.
import type { Setting } from "./setting.ts";

/** Markdown, of which only `code` and links such as `#laser.relaxed.topK#` are used. */
export function description({ text, note, promptKeys, scope }: Setting): string {
  const [key] = promptKeys ?? [];
  const does = scope === "machine-overridable" ? "may choose within it" : "takes precedence";
  const ofFile = key === undefined ? undefined : `A prompt file's \`${key}\` ${does}.`;
  return [text, ofFile, note].filter((part) => part !== undefined).join(" ");
}
