// Parses a prompt file: front matter, sections and the variables in them, with a position for every problem.
// It never throws on bad input.
import { parseFrontMatter, splitFile } from "./frontMatter.ts";
import { NO_VALUES, readKeys, type Declaration, type FrontMatterValues } from "./keys.ts";
import { positionsIn, type Range, type Span } from "./positions.ts";
import type { Finding, Report } from "./problem.ts";
import type { PromptFile, Section, Variable } from "./promptFile.ts";
import { splitSections, type RawSection } from "./sections.ts";
import { compileTemplate } from "./template.ts";
import { fileScope, freeVariables, type VariableScope, type VariableUse } from "./variables.ts";
import { yamlReader } from "./yamlReader.ts";

/** Parses the text of a `.prompty` file. A file with an error among its problems can't be rendered. */
export function parsePrompty(source: string): PromptFile {
  const findings: Finding[] = [];
  const report: Report = (finding) => findings.push(finding);
  const rangeOf = positionsIn(source);
  const { yaml, bodyStart } = splitFile(source, report);
  const values = yaml === null ? NO_VALUES : readFrontMatter(source, yaml, report);
  const raw = bodyStart === null ? [] : splitSections(source, bodyStart, report);
  const filled = raw.filter(({ content }) => content.end > content.start);
  if (bodyStart !== null) reportMissingUser(raw, filled, bodyStart, source.length, report);
  const uses = readTemplates(source, filled, report);
  const variables = joinVariables(uses, values.declarations, rangeOf);
  // If part of the file is unread, missing and unused variables can't be determined.
  const unread = findings.some(
    ({ code, severity }) =>
      code === "jinjaInvalid" ||
      code === "frontMatterNotMap" ||
      (code === "yamlInvalid" && severity === "error"),
  );
  if (bodyStart !== null && !unread) reportVariables(variables, uses, report);
  findings.sort((a, b) => a.span.start - b.span.start);
  return {
    meta: values.meta,
    parameters: values.parameters,
    sections: filled.map((section) => sectionOf(source, section, rangeOf)),
    variables,
    problems: findings.map(({ span, ...rest }) => ({ ...rest, range: rangeOf(span) })),
  };
}

function readFrontMatter(source: string, span: Span, report: Report): FrontMatterValues {
  const parsed = parseFrontMatter(source, span, report);
  return parsed === null ? NO_VALUES : readKeys(parsed.map, yamlReader(parsed.document, span.start, report));
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
      message: "The prompt has no messages.",
      nextStep: 'Write "user:" on a line of its own and the message below it.',
      span: all.at(-1)?.roleLine ?? { start: Math.min(bodyStart, sourceEnd), end: sourceEnd },
    });
  } else if (last.role !== "user") {
    // Allowed, since it may be meant as an example; but the model answers in a turn of its own and doesn't
    // continue it.
    report({
      severity: "warning",
      code: "lastNotUser",
      message: `The last section is "${last.role}": the model answers after it in a turn of its own.`,
      nextStep: "End the prompt with a user section.",
      span: last.roleLine ?? last.content,
    });
  }
}

/** Compiles every section, reports its Jinja errors, and returns the outside names it reads with absolute offsets. */
function readTemplates(
  source: string,
  sections: readonly RawSection[],
  report: Report,
): readonly VariableUse[] {
  const scope = fileScope();
  const uses: VariableUse[] = [];
  for (const { content, role } of sections) {
    const compiled = compileTemplate(source.slice(content.start, content.end));
    const moved = ({ start, end }: Span): Span => ({
      start: content.start + start,
      end: content.start + end,
    });
    for (const { span, reason } of compiled.mistakes) {
      const message = `The ${role} section has a Jinja error here: ${reason}.`;
      report({ severity: "error", code: "jinjaInvalid", message, nextStep: null, span: moved(span) });
    }
    for (const unit of compiled.units) {
      const found = usesOf(unit.placedNodes, scope);
      if (found === null) {
        const message = `The ${role} section has a Jinja error here: it is nested too deeply.`;
        const span = moved({ start: unit.start, end: unit.start + 2 });
        report({ severity: "error", code: "jinjaInvalid", message, nextStep: null, span });
      }
      for (const use of found ?? []) uses.push({ ...use, span: moved(use.span) });
    }
  }
  return uses;
}

function usesOf(
  ...given: [Parameters<typeof freeVariables>[0], VariableScope]
): readonly VariableUse[] | null {
  try {
    return freeVariables(...given);
  } catch (error) {
    if (error instanceof RangeError) return null; // A chain of thousands of operators overflows the stack.
    throw error;
  }
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
      declared: declaration === undefined ? null : rangeOf(declaration.span),
      // A template that tests whether a value is defined handles its absence, wherever else it reads the name.
      required: own.some(({ kind }) => kind === "needed") && !own.some(({ kind }) => kind === "tested"),
    };
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
        message: `"${name}" has no sample value.`,
        nextStep: `Add "${name}: …" under "sample:", or give it with --set ${name}=….`,
        span: first.span,
      });
    }
    if (declared !== null && places.length === 0) {
      report({
        severity: "warning",
        code: "variableUnused",
        message: `"${name}" is never used in the prompt.`,
        nextStep: `Write {{ ${name} }} where it belongs, or remove it.`,
        span: { start: declared.start.offset, end: declared.end.offset },
      });
    }
  }
}
