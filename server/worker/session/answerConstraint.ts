// The constraint of a run: its JSON schema or grammar, compiled for the loaded model's vocabulary.
import {
  compileNetwork,
  grammarConstraint,
  GrammarError,
  Matcher,
  parseGbnf,
  schemaGrammar,
  tokenBytes,
  type Network,
  type TokenBytes,
} from "../../../core/grammar/index.ts";
import type { TokenConstraint } from "../../../core/laser/index.ts";
import type { GenerationSettings } from "../../../core/settings/index.ts";
import { isTooDeep, parseJson } from "../../../core/trace/index.ts";
import type { Engine } from "../../engine/index.ts";

/** The longest JSON schema, as text. */
const MAX_SCHEMA_CHARACTERS = 1_048_576;
const MAX_KEPT_STATES = 10_000;

type Sources = Pick<GenerationSettings, "jsonSchema" | "grammar">;

/** Checks a JSON schema or grammar before a model is loaded for it. @throws GrammarError */
export function checkConstraint(settings: Sources): void {
  compileSource(settings);
}

function compileSource({ jsonSchema, grammar }: Sources): Network | null {
  if (jsonSchema !== "" && grammar !== "") throw new GrammarError({ tag: "schemaAndGrammar" });
  if (grammar !== "") return compileNetwork(parseGbnf(grammar), "grammar");
  return jsonSchema === "" ? null : compileNetwork(schemaGrammar(parseSchema(jsonSchema)), "JSON schema");
}

function parseSchema(text: string): unknown {
  if (text.length > MAX_SCHEMA_CHARACTERS)
    throw new GrammarError({ tag: "grammarTooLarge", bound: "characters", limit: MAX_SCHEMA_CHARACTERS });
  const parsed = parseJson(text);
  if (!parsed.ok) {
    const reason = parsed.isCut
      ? "it ends too early"
      : `line ${parsed.line}, column ${parsed.column} is not expected`;
    throw new GrammarError({ tag: "schemaNotJson", reason });
  }
  if (isTooDeep(parsed.value)) throw new GrammarError({ tag: "grammarTooLarge", bound: "depth", limit: 200 });
  return parsed.value;
}

/** Makes the constraints of a session's runs. Bytes of the vocabulary, and the last grammar with its states, are kept. */
export class ConstraintSource {
  private bytes: TokenBytes | null = null;
  private last: { readonly key: string; readonly network: Network; matcher: Matcher } | null = null;

  constructor(private readonly engine: Pick<Engine, "model" | "tokenizer">) {}

  /** null: any answer. @throws GrammarError */
  constraintOf(settings: Sources): TokenConstraint | null {
    const { jsonSchema, grammar } = settings;
    if (jsonSchema === "" && grammar === "") return null;
    const key = `${jsonSchema}\n${grammar}`;
    if (this.last?.key !== key) {
      const network = compileSource(settings);
      if (network === null) return null;
      this.last = { key, network, matcher: new Matcher(network) };
    }
    const { network, matcher } = this.last;
    // What earlier runs reached is worth keeping, but must not use up what the next one may reach.
    if (matcher.states > MAX_KEPT_STATES) this.last.matcher = new Matcher(network);
    const { tokenizer, model } = this.engine;
    this.bytes ??= tokenBytes(model.vocabularySize, (token) =>
      tokenizer.isControl(token) ? null : tokenizer.bytesOf(token),
    );
    return grammarConstraint(this.last.matcher, this.bytes);
  }
}
