// How what is wrong with a key of the front matter is reported.
import { nearestName } from "./nearest.ts";
import { otherPlace } from "./otherPlace.ts";
import type { Entry, YamlReader } from "./yamlReader.ts";

export function wrongType(entry: Entry, wanted: string, reader: YamlReader): null {
  const message = `"${entry.key}" must be ${wanted}.`;
  reader.report({ severity: "error", code: "wrongType", message, nextStep: null, span: entry.span });
  return null;
}

export function wrongValue(entry: Entry, message: string, nextStep: string | null, reader: YamlReader): void {
  reader.report({ severity: "error", code: "wrongValue", message, nextStep, span: entry.span });
}

export function reportUnknown(
  entries: readonly Entry[],
  known: readonly string[],
  where: string,
  reader: YamlReader,
): void {
  for (const { key, keySpan } of entries) {
    if (known.includes(key)) continue;
    const place = otherPlace(key, where);
    const near = nearestName(key, known);
    reader.report({
      severity: "warning",
      code: "unknownKey",
      message: `"${key}" is not a key of ${where} that is used here.`,
      nextStep:
        place ?? (near === null ? "Remove it, or leave it for other tools." : `Did you mean "${near}"?`),
      span: keySpan,
    });
  }
}
