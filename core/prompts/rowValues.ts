// A prompt file that is filled from rows of data, many times over, instead of being tried out with its
// samples.
import type { PromptFile, PromptValue } from "./promptFile.ts";

/**
 * The file without its sample values, which are for trying it out: a row without a value must not be answered with the
 * sample's. What the front matter reads from a file stays: it is part of the prompt.
 */
export function withoutSamples(file: PromptFile): PromptFile {
  const variables = file.variables.map((variable) =>
    variable.isFromFile ? variable : { ...variable, value: null, isNull: false },
  );
  // A missing sample is a problem only for trying the file out.
  const problems = file.problems.filter(({ code }) => code !== "variableWithoutValue");
  return { ...file, variables, problems };
}

/** Those values of a row that the file has variables for: a row may hold more than one prompt asks for. */
export function rowValues(
  { variables }: Pick<PromptFile, "variables">,
  values: Readonly<Record<string, PromptValue>>,
): Record<string, PromptValue> {
  const wanted = new Set(variables.map(({ name }) => name));
  return Object.fromEntries(Object.entries(values).filter(([name]) => wanted.has(name)));
}
