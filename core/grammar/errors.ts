// What can be wrong with a grammar or a JSON schema. It may come with a downloaded file, so its cost is bounded.
import { FaultError, type FaultTable } from "../base/index.ts";

/** Which bound was exceeded. */
export type GrammarBound =
  | "characters"
  | "depth"
  | "nodes"
  | "rules"
  /** Readings of the text so far that are followed at once. */
  | "readings"
  /** Distinct states reached while an answer is written. */
  | "states";

export type GrammarFault =
  /** `line` and `column` count from 1. */
  | {
      readonly tag: "grammarInvalid";
      readonly line: number;
      readonly column: number;
      readonly reason: string;
    }
  | { readonly tag: "leftRecursion"; readonly rule: string }
  | { readonly tag: "nothingMatches"; readonly subject: "grammar" | "JSON schema" }
  | { readonly tag: "grammarTooLarge"; readonly bound: GrammarBound; readonly limit: number }
  | { readonly tag: "schemaNotJson"; readonly reason: string }
  /** `place` is a JSON pointer, "#" for the schema itself. */
  | { readonly tag: "schemaInvalid"; readonly place: string; readonly reason: string }
  | { readonly tag: "schemaUnsupported"; readonly place: string; readonly what: string }
  | { readonly tag: "schemaAndGrammar" };

const BOUNDS: Readonly<Record<GrammarBound, string>> = {
  characters: "characters of text",
  depth: "levels of nesting",
  nodes: "parts",
  rules: "rules",
  readings: "ways to read the same text",
  states: "states of an answer",
};

const GRAMMAR_FAULTS: FaultTable<GrammarFault> = {
  grammarInvalid: {
    blame: "input",
    message: ({ line, column, reason }) => `Line ${line}, column ${column} of the grammar: ${reason}.`,
    nextStep: "Correct the grammar; it is written in llama.cpp's GBNF.",
  },
  leftRecursion: {
    blame: "input",
    message: ({ rule }) => `The rule "${rule}" of the grammar begins with itself.`,
    nextStep: "Write the repeated part with * or +, or put the rule at the end of its own text.",
  },
  nothingMatches: {
    blame: "input",
    message: ({ subject }) => `No finite text satisfies the ${subject}.`,
    nextStep: "Give each rule that refers to itself a way to end, and each schema a value that satisfies it.",
  },
  grammarTooLarge: {
    blame: "input",
    message: ({ bound, limit }) => `The grammar or JSON schema needs more than ${limit} ${BOUNDS[bound]}.`,
    nextStep: "Lower its counts (maxLength, maxItems, {m,n}), or write it with fewer alternatives.",
  },
  schemaNotJson: {
    blame: "input",
    message: ({ reason }) => `The JSON schema is not JSON: ${reason}.`,
    nextStep: 'Give the schema itself as JSON text, for example {"type": "object"}.',
  },
  schemaInvalid: {
    blame: "input",
    message: ({ place, reason }) => `The JSON schema is not valid at ${place}: ${reason}.`,
    nextStep: "Correct the schema there.",
  },
  schemaUnsupported: {
    blame: "input",
    message: ({ place, what }) =>
      `An answer can't be held to ${what}, which the JSON schema has at ${place}.`,
    nextStep: "Remove it there and check it afterwards, or describe the same values in another way.",
  },
  schemaAndGrammar: {
    blame: "input",
    message: "A JSON schema and a grammar were given for the same answer.",
    nextStep: "Leave one of them out.",
  },
};

export class GrammarError extends FaultError<GrammarFault> {
  protected override get table() {
    return GRAMMAR_FAULTS;
  }
}

/** @throws GrammarError grammarTooLarge */
export function checkBound(value: number, bound: GrammarBound, limit: number): void {
  if (value > limit) throw new GrammarError({ tag: "grammarTooLarge", bound, limit });
}
