// The full description of a setting, for editors.
import { t } from "../base/index.ts";
import type { Setting } from "./setting.ts";

/** Markdown, of which only `code` and links such as `#laser.relaxed.topK#` are used. */
export function description({ text, note, promptKeys, scope }: Setting): string {
  const [key] = promptKeys ?? [];
  const does = scope === "machine-overridable" ? t("may narrow this down") : t("takes precedence");
  const ofFile = key === undefined ? undefined : t("A prompt file's `{0}` {1}.", key, does);
  return [text, ofFile, note].filter((part) => part !== undefined).join(" ");
}
