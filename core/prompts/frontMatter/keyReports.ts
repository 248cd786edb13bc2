// How what is wrong with a key of the front matter is reported.
import { nearestName, t } from "../../base/index.ts";
import { otherPlace } from "../otherPlace.ts";
import type { Entry, YamlReader } from "./yamlReader.ts";

export function wrongType(entry: Entry, wanted: string, reader: YamlReader): null {
  return reportType("error", entry, wanted, reader);
}

/** For a key that doesn't change what the model gets: the file runs. */
export function wrongNote(entry: Entry, wanted: string, reader: YamlReader): null {
  return reportType("warning", entry, wanted, reader);
}

function reportType(severity: "error" | "warning", entry: Entry, wanted: string, reader: YamlReader): null {
  const message = t('"{0}" must be {1}.', entry.key, wanted);
  reader.report({ severity, code: "wrongType", message, nextStep: null, span: entry.span });
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
      message: t('"{0}" is not a key of {1} that is used here.', key, where),
      nextStep:
        place ??
        (near === null ? t("Remove it, or leave it for other tools.") : t('Did you mean "{0}"?', near)),
      span: keySpan,
    });
  }
}
