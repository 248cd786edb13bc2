// Writes sample values into the front matter of a prompt file; comments and everything else are kept.
import { t } from "../../base/index.ts";
import { parseDocument } from "yaml";
import { splitFile } from "../frontMatter/frontMatter.ts";
import type { PromptValue } from "../promptValue.ts";

/**
 * The file with these values under `sample:`; samples of other names stay. A file without front matter gets
 * one.
 * @throws Error if the front matter is not valid YAML, or its `sample` is not a map
 */
export function withSamples(source: string, values: Readonly<Record<string, PromptValue>>): string {
  const { yaml } = splitFile(source, () => undefined);
  const written = yaml === null ? "" : source.slice(yaml.start, yaml.end);
  const document = parseDocument(written);
  const [error] = document.errors;
  if (error !== undefined) throw new Error(error.message);
  const sample = document.get("sample");
  if (typeof sample === "string") throw new Error(t("its samples are in a file of their own"));
  for (const [name, value] of Object.entries(values))
    document.setIn(["sample", name], document.createNode(value));
  // Long texts stay on their line: folding them would change what the user wrote elsewhere.
  const text = document.toString({ lineWidth: 0 });
  if (yaml === null) return `---\n${text}---\n${source}`;
  return source.slice(0, yaml.start) + text + source.slice(yaml.end);
}
