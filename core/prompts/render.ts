// Fills in the variables of a prompt file and returns its chat messages.
import { t } from "../base/index.ts";
import { PromptError } from "./errors.ts";
import {
  DEFAULT_LIMITS,
  MissingVariable,
  parseTemplate,
  partHint,
  RenderError,
  renderTemplate,
  valueOf,
  type Chunk,
  type Value,
} from "./jinja/index.ts";
import { lookAlikeText } from "./lookAlikes.ts";
import { splitMessages, type RenderRemark, type SplitMessages } from "./messages.ts";
import { positionsIn, type Position } from "./positions.ts";
import type { Problem } from "./problem.ts";
import type { ChatMessage, PromptFile, PromptValue, Role } from "./promptFile.ts";
import { PROMPT_RULES } from "./whiteSpace.ts";

export interface RenderedPrompt {
  readonly messages: readonly ChatMessage[];
  /** The values that were filled in, by variable: given ones, else sample values. */
  readonly values: ReadonlyMap<string, PromptValue>;
  /** What only rendering shows, and the author may not have meant. */
  readonly warnings: readonly Problem[];
}

/**
 * Renders the file with the given values; sample values of the file are used for missing ones.
 * @param isOverdue asked at every step; true ends the rendering, which blocks its thread
 * @throws PromptError promptInvalid, variableUnknown, variableMissing, renderFailed or promptEmpty
 */
export function renderMessages(
  file: PromptFile,
  given: Readonly<Record<string, PromptValue>> = {},
  isOverdue?: () => boolean,
): RenderedPrompt {
  if (file.problems.some(({ severity }) => severity === "error"))
    throw new PromptError({ tag: "promptInvalid", problems: file.problems });
  const values = valuesFor(file, given);
  const { messages, remarks } = attempt(file, () => split(file, rendered(file, values, isOverdue)));
  if (messages.length === 0) throw new PromptError({ tag: "promptEmpty" });
  const warnings = remarks.map((remark) => warningOf(file, remark));
  return { messages, values, warnings: [...warnings, ...lastNotUser(file, messages)] };
}

function split(file: PromptFile, chunks: readonly Chunk[]): SplitMessages {
  const hasRoles = file.sections.some(({ roleLine }) => roleLine !== null);
  const found = splitMessages(chunks, { leadRole: "system" });
  if (hasRoles || found.hasRoles) return found;
  // Without any role line, the whole text is the user's message.
  const whole = splitMessages(chunks, { leadRole: "user" });
  return whole.messages.length > 0 ? whole : { ...whole, messages: [{ role: "user", content: "" }] };
}

function rendered(
  file: PromptFile,
  values: ReadonlyMap<string, PromptValue>,
  isOverdue?: () => boolean,
): readonly Chunk[] {
  const template = parseTemplate(file.body, PROMPT_RULES);
  const [mistake] = template.mistakes;
  // A file without errors has none; one that was not made by the parser is refused here.
  if (mistake !== undefined) {
    const error = new RenderError(mistake.reason);
    error.offset = mistake.span.start;
    throw error;
  }
  const used = file.variables.filter(({ uses }) => uses.length > 0);
  const named = (wanted: (name: string) => boolean): ReadonlySet<string> =>
    new Set(used.map(({ name }) => name).filter(wanted));
  const optional = new Set(used.filter(({ isOptional }) => isOptional).map(({ name }) => name));
  const variables = [...values].map(([name, value]): [string, Value] => [name, valueOf(value)]);
  return renderTemplate(template, variables, {
    json: "html",
    scalars: "prompty",
    limits: { ...DEFAULT_LIMITS, ...(isOverdue && { isOverdue }) },
    missing: named((name) => !values.has(name) && !optional.has(name)),
    nulls: named((name) => values.get(name) === null && !optional.has(name)),
    threads: new Set(used.filter(({ isThread }) => isThread).map(({ name }) => name)),
  });
}

function attempt<T>(file: PromptFile, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    const { line, offset } = placeOf(file, Math.max(0, error.offset));
    if (error instanceof MissingVariable)
      throw new PromptError({ tag: "variableMissing", name: error.variable, line }, { cause: error });
    const fault = { tag: "renderFailed", role: roleAt(file, offset), line, reason: error.reason } as const;
    throw new PromptError(fault, { cause: error });
  }
}

