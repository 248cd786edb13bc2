// What a name of the template holds by the sample values, also one that the template sets itself: `for film in films`,
// `set first = films[0]` only as far as plain paths go. It reads text, not a tree: half an expression has none yet.
import { t } from "../../base/index.ts";
import type { ReadPrompt } from "../parse.ts";
import type { PromptValue } from "../promptValue.ts";

/** What a loop offers about itself. */
export const LOOP_TEXTS: Readonly<Record<string, string>> = {
  index: t("The number of the item, from 1."),
  index0: t("The number of the item, from 0."),
  revindex: t("How many items are left, this one included."),
  revindex0: t("How many items are left after this one."),
  first: t("Whether it is the first item."),
  last: t("Whether it is the last item."),
  length: t("How many items there are."),
  previtem: t("The item before this one."),
  nextitem: t("The item after this one."),
  depth: t("How deep a recursive loop is, from 1."),
  depth0: t("How deep a recursive loop is, from 0."),
  cycle: t("One of its arguments after another: `loop.cycle('odd', 'even')`."),
  changed: t("Whether the value differs from that of the item before."),
};

const NAME = String.raw`[\p{L}_][\p{L}\p{Nd}_]*`;
const BINDING = new RegExp(
  String.raw`\{%[-+]?\s*(?:for\s+(?<item>${NAME})\s+in|set\s+(?<name>${NAME})\s*=)\s*(?<path>${NAME}(?:\.${NAME})*)\s*(?:%\}|[-+|]|if\b|recursive\b)`,
  "gu",
);
/** Names that are set by names that are set, and so on. */
const FARTHEST = 10;

/**
 * The value at a path such as ["film", "title"], where the place reads it; undefined if that is not known.
 * @param offset into the template
 */
export function sampleValueAt(
  { template, file }: Pick<ReadPrompt, "template" | "file">,
  path: readonly string[],
  offset: number,
  left = FARTHEST,
): PromptValue | undefined {
  const [name, ...parts] = path;
  if (name === undefined || left === 0) return undefined;
  const bound = [...template.source.slice(0, offset).matchAll(BINDING)].findLast(
    ({ groups }) => groups?.item === name || groups?.name === name,
  );
  let value: PromptValue | undefined;
  if (bound === undefined) value = file.variables.find((known) => known.name === name)?.value;
  else {
    const from = sampleValueAt({ template, file }, bound.groups!.path!.split("."), bound.index, left - 1);
    value = bound.groups!.item === undefined ? from : anyItemOf(from);
  }
  for (const part of parts) value = isValueMap(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  return value ?? undefined;
}

/** The first item of a list; of maps, with the keys that only later ones have. */
function anyItemOf(list: PromptValue | undefined): PromptValue | undefined {
  if (!Array.isArray(list)) return undefined;
  const items: readonly PromptValue[] = list;
  const maps = items.filter(isValueMap);
  const [first] = maps;
  if (first === undefined) return items[0];
  return Object.fromEntries([...maps, first].flatMap((map) => Object.entries(map)));
}

export function isValueMap(value: PromptValue | undefined): value is Readonly<Record<string, PromptValue>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
