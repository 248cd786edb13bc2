// How many threads evaluate where the user chose no number: VS Code and its window need a core for themselves.
import { availableParallelism } from "node:os";

/**
 * All cores but one, at least one. Threads of an evaluation spin while they wait for each other, so one that loses its core
 * to the
 * editor's drawing keeps all of them waiting: on two cores two threads wrote 9–12 tokens/s beside VS Code, one thread 38.
 */
export function threadsBesideEditor(cores = availableParallelism()): number {
  return Math.max(1, cores - 1);
}
