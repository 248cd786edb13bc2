// Parses a prompt file: front matter, sections and the variables in them, with a position for every problem.
// It never throws on bad input.
import { nearestName, t } from "../base/index.ts";
import type { Document } from "yaml";
import type { ReadPromptFile } from "./fileReferences.ts";
import { readFrontMatter, splitFile, type ReadFrontMatter } from "./frontMatter/frontMatter.ts";
import { NO_VALUES, readKeys, type Declaration } from "./frontMatter/keys.ts";
import {
  freeVariables,
  parseTemplate,
  unknownNames,
  type Template,
  type VariableUse,
} from "./jinja/index.ts";
import { positionsIn, type Range, type Span } from "./positions.ts";
import type { Finding, Report } from "./problem.ts";
import type { PromptFile, Section, Variable } from "./promptFile.ts";
import { splitSections, type RawSection } from "./sections.ts";
import { PROMPT_RULES } from "./whiteSpace.ts";
import { YamlReader } from "./frontMatter/yamlReader.ts";

/** A prompt file with what its text is made of, for editors. */
export interface ReadPrompt {
  readonly file: PromptFile;
  /** The YAML text between the `---` lines; null if the file has none. */
  readonly yaml: Span | null;
  /** The parsed front matter, even with errors; null if it is too deep, or there is none. */
  readonly document: Document | null;
  /** null if the file has none. */
  readonly frontMatter: ReadFrontMatter | null;
  readonly template: Template;
  /** The offset of the template in the source; the length of the source if the front matter is never closed. */
  readonly bodyOffset: number;
}

/**
 * Parses the text of a `.prompty` file. A file with an error among its problems can't be rendered.
 * @param readFile reads the files it names; null if there are none, as for a prompt that was never saved
 */
export function parsePrompty(source: string, readFile: ReadPromptFile | null = null): PromptFile {
  return readPrompt(source, readFile).file;
}

/**
 * The same, with the parsed front matter and template.
 * @param before the same file before an edit, of which front matter that is unchanged is kept
 */
export function readPrompt(
  source: string,
  readFile: ReadPromptFile | null = null,
  before: Pick<ReadPrompt, "frontMatter"> | null = null,
): ReadPrompt {
  const findings: Finding[] = [];
  const report: Report = (finding) => findings.push(finding);
  const rangeOf = positionsIn(source);
  const { yaml, bodyStart } = splitFile(source, report);
  const frontMatter = yaml === null ? null : readFrontMatter(source, yaml, before?.frontMatter ?? null);
  findings.push(...(frontMatter?.findings ?? []));
  const document = frontMatter?.document ?? null;
  const values =
    frontMatter?.map == null || document === null
      ? NO_VALUES
      : readKeys(frontMatter.map, new YamlReader(document, frontMatter.start, report, readFile));
  const body = source.slice(bodyStart ?? source.length);
  const template = parseTemplate(body, PROMPT_RULES);
  const raw = bodyStart === null ? [] : splitSections(source, bodyStart, template, report);
  const filled = raw.filter(({ content }) => content.end > content.start);
  if (bodyStart !== null) reportMissingUser(raw, filled, bodyStart, source.length, report);
  const uses = readTemplate(template, bodyStart ?? source.length, report);
  const variables = joinVariables(uses, values.declarations, rangeOf);
  // If part of the file is unread, missing and unused variables can't be determined.
  const unread = findings.some(
    ({ code, severity }) =>
      code === "jinjaInvalid" ||
      code === "frontMatterNotMap" ||
      (code === "yamlInvalid" && severity === "error"),
  );
  if (bodyStart !== null && !unread) reportVariables(variables, uses, report);
  reportLostCharacters(source, report);
  findings.sort((a, b) => a.span.start - b.span.start);
  const file: PromptFile = {
    meta: values.meta,
    parameters: values.parameters,
    ...(values.laser === null ? {} : { laser: values.laser }),
    sections: filled.map((section) => sectionOf(source, section, rangeOf)),
    body,
    bodyStart: rangeOf({ start: source.length - body.length, end: source.length }).start,
    variables,
    problems: findings.map(({ span, ...rest }) => ({ ...rest, range: rangeOf(span) })),
  };
  return { file, yaml, document, frontMatter, template, bodyOffset: bodyStart ?? source.length };
}

function sectionOf(source: string, section: RawSection, rangeOf: (span: Span) => Range): Section {
  const { role, roleLine, content } = section;
  return {
    role,
    roleLine: roleLine === null ? null : rangeOf(roleLine),
    template: source.slice(content.start, content.end),
    content: rangeOf(content),
  };
}

