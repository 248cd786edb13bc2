// A task of type "laser" in tasks.json, as arguments of the command. Pure.
import * as Type from "typebox";
import { parse, type Parsed } from "../../core/base/index.ts";

export const TASK_TYPE = "laser";
/** package.json contributes both: one pattern can't read errors and warnings. */
export const PROBLEM_MATCHERS = ["$laser-error", "$laser-warning"];

const path = Type.String({ minLength: 1 });
const common = { prompt: path, args: Type.Optional(Type.Array(Type.String())) };
/** As contributes.taskDefinitions describes it; VS Code adds its own fields, such as label. */
const LaserTaskSchema = Type.Union([
  Type.Object({ type: Type.Literal(TASK_TYPE), command: Type.Literal("generate"), ...common }),
  Type.Object({
    type: Type.Literal(TASK_TYPE),
    command: Type.Literal("run"),
    ...common,
    data: path,
    out: path,
  }),
]);
export type LaserTask = Parsed<typeof LaserTaskSchema>;

/** Null for an incomplete definition: VS Code then says that the task can't be run, and its schema why. */
export const readTask = (definition: unknown): LaserTask | null => parse(LaserTaskSchema, definition);

/**
 * E.g. ["run", "--prompt=film.prompty", "--data=films.jsonl", "--out=answers.jsonl", "--model=…", "--limit=3"].
 * @param settings options of the settings in effect; the task's own args come after them and win
 */
export function taskArguments(task: LaserTask, settings: readonly string[]): readonly string[] {
  const own = task.args ?? [];
  if (task.command === "generate") return ["generate", ...settings, ...own, "--", task.prompt];
  const { prompt, data, out } = task;
  return ["run", `--prompt=${prompt}`, `--data=${data}`, `--out=${out}`, ...settings, ...own];
}

/** Its name in the task list. */
export const taskName = ({ command, prompt }: LaserTask): string => `${command} ${prompt}`;
