// The prompt that a command is asked to answer: a prompt file, standard input, or a text on the command line.
import { basename } from "node:path";
import { describeError } from "../../../core/base/index.ts";
import {
  parsePrompty,
  PromptError,
  type ChatMessage,
  type Range,
  type ReadPromptFile,
} from "../../../core/prompts/index.ts";
import { NO_PARAMETERS, type PromptParameters } from "../../../core/settings/index.ts";
import { readStreamBounded, unreadableReason } from "../../files/index.ts";
import { decodePrompt, readBeside, poolOfPrompt } from "../../files/prompts/index.ts";
import { decodeText } from "../../files/text/index.ts";
import { fillPrompt, isPlainText, type FilledPrompt } from "../../worker/index.ts";
import { CliError } from "../errors.ts";
import { readValues, valuesFor, type SetValue } from "./givenValues.ts";
import { MAX_PROMPT_BYTES, readPromptFile } from "./promptInput.ts";
import { showWarnings } from "../terminal/promptWarnings.ts";

/** The argument that means standard input instead of a file. */
const STDIN = "-";
const STDIN_NAME = "standard input";

export interface PromptFlags {
  readonly prompt?: string;
  readonly system?: string;
  readonly set: Readonly<Record<string, SetValue>>;
  readonly values?: string;
}

export interface AskedPrompt {
  /** Of the file, for the trace; null if there is none. */
  readonly name: string | null;
  readonly messages: readonly ChatMessage[];
  readonly parameters: PromptParameters;
  /** The pool that the file names; null if it names none. */
  readonly pool: string | null;
  /** The group of it that the file names; null if it names none. */
  readonly group: string | null;
  /** Files that were read. */
  readonly inputs: readonly string[];
}

/**
 * Reads and fills in the prompt. A text of --prompt, and one of standard input without front matter and role lines, is one
 * user message, taken literally with its braces.
 * @param file a path, or "-" for standard input; undefined with --prompt
 * @throws CliError naming option or file; TextFileError
 */
export async function askedPrompt(file: string | undefined, flags: PromptFlags): Promise<AskedPrompt> {
  const { prompt, system, values } = flags;
  if (prompt !== undefined) {
    if (file !== undefined) refuse("--prompt", prompt, `the prompt is that of ${file}; give one of them`);
    return literal(prompt, flags);
  }
  if (file === undefined) throw new CliError({ tag: "promptMissing" });
  const source = file === STDIN ? await readStdin() : await readPromptFile(file);
  if (file === STDIN && source.trim() === "") throw new CliError({ tag: "stdinEmpty" });
  if (file === STDIN && isPlainText(source)) return literal(source, flags);
  if (system !== undefined)
    refuse(
      "--system",
      system,
      "a prompt file has its own system message; it goes with --prompt or a plain text",
    );
  const path = file === STDIN ? STDIN_NAME : file;
  const readFile = file === STDIN ? null : readBeside(file);
  const { variables } = parsePrompty(source, readFile);
  const fromFile = values === undefined ? {} : await readValues(values, variables);
  const filled = fill(source, path, valuesFor(variables, flags.set, fromFile), readFile);
  return {
    name: file === STDIN ? null : basename(file),
    messages: filled.messages,
    parameters: filled.file.parameters,
    pool: poolOfPrompt(filled.file, file === STDIN ? "" : file),
    group: filled.file.laser?.group ?? null,
    inputs: [...(file === STDIN ? [] : [file]), ...(values === undefined ? [] : [values])],
  };
}

function literal(text: string, { system, set, values }: PromptFlags): AskedPrompt {
  const content = text.trim();
  if (content === "") throw new CliError({ tag: "promptMissing" });
  const [name] = Object.keys(set);
  const reason = "the prompt is a plain text, which has no variables";
  if (name !== undefined) refuse("--set", name, reason);
  if (values !== undefined) refuse("--values", values, reason);
  const messages: ChatMessage[] = [{ role: "user", content }];
  if (system !== undefined && system.trim() !== "")
    messages.unshift({ role: "system", content: system.trim() });
  return { name: null, messages, parameters: NO_PARAMETERS, pool: null, group: null, inputs: [] };
}

/** Fills in the file and prints its warnings, whether or not it can be filled in. */
function fill(
  source: string,
  path: string,
  values: Parameters<typeof fillPrompt>[1],
  readFile: ReadPromptFile | null,
): FilledPrompt {
  try {
    const filled = fillPrompt(source, values, readFile);
    showWarnings(path, filled.warnings);
    return filled;
  } catch (error) {
    if (!(error instanceof PromptError)) throw error;
    const { problems, variables } = parsePrompty(source, readFile);
    const given = variables.filter(({ name }) => Object.hasOwn(values, name)).flatMap(({ uses }) => uses);
    const isGiven = (range: Range): boolean => given.some(({ start }) => start.offset === range.start.offset);
    showWarnings(
      path,
      problems.filter(({ code, range }) => code !== "variableWithoutValue" || !isGiven(range)),
    );
    const text = describeError(error);
    throw new CliError({ tag: "promptFileRefused", path, text }, { cause: error });
  }
}

async function readStdin(): Promise<string> {
  const bytes = await readStreamBounded(process.stdin, MAX_PROMPT_BYTES).catch((error: unknown) => {
    const reason = unreadableReason(error);
    throw new CliError({ tag: "promptFileUnreadable", path: STDIN_NAME, reason }, { cause: error });
  });
  // Read like a prompt file; text in neither UTF-8 nor UTF-16 is refused with the name of a converter.
  const { text } = decodePrompt(bytes);
  return text ?? decodeText(bytes, STDIN_NAME);
}

function refuse(option: string, value: string, reason: string): never {
  throw new CliError({ tag: "optionInvalid", option, value, reason });
}