function reportMissingUser(
  all: readonly RawSection[],
  filled: readonly RawSection[],
  bodyStart: number,
  sourceEnd: number,
  report: Report,
): void {
  const last = filled.at(-1);
  if (last === undefined) {
    report({
      severity: "error",
      code: "noMessage",
      message: t("The prompt has no messages."),
      nextStep: t('Write "user:" on a line of its own and the message below it.'),
      span: all.at(-1)?.roleLine ?? { start: Math.min(bodyStart, sourceEnd), end: sourceEnd },
    });
  } else if (last.role !== "user") {
    // Allowed, since it may be meant as an example; but the model answers in its own turn and doesn't
    // continue it.
    report({
      severity: "warning",
      code: "lastNotUser",
      message: t('The last section is "{0}": the model will reply in a new turn.', last.role),
      nextStep: t("End the prompt with a user section."),
      span: last.roleLine ?? last.content,
    });
  }
}

/** Reports the template's mistakes, and returns the outside names it reads with absolute offsets. */
function readTemplate(template: Template, bodyStart: number, report: Report): readonly VariableUse[] {
  const moved = ({ start, end }: Span): Span => ({ start: bodyStart + start, end: bodyStart + end });
  for (const mistake of [...template.mistakes, ...unknownNames(template.body)]) {
    const { span, reason, known, instead } = mistake;
    const near = known === undefined ? null : nearestName(known.name, known.names);
    report({
      severity: "error",
      code: "jinjaInvalid",
      message: t("The template has a Jinja error here: {0}.", reason),
      nextStep:
        instead !== undefined
          ? t('Jinja writes "{0}" for it.', instead)
          : near === null
            ? null
            : t('Did you mean "{0}"?', near),
      span: moved(span),
    });
  }
  return freeVariables(template.body).map((use) => ({ ...use, span: moved(use.span) }));
}

function joinVariables(
  uses: readonly VariableUse[],
  declarations: readonly Declaration[],
  rangeOf: (span: Span) => Range,
): readonly Variable[] {
  const declared = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  const used = new Map<string, VariableUse[]>();
  for (const use of uses) {
    const same = used.get(use.name);
    if (same === undefined) used.set(use.name, [use]);
    else same.push(use);
  }
  return [...new Set([...used.keys(), ...declared.keys()])].map((name) => {
    const own = used.get(name) ?? [];
    const declaration = declared.get(name);
    return {
      name,
      uses: own.map(({ span }) => rangeOf(span)),
      value: declaration?.value ?? null,
      isNull: declaration?.isNull === true,
      isThread: declaration?.isThread === true,
      isOptional: declaration?.isOptional === true,
      isFromFile: declaration?.isFromFile === true,
      declared: declaration === undefined ? null : rangeOf(declaration.span),
      required:
        declaration?.isThread !== true &&
        declaration?.isOptional !== true &&
        own.some(({ kind }) => kind === "needed"),
    };
  });
}

/** An editor that reads another encoding as UTF-8 leaves marks; NULs come from UTF-16 read as UTF-8. */
function reportLostCharacters(source: string, report: Report): void {
  const start = source.search(/[\0\ufffd]/);
  if (start < 0) return;
  report({
    severity: "warning",
    code: "encodingUnsure",
    message: t("A character here was lost when the file was read: it is probably not UTF-8."),
    nextStep: t("Reopen it in its original encoding and save it as UTF-8."),
    span: { start, end: start + 1 },
  });
}

function reportVariables(variables: readonly Variable[], uses: readonly VariableUse[], report: Report): void {
  const firstNeeds = new Map<string, VariableUse>();
  for (const use of uses)
    if (use.kind === "needed" && !firstNeeds.has(use.name)) firstNeeds.set(use.name, use);
  for (const { name, value, declared, required, uses: places } of variables) {
    const first = firstNeeds.get(name);
    if (required && value === null && first !== undefined) {
      report({
        severity: "warning",
        code: "variableWithoutValue",
        message: t('"{0}" has no sample value.', name),
        nextStep: t('Add "{0}: …" under "sample:", or on the command line --set {0}=….', name),
        span: first.span,
      });
    }
    if (declared !== null && places.length === 0) {
      report({
        severity: "warning",
        code: "variableUnused",
        message: t('"{0}" is never used in the prompt.', name),
        nextStep: t("Write {{ {0} }} where it belongs, or remove it.", name),
        span: { start: declared.start.offset, end: declared.end.offset },
      });
    }
  }
}
