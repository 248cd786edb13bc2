// Texts about items, as `laser run` writes them.
import * as Type from "typebox";
import { parse } from "../../core/base/index.ts";
import { jsonRecords, type RefuseLine } from "../files/text/index.ts";
import { asFilesError, errorCode } from "../files/index.ts";
import { EvaluateError } from "./errors.ts";

/** The answers of one way to generate them. */
export interface Knowledge {
  /** Such as "strict" or "relaxed k=2 p=0.1". */
  readonly name: string;
  readonly path: string;
  /** By id of the item. Failed rows are left out. */
  readonly texts: ReadonlyMap<string, string>;
  /** Tokens of the texts, of those rows that have them. */
  readonly tokens: ReadonlyMap<string, readonly number[]>;
  /** Rows of the file without a text. */
  readonly failedRows: number;
}

const RowSchema = Type.Object({
  id: Type.Union([Type.String(), Type.Integer()]),
  text: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  tokenIds: Type.Optional(Type.Union([Type.Array(Type.Integer({ minimum: 0 })), Type.Null()])),
  /** Of a failed row. */
  error: Type.Optional(Type.Unknown()),
});

/** @throws EvaluateError knowledgeLineInvalid; FilesError; TextFileError; the signal's AbortError */
export async function readKnowledge(name: string, path: string, signal: AbortSignal): Promise<Knowledge> {
  const texts = new Map<string, string>();
  const tokens = new Map<string, readonly number[]>();
  let failedRows = 0;
  const refuse = (line: number, reason: string, cause?: unknown): never => {
    throw new EvaluateError({ tag: "knowledgeLineInvalid", path, line, reason }, { cause });
  };
  for await (const records of recordsOf(path, refuse, signal))
    for (const { value, line } of records) {
      const row = parse(RowSchema, value) ?? refuse(line, 'it has no "id", or its "text" is not a text');
      if (row.text === undefined && (row.error ?? null) === null) refuse(line, 'it has no "text"');
      if (typeof row.id === "number" && !Number.isSafeInteger(row.id))
        refuse(line, 'its "id" has more digits than a number of JSON keeps');
      const id = String(row.id);
      if (row.text === undefined || row.text === null) failedRows++;
      else if (texts.has(id)) refuse(line, `"${id}" has an answer already`);
      else {
        texts.set(id, row.text);
        if (row.tokenIds != null) tokens.set(id, row.tokenIds);
      }
    }
  return { name, path, texts, tokens, failedRows };
}

async function* recordsOf(path: string, refuse: RefuseLine, signal: AbortSignal) {
  try {
    yield* jsonRecords(path, refuse, { signal });
  } catch (error) {
    throw errorCode(error) === undefined ? error : asFilesError(error, path);
  }
}

/** Names of arms that the study makes itself. */
const OWN_ARMS = ["none", "shuffled", "facts"];

/** Knowledge by its name, and the file that holds it. */
export interface ArmFile {
  readonly name: string;
  readonly path: string;
}

/** Parses `NAME=FILE` options. @throws EvaluateError armInvalid | strictMissing */
export function parseArms(given: readonly string[]): readonly ArmFile[] {
  const arms = given.map((option) => {
    // The name may contain "=", such as "k=2 p=0.1": the file begins after the last one.
    const at = option.lastIndexOf("=");
    const refuse = (reason: string): never => {
      throw new EvaluateError({ tag: "armInvalid", given: option, reason });
    };
    if (at <= 0 || at === option.length - 1) return refuse("it is not NAME=FILE");
    const name = option.slice(0, at).trim();
    if (OWN_ARMS.includes(name)) return refuse(`"${name}" names an arm that the study makes itself`);
    if (given.filter((other) => other.slice(0, other.lastIndexOf("=")).trim() === name).length > 1)
      return refuse(`"${name}" is given twice`);
    return { name, path: option.slice(at + 1) };
  });
  if (!arms.some(({ name }) => name === "strict"))
    throw new EvaluateError({ tag: "strictMissing", names: arms.map(({ name }) => name) });
  return arms;
}

/** The same of knowledge about users: none, or a file for each kind of knowledge about items. @throws EvaluateError */
export function parseUserArms(given: readonly string[], arms: readonly ArmFile[]): readonly ArmFile[] {
  if (given.length === 0) return [];
  const found = parseArms(given);
  return arms.map(({ name }) => {
    const own = found.find((arm) => arm.name === name);
    if (own === undefined || found.length !== arms.length)
      throw new EvaluateError({
        tag: "userArmsDiffer",
        users: found.map((arm) => arm.name),
        items: arms.map((arm) => arm.name),
      });
    return own;
  });
}
