// A model that recites answers, for demonstrations and tests without a model file: a JSON file
// such as
//   {"answers": [{"when": "cats", "text": "Cats sleep."}, {"text": "I can't say."}], "delayMs": 40}
// The first answer whose `when` occurs in the prompt is recited. crashAt, killAt and hangAt make the n-th
// evaluation (from 0) fail, end the process or never return, to test how a client reacts.
import { readFile } from "node:fs/promises";
import * as Type from "typebox";
import { Value } from "typebox/value";
import { messageOf } from "../../../core/base/index.ts";
import { createScriptedEngine, type Engine, type ScriptedOptions } from "../../engine/index.ts";
import type { CostTable } from "../../../core/laser/index.ts";
import { WorkerError } from "../errors.ts";
import { schemaProblem } from "../../protocol/shape.ts";

const evaluation = Type.Integer({ minimum: 0 });

const ScriptSchema = Type.Object({
  answers: Type.Array(Type.Object({ when: Type.Optional(Type.String()), text: Type.String() }), {
    minItems: 1,
  }),
  contextTokens: Type.Optional(Type.Integer({ minimum: 1 })),
  crashAt: Type.Optional(evaluation),
  killAt: Type.Optional(evaluation),
  hangAt: Type.Optional(evaluation),
  delayMs: Type.Optional(Type.Number({ minimum: 0 })),
});

/** Evaluating many tokens costs as much as one, so that every draft is worth sending. */
export const SCRIPTED_COSTS: CostTable = {
  points: [1, 2, 4, 8, 12, 16].map((tokens) => ({ tokens, threads: 1, baseMs: 10, msPerContextToken: 0 })),
};

/**
 * The engine that a script describes.
 * @param contextTokens used if the script has no context size
 * @throws WorkerError scriptUnreadable
 */
export async function loadScriptedEngine(path: string, contextTokens: number): Promise<Engine> {
  return createScriptedEngine({ contextTokens, ...(await readScript(path)) });
}

async function readScript(path: string): Promise<ScriptedOptions> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    const reason = messageOf(error);
    throw new WorkerError({ tag: "scriptUnreadable", path, reason }, { cause: error });
  }
  if (Value.Check(ScriptSchema, value)) return value;
  const { field, reason } = schemaProblem(ScriptSchema, value) ?? { field: "", reason: "is invalid" };
  throw new WorkerError({ tag: "scriptUnreadable", path, reason: `${field || "the whole"} ${reason}` });
}
