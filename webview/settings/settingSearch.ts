// Which settings a search finds: every word must occur in the key, the label, the texts or the choices; "@"
// filters by state, as in the editor's own settings. Pure.
import type { SettingView } from "../../extension/shared/settingsEditor.ts";
import { factsOf } from "./settingFacts.ts";
import { partsText } from "./textParts.ts";

/** The "@" filters, as shown in the search box. */
export const FILTER_WORDS = "@modified, @scope:user, @scope:workspace, @scope:folder";

/** In the given order; all of them for a search without words. */
export function foundSettings(settings: readonly SettingView[], search: string): readonly SettingView[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return settings.filter((setting) => words.every((word) => matches(setting, word)));
}

function matches(setting: SettingView, word: string): boolean {
  const { values } = setting;
  if (word === "@modified") return values.length > 0;
  const [, filter, wanted = ""] = /^@(scope):(.+)$/.exec(word) ?? [];
  if (filter !== undefined) return values.some(({ target }) => target.split(":")[0] === wanted);
  return textOf(setting).includes(word);
}

function textOf(view: SettingView): string {
  const { group, category, label, description, setting } = factsOf(view);
  const choices = setting.kind === "choice" ? Object.entries(setting.choices).flat() : [];
  return [view.key, group, category, label, partsText(description), ...choices].join(" ").toLowerCase();
}