function valuesFor(file: PromptFile, given: Readonly<Record<string, PromptValue>>): Map<string, PromptValue> {
  const used = file.variables.filter(({ uses }) => uses.length > 0);
  const known = used.map(({ name }) => name);
  // What the file declares may be given, whether or not the template reads it.
  const names = new Set(file.variables.map(({ name }) => name));
  const unknown = Object.keys(given).find((name) => !names.has(name));
  if (unknown !== undefined) throw new PromptError({ tag: "variableUnknown", name: unknown, known });
  const values = new Map<string, PromptValue>();
  for (const { name, value, isNull, isThread } of used) {
    const found = Object.hasOwn(given, name) ? given[name]! : value;
    // A conversation that is null has no messages, as one without a value.
    if (isThread) values.set(name, found ?? []);
    else if (found !== null || isNull || Object.hasOwn(given, name)) values.set(name, found);
  }
  return values;
}

/** The place in the source of an offset into the body. */
function placeOf(file: PromptFile, offset: number): Position {
  const { line, character, offset: base } = file.bodyStart;
  const { start } = positionsIn(file.body)({ start: offset, end: offset });
  return {
    line: line + start.line,
    character: start.line === 0 ? character + start.character : start.character,
    offset: base + start.offset,
  };
}

function roleAt({ sections }: PromptFile, offset: number): Role {
  return (
    sections.findLast((section) => (section.roleLine ?? section.content).start.offset <= offset)?.role ??
    "user"
  );
}

/** Those that texts don't have, and data often has as keys. */
const MAP_METHODS: ReadonlySet<string> = new Set(["items", "keys", "values", "get"]);

const REMARKS: Readonly<
  Record<
    RenderRemark["kind"],
    { readonly message: (line: string) => string; readonly nextStep: string | ((line: string) => string) }
  >
> = {
  roleByValue: {
    message: (line) =>
      t('A value makes this line read "{0}": it remains text, because values never start messages.', line),
    nextStep: t(
      "Write the role line in the template, or read the role from a part called role, as in {{ item.role }}:.",
    ),
  },
  roleUnread: {
    message: (line) => t('This line reads "{0}" and does not start a message{1}.', line, lookAlikeText(line)),
    nextStep: t('A role line holds only "system:", "user:" or "assistant:", on a line of its own.'),
  },
  messageEmpty: {
    message: (role) => t("This {0} message has no text.", role),
    nextStep: t("Check the values it is made of."),
  },
  methodUncalled: {
    message: (name) =>
      MAP_METHODS.has(name)
        ? t('"{0}" is a method of maps: nothing is printed.', name)
        : t('The value here is a text, which has no part "{0}": nothing is printed.', name),
    nextStep: (name) =>
      MAP_METHODS.has(name)
        ? t('Write ["{0}"] for the key of that name, or "()" after the name to call the method.', name)
        : t(`Check the value, or write "()" after the name to call the text's method.`),
  },
  partForeign: {
    message: (name) => t('The value here has no part "{0}": nothing is printed.', name),
    nextStep: (name) => t("Check the value{0}.", partHint(name)),
  },
};

function warningOf(file: PromptFile, { kind, at, line }: RenderRemark): Problem {
  const start = placeOf(file, at);
  const { message, nextStep } = REMARKS[kind];
  const range = { start, end: start };
  return {
    severity: "warning",
    code: kind,
    message: message(line),
    nextStep: typeof nextStep === "string" ? nextStep : nextStep(line),
    range,
  };
}

/** For a file whose messages only rendering shows; for the others the parser has warned. */
function lastNotUser(file: PromptFile, messages: readonly ChatMessage[]): readonly Problem[] {
  const last = messages.at(-1);
  const isKnown = file.problems.some(({ code }) => code === "lastNotUser");
  if (last === undefined || last.role === "user" || isKnown) return [];
  const start = placeOf(file, file.body.length);
  return [
    {
      severity: "warning",
      code: "lastNotUser",
      message: t('The last message is "{0}": the model will reply in a new turn.', last.role),
      nextStep: t("End the prompt with a user message."),
      range: { start, end: start },
    },
  ];
}
