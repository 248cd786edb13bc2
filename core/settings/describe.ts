// The full description of a setting, for editors.
import type { Setting } from "./setting.ts";

/** Markdown, of which only `code` and links such as `#laser.relaxed.topK#` are used. */
export function description({ text, note, promptKeys }: Setting): string {
  const [key] = promptKeys ?? [];
  const ofFile = key === undefined ? undefined : `A prompt file's \`${key}\` takes precedence.`;
  return [text, ofFile, note].filter((part) => part !== undefined).join(" ");
}
