// Runs a golden script on the reference index and compares every result with the recorded one.
import { ReferenceIndex } from "../../server/bench/reference/index.ts";
import type { GoldenScript, Operation } from "./script.ts";

export interface Replayed {
  /** Operations executed. */
  readonly operations: number;
  /** Results compared: one per `get` and `end`. */
  readonly checked: number;
  readonly failures: readonly Failure[];
}

export interface Failure {
  /** From 1. */
  readonly operation: number;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

export function replay({ parameters, operations }: GoldenScript): Replayed {
  const index = new ReferenceIndex(parameters);
  const failures: Failure[] = [];
  let checked = 0;
  operations.forEach((operation, place) => {
    const results = carryOut(index, operation);
    if (results === null) return;
    checked++;
    if (results.expected === results.found) return;
    failures.push({ operation: place + 1, ...results });
  });
  return { operations: operations.length, checked, failures };
}

/** The comparison; null for an operation without a result. */
function carryOut(index: ReferenceIndex, operation: Operation): Omit<Failure, "operation"> | null {
  switch (operation.op) {
    case "putOutput":
      index.putOutput(operation.tokens);
      return null;
    case "putInput":
      index.putPrompt(operation.tokens);
      return null;
    case "streamOutput":
      index.streamOutput(operation.tokens);
      return null;
    case "finishOutput":
      index.finishOutput(operation.tokens);
      return null;
    case "get": {
      const { size, tokens, parents } = index.lookup(operation.query);
      return {
        what: `get ${operation.query.join(" ")}`,
        expected: tree(operation.ids, operation.parents),
        found: tree([...tokens.subarray(0, size)], [...parents.subarray(0, size)]),
      };
    }
    case "end":
      return {
        what: "end",
        expected: `${operation.trees} trees, ${operation.nodes} nodes`,
        found: `${index.trees} trees, ${index.nodes} nodes`,
      };
  }
}

function tree(ids: readonly number[], parents: readonly number[]): string {
  return `ids ${ids.join(" ")}, parents ${parents.join(" ")}`;
}
