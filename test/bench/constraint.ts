// npm run bench:constraint -- --model FILE [--answers 20]
// What it costs to hold an answer to a JSON schema or a grammar: compiling it, one token, the 128 most probable tokens of a
// position and, if it refuses all of those, every token of the vocabulary. Answers are seeded walks over allowed
// tokens. The first pass over them finds the states, the second one meets them again. A vocabulary of 128,256 is the
// model's own with pairs of its tokens added.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import {
  compileNetwork,
  grammarConstraint,
  Matcher,
  parseGbnf,
  schemaGrammar,
  tokenBytes,
  type TokenBytes,
} from "../../core/grammar/index.ts";
import { readModelFile } from "../../server/engine/gguf/modelFile.ts";
import { createVocabulary } from "../../server/engine/tokenizer/vocabulary.ts";
import { seededRandom } from "../support/random.ts";
import { spread } from "./spread.ts";

const CANDIDATES = 128;
const LARGE_VOCABULARY = 128_256;
const MAX_TOKENS = 120;

const { values } = parseArgs({
  options: { model: { type: "string" }, answers: { type: "string", default: "20" } },
});
if (values.model === undefined) throw new Error("--model does not name a file");

const { info } = await readModelFile(values.model);
const { ggml, chat_template: template = "" } = info.metadata.tokenizer;
const vocabulary = createVocabulary({
  model: ggml.model,
  texts: ggml.tokens,
  kinds: ggml.token_type,
  template,
});
const ownBytes = (token: number): Uint8Array | null =>
  vocabulary.isControl(token) ? null : vocabulary.bytesOf(token);

function withPairs(size: number): TokenBytes {
  const random = seededRandom(1);
  const any = (): Uint8Array => ownBytes(random.below(vocabulary.size)) ?? new Uint8Array();
  return tokenBytes(size, (token) =>
    token < vocabulary.size ? ownBytes(token) : Buffer.concat([any(), any()]),
  );
}

const PERSON = {
  type: "object",
  properties: {
    name: { type: "string" },
    age: { type: "integer", minimum: 0, maximum: 130 },
    city: { enum: ["London", "Paris", "Rome"] },
    tags: { type: "array", items: { type: "string", maxLength: 20 }, maxItems: 5 },
  },
  required: ["name", "age", "city", "tags"],
};
const SOURCES: readonly (readonly [string, () => Matcher])[] = [
  ["schema of an object", () => new Matcher(compileNetwork(schemaGrammar(PERSON), "JSON schema"))],
  ["any JSON", () => new Matcher(compileNetwork(schemaGrammar(true), "JSON schema"))],
  [
    "string of at most 1000",
    () => new Matcher(compileNetwork(schemaGrammar({ type: "string", maxLength: 1000 }), "JSON schema")),
  ],
  [
    "grammar of a list",
    () => new Matcher(compileNetwork(parseGbnf('root ::= "[" w ("," w)* "]"\nw ::= [a-z]+'), "grammar")),
  ],
];

console.info(
  `${cpus()[0]?.model.trim() ?? "unknown processor"}, Node ${process.version}; µs per position: median (least–most), first pass → second pass`,
);
const sizes: readonly (readonly [string, TokenBytes])[] = [
  [`${vocabulary.size}`, tokenBytes(vocabulary.size, ownBytes)],
  [`${LARGE_VOCABULARY}`, withPairs(LARGE_VOCABULARY)],
];
for (const [size, bytes] of sizes) {
  const count = bytes.offsets.length - 1;
  for (const [name, make] of SOURCES) {
    const begun = performance.now();
    const matcher = make();
    const compileMs = performance.now() - begun;
    const constraint = grammarConstraint(matcher, bytes);
    const timed = (tokens: ArrayLike<number>, state: number): number => {
      const start = performance.now();
      for (let i = 0; i < tokens.length; i++) constraint.advance(state, tokens[i]!);
      return (performance.now() - start) * 1000;
    };
    const every = Int32Array.from({ length: count }, (_, token) => token);
    const few: number[][] = [[], []];
    const all: number[][] = [[], []];
    for (const pass of [0, 1]) {
      const random = seededRandom(7);
      for (let answer = 0; answer < Number(values.answers); answer++) {
        let state = constraint.start;
        for (let length = 0; length < MAX_TOKENS && !constraint.isComplete(state); length++) {
          const candidates = Int32Array.from({ length: CANDIDATES }, () => random.below(count));
          few[pass]!.push(timed(candidates, state));
          if (length % 10 === 0) all[pass]!.push(timed(every, state));
          const from = random.below(count);
          let token = from;
          while (constraint.advance(state, token) < 0) token = (token + 1) % count;
          state = constraint.advance(state, token);
        }
      }
    }
    const words = (of: number[][]): string => of.map((one) => spread(one, 0)).join(" → ");
    console.info(
      `vocabulary ${size}, ${name}: compiled in ${compileMs.toFixed(1)} ms; ${CANDIDATES} tokens ${words(few)}; all tokens ${words(all)}; ${matcher.states} states`,
    );
  }
}
