// Values for a prompt's variables, from --set and from a file. Whatever they hold, they stay values: they can't become
// part of the template.
import { parse as parseYaml } from "yaml";
import { messageOf } from "../../../core/base/index.ts";
import type { PromptValue, Variable } from "../../../core/prompts/index.ts";
import { errorCode, unreadableReason } from "../../files/index.ts";
import { jsonRecordsOf, readText } from "../../files/text/index.ts";
import { CliError } from "../errors.ts";
import { note } from "../terminal/output.ts";

/** As --set gave it: `name=text`, or `name:=JSON`. */
export type SetValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "json"; readonly value: PromptValue };

/** The help of --set. */
export const SET_HELP =
  "a value for a variable (repeatable): name=TEXT, read as JSON if it is a list or an object and the sample value is not a text; name:=JSON for any JSON value";

/** Collects the values of a repeated --set. @throws CliError optionInvalid */
export function collectSet(
  given: string,
  before: Readonly<Record<string, SetValue>>,
): Record<string, SetValue> {
  const at = given.indexOf("=");
  const isJson = given[at - 1] === ":";
  const name = given.slice(0, isJson ? at - 1 : at);
  if (at <= 0 || name === "") invalid("--set", given, "it must be written name=value or name:=JSON");
  const text = given.slice(at + 1);
  if (Object.hasOwn(before, name)) note(`--set ${name} is given more than once: the last value counts`);
  return {
    ...before,
    [name]: isJson ? { kind: "json", value: jsonOf(given, text) } : { kind: "text", text },
  };
}

/**
 * The values of both, --set over the file's.
 * @param variables of the prompt: those whose sample is a text take a text even if it is JSON
 */
export function valuesFor(
  variables: readonly Variable[],
  set: Readonly<Record<string, SetValue>>,
  fromFile: Readonly<Record<string, PromptValue>>,
): Record<string, PromptValue> {
  const samples = new Map(variables.map(({ name, value }) => [name, value]));
  const ofSet = Object.entries(set).map(([name, given]): [string, PromptValue] => {
    if (given.kind === "json") return [name, given.value];
    const structure = typeof samples.get(name) === "string" ? null : structureOf(given.text);
    return [name, structure ?? given.text];
  });
  return { ...fromFile, ...Object.fromEntries(ofSet) };
}

const MAX_BYTES = 64 * 2 ** 20;

/**
 * The values in a file of JSON or YAML, or the first object of a list or of JSON lines. Values that the prompt has no variable
 * for are left out with a note: a record of a data set has more than a prompt needs.
 * @throws CliError valuesFileInvalid; TextFileError
 */
export async function readValues(
  path: string,
  variables: readonly Variable[],
): Promise<Record<string, PromptValue>> {
  const text = await readText(path, { mostBytes: MAX_BYTES }).catch((error: unknown) => {
    if (errorCode(error) === undefined) throw error;
    return refuse(path, unreadableReason(error), error);
  });
  const all = parsed(path, text);
  const found: unknown = Array.isArray(all) ? all[0] : all;
  if (typeof found !== "object" || found === null || Array.isArray(found))
    return refuse(path, "it contains no object with the values by name");
  if (Array.isArray(all) && all.length > 1)
    note(`${path}: the values are those of the first of ${all.length} objects`);
  const names = new Set(variables.map(({ name }) => name));
  const entries = Object.entries(found as Readonly<Record<string, PromptValue>>);
  const unused = entries.filter(([name]) => !names.has(name)).map(([name]) => name);
  if (unused.length > 0) note(`${path}: not used by the prompt: ${unused.join(", ")}`);
  return Object.fromEntries(entries.filter(([name]) => names.has(name)));
}

function parsed(path: string, text: string): unknown {
  if (/^\s*[{[]/.test(text)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // It may be lines of JSON, or YAML that begins so.
    }
    const lines = jsonLines(text);
    if (lines !== null) return lines;
  }
  try {
    return parseYaml(text, { schema: "core", uniqueKeys: true, maxAliasCount: 100 }) as unknown;
  } catch (error) {
    return refuse(path, messageOf(error).split("\n")[0]?.replace(/[.:]$/, "") ?? "", error);
  }
}

/** Null if a line is not JSON. */
function jsonLines(text: string): readonly unknown[] | null {
  try {
    return jsonRecordsOf(text, () => {
      throw new SyntaxError();
    }).map(({ value }) => value);
  } catch {
    return null;
  }
}

function jsonOf(given: string, text: string): PromptValue {
  try {
    return JSON.parse(text) as PromptValue;
  } catch (error) {
    return invalid("--set", given, `what follows := must be JSON: ${messageOf(error)}`);
  }
}

/** A list or an object written as JSON; null for any other text. */
function structureOf(text: string): PromptValue | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.parse(text) as PromptValue;
  } catch {
    return null;
  }
}

function invalid(option: string, value: string, reason: string): never {
  throw new CliError({ tag: "optionInvalid", option, value, reason });
}

function refuse(path: string, reason: string, cause?: unknown): never {
  throw new CliError({ tag: "valuesFileInvalid", path, reason }, { cause });
}
