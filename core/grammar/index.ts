// Answers held to a grammar: GBNF and JSON schemas, and which tokens they allow after a text.
export { compileNetwork, type Network } from "./network.ts";
export { GrammarError, type GrammarFault } from "./errors.ts";
export { parseGbnf } from "./gbnf.ts";
export { schemaGrammar } from "./jsonSchema/schemaReader.ts";
export { Matcher } from "./matcher.ts";
export { grammarConstraint, tokenBytes, type TokenBytes } from "./tokenConstraint.ts";
