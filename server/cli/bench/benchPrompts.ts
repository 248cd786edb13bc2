// The prompts of a benchmark: prompt files, a folder of them, or lines of JSON with messages or names of files.
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as Type from "typebox";
import { Value } from "typebox/value";
import { describeError, FaultError } from "../../../core/base/index.ts";
import { PromptError, type ChatMessage } from "../../../core/prompts/index.ts";
import type { PromptParameters } from "../../../core/settings/index.ts";
import { errorCode, unreadableReason } from "../../files/index.ts";
import { readBeside } from "../../files/prompts/index.ts";
import { jsonRecordsOf, readText as readTextFile } from "../../files/text/index.ts";
import { fillPrompt } from "../../worker/index.ts";
import { CliError } from "../errors.ts";
import { readPromptFile } from "../prompt/promptInput.ts";
import { showWarnings } from "../terminal/promptWarnings.ts";

/** A conversation to answer, and what its file says of the answer. */
export interface NamedPrompt {
  readonly name: string;
  readonly messages: readonly ChatMessage[];
  /** Those of its prompt file; null for messages without a file. */
  readonly parameters: PromptParameters | null;
}

const LineSchema = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1 })),
  id: Type.Optional(Type.String({ minLength: 1 })),
  messages: Type.Optional(
    Type.Array(
      Type.Object({
        role: Type.Union([Type.Literal("system"), Type.Literal("user"), Type.Literal("assistant")]),
        content: Type.String(),
      }),
      { minItems: 1 },
    ),
  ),
  file: Type.Optional(Type.String({ minLength: 1 })),
  values: Type.Optional(Type.Record(Type.String(), Type.Any())),
});

/** A .prompty file, a folder of them, or lines of JSON. @throws CliError */
export async function readPrompts(path: string): Promise<readonly NamedPrompt[]> {
  const found = await stat(path).catch((error: unknown) => refuseFile(path, error));
  const prompts = found.isDirectory()
    ? await Promise.all(
        (await readdir(path))
          .filter((name) => name.endsWith(".prompty"))
          .sort()
          .map((name) => readPrompty(join(path, name), name, {})),
      )
    : path.endsWith(".prompty")
      ? [await readPrompty(path, basename(path), {})]
      : await readLines(path);
  if (prompts.length === 0) refuse(path, "it contains no prompts");
  const names = new Set<string>();
  for (const { name } of prompts) {
    if (names.has(name)) refuse(path, `two of its prompts are named ${name}`);
    names.add(name);
  }
  return prompts;
}

async function readLines(path: string): Promise<NamedPrompt[]> {
  const prompts: NamedPrompt[] = [];
  const records = jsonRecordsOf(await readText(path), (line, reason) =>
    refuse(path, `line ${line}: ${reason}`),
  );
  for (const { value, line } of records) {
    const place = `line ${line}`;
    const { name, id, messages, file, values } = checkLine(path, place, value);
    const called = name ?? id ?? place;
    if (messages !== undefined) prompts.push({ name: called, messages, parameters: null });
    else if (file !== undefined)
      prompts.push(await readPrompty(join(dirname(path), file), called, values ?? {}));
    else refuse(path, `${place} has neither messages nor a file`);
  }
  return prompts;
}

function checkLine(path: string, place: string, value: unknown): Type.Static<typeof LineSchema> {
  if (Value.Check(LineSchema, value)) return value;
  const [problem] = Value.Errors(LineSchema, value);
  const where = problem === undefined || problem.instancePath === "" ? "the line" : problem.instancePath;
  return refuse(path, `${place}: ${where} ${problem?.message ?? "is invalid"}`);
}

async function readPrompty(
  path: string,
  name: string,
  values: Parameters<typeof fillPrompt>[1],
): Promise<NamedPrompt> {
  const source = await readPromptFile(path);
  try {
    const { file, messages, warnings } = fillPrompt(source, values, readBeside(path));
    showWarnings(path, warnings);
    return { name, messages, parameters: file.parameters };
  } catch (error) {
    if (!(error instanceof PromptError)) throw error;
    const text = describeError(error);
    throw new CliError({ tag: "promptFileRefused", path, text }, { cause: error });
  }
}

async function readText(path: string): Promise<string> {
  return readTextFile(path).catch((error: unknown) => refuseFile(path, error));
}

function refuseFile(path: string, error: unknown): never {
  if (error instanceof FaultError) throw error;
  const reason = unreadableReason(error);
  if (errorCode(error) === "ENOENT") throw new CliError({ tag: "promptFileMissing", path }, { cause: error });
  throw new CliError({ tag: "promptFileUnreadable", path, reason }, { cause: error });
}

function refuse(path: string, reason: string): never {
  throw new CliError({
    tag: "promptFileRefused",
    path,
    text: {
      code: "promptFileRefused",
      message: `${reason}.`,
      nextStep:
        'Give a .prompty file, a folder of them, or lines such as {"name": "a", "messages": [{"role": "user", "content": "…"}]}.',
    },
  });
}
