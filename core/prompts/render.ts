// Fills in the variables of a prompt file and returns its chat messages. Sections were split before, in the
// template, so a value can never open a message, whatever it contains.
import { PromptError } from "./errors.ts";
import { environmentWith } from "./jinja.ts";
import type { ChatMessage, PromptFile, PromptValue, Section } from "./promptFile.ts";
import { compileTemplate, renderTemplate, TemplateRunError, type CompiledTemplate } from "./template.ts";

export interface RenderedPrompt {
  /** One for each section of the file, in order. */
  readonly messages: readonly ChatMessage[];
  /** The values that were filled in, by variable: given ones, else sample values. */
  readonly values: ReadonlyMap<string, PromptValue>;
}

/**
 * Renders every section with the given values; sample values of the file are used for missing ones.
 * @throws PromptError promptInvalid, variableUnknown, variableMissing or renderFailed
 */
export function renderMessages(
  file: PromptFile,
  given: Readonly<Record<string, PromptValue>> = {},
): RenderedPrompt {
  if (file.problems.some(({ severity }) => severity === "error"))
    throw new PromptError({ tag: "promptInvalid", problems: file.problems });
  const values = valuesFor(file, given);
  // One environment for all: a `set` in one section applies to those after it.
  const environment = environmentWith(values);
  const messages = file.sections.map((section) => {
    const compiled = compileTemplate(section.template);
    try {
      return { role: section.role, content: renderTemplate(soundTemplate(compiled), environment) };
    } catch (error) {
      if (!(error instanceof TemplateRunError)) throw error;
      const fault = { tag: "renderFailed", role: section.role, reason: error.reason } as const;
      throw new PromptError({ ...fault, line: lineOf(section, error.offset) }, { cause: error });
    }
  });
  return { messages, values };
}

function valuesFor(file: PromptFile, given: Readonly<Record<string, PromptValue>>): Map<string, PromptValue> {
  const used = file.variables.filter(({ uses }) => uses.length > 0);
  const known = used.map(({ name }) => name);
  const names = new Set(known);
  const unknown = Object.keys(given).find((name) => !names.has(name));
  if (unknown !== undefined) throw new PromptError({ tag: "variableUnknown", name: unknown, known });
  const values = new Map<string, PromptValue>();
  for (const { name, value, uses, required } of used) {
    const chosen = Object.hasOwn(given, name) ? given[name]! : value;
    if (chosen !== null) values.set(name, chosen);
    else if (required) throw new PromptError({ tag: "variableMissing", name, line: uses[0]!.start.line });
  }
  return values;
}

/** Sections of a file without errors compile; a file that was not made by the parser is refused here. */
function soundTemplate(compiled: CompiledTemplate): CompiledTemplate {
  const mistake = compiled.mistakes[0];
  if (mistake !== undefined) throw new TemplateRunError(mistake.span.start, mistake.reason);
  return compiled;
}

function lineOf(section: Section, offset: number): number {
  return section.content.start.line + (section.template.slice(0, offset).match(/\r\n|\n|\r/g)?.length ?? 0);
}
