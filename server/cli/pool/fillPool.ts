// `laser pool build` and `add`: tokenizes answers for a model and puts them into a pool file.
import { several } from "../../../core/base/index.ts";
import { loadTokenizer } from "../../engine/index.ts";
import { readGroupsFile, PoolRoom, readPoolFile } from "../../pools/index.ts";
import {
  addingAnswers,
  inPieces,
  requireTokenizer,
  storingPool,
  type AddedAnswers,
  type TokenizingEngine,
} from "../../worker/index.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { findModel } from "../loadSession.ts";
import { changing, keep, locked, readAll } from "./poolChanges.ts";
import { requirePoolOutput } from "./poolOutput.ts";
import { openProgress } from "../terminal/output.ts";
import { budgetOf, type BudgetFlags, type BuildFlags } from "./poolFlags.ts";

/** What tokenizes answers, and is disposed of by the caller. */
type Tokenizing = TokenizingEngine & { dispose(): Promise<void> };
export type LoadTokenizing = (model: string | undefined, signal: AbortSignal) => Promise<Tokenizing>;

/** Writes answers as a pool file. @throws CliError for an output that exists */
export async function build(
  paths: readonly string[],
  flags: BudgetFlags & BuildFlags,
  load: LoadTokenizing,
): Promise<void> {
  await interruptible(async (signal) => {
    await requirePoolOutput(flags.out, paths, { ...flags, option: "--out" });
    const subjects = flags.groups === undefined ? {} : (await readGroupsFile(flags.groups)).subjects;
    const answers = (await readAll(paths, signal, flags)).map((answer) => ({
      ...answer,
      group: Object.hasOwn(subjects, answer.id) ? subjects[answer.id]! : answer.group,
    }));
    const engine = await load(flags.model, signal);
    try {
      const stored = await inPieces(storingPool(answers, engine, Date.now()), signal);
      await locked(flags.out, signal, (place) => keep(flags.out, stored, budgetOf(flags), place));
    } finally {
      await engine.dispose();
    }
  });
}

/** Adds answers to a pool file; known ones are counted. */
export async function add(
  file: string,
  paths: readonly string[],
  flags: BudgetFlags,
  load: LoadTokenizing,
): Promise<void> {
  await interruptible(async (signal) => {
    // What is faulty or too large is reported before a model is loaded.
    const room = PoolRoom.beside(file, (await readPoolFile(file, null)).entries);
    const answers = await readAll(paths, signal, flags, room);
    const engine = await load(flags.model, signal);
    try {
      await changing(file, signal, async (stored, place) => {
        requireTokenizer(file, stored, engine);
        const adding = addingAnswers(stored, answers, engine.tokenizer, Date.now());
        const result = await inPieces(adding, signal);
        await keep(file, result.stored, budgetOf(flags), place, addedWords(result));
      });
    } finally {
      await engine.dispose();
    }
  });
}

/** E.g. "2 answers added, 3 were there already". */
function addedWords({ added, known }: AddedAnswers): string {
  const rest = known === 0 ? "" : `, ${known} ${known === 1 ? "was" : "were"} there already`;
  return `${several(added, "answer")} added${rest}; now `;
}

/** The tokenizer of a model without its weights: between the rounds of a cluster, all workers wait for it. */
export async function loadTokenizing(model: string | undefined, signal: AbortSignal): Promise<Tokenizing> {
  const progress = openProgress();
  try {
    const { path } = await findModel(model, progress, signal);
    const { tokenizer, chat, facts, ...owned } = await loadTokenizer(path, signal);
    return { tokenizer, chat, model: facts, dispose: () => owned.dispose() };
  } finally {
    progress.close();
  }
}
