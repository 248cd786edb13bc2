// The part of the trace format that describes the request: the prompt, what was inherited from an earlier
// answer, and every setting of the run.
import * as Type from "typebox";
import { STRATEGIES } from "../laser/index.ts";
import {
  text,
  name,
  flag,
  count,
  atLeastOne,
  tokenId,
  tokenIds,
  share,
  amount,
  orNull,
} from "./schemaFields.ts";

const RuleSchema = Type.Union(
  [
    Type.Object({ kind: Type.Literal("strict") }),
    Type.Object({
      kind: Type.Literal("relaxed"),
      topK: atLeastOne("Kept only among the k most probable."),
      minProbability: share("Kept only with a probability above this."),
    }),
    Type.Object({
      kind: Type.Literal("delta"),
      topK: atLeastOne("Kept only among the k most probable."),
      delta: share("Kept with at least the best probability minus this."),
    }),
    Type.Object({
      kind: Type.Literal("ratio"),
      topK: atLeastOne("Kept only among the k most probable."),
      alpha: share("Kept with at least this fraction of the best probability."),
    }),
  ],
  { description: "When a drafted token is kept." },
);

const GuardsSchema = Type.Object(
  {
    endOfText: flag("If the target ends the text, only its end-of-text token is kept."),
    maxConsecutiveRelaxed: orNull(count(), "Maximum relaxed accepts in a row; null = no limit."),
    maxNatsGivenUp: orNull(amount(), "Maximum nats given up in what the run writes; null = no limit."),
  },
  { description: "Limits in addition to the rule." },
);

const SamplingSchema = Type.Object(
  {
    temperature: amount("0 takes the most probable token."),
    topK: count("Sample only from the k most probable tokens; 0 = off. Not the rule's k."),
    topP: share("Sample only from the smallest set that reaches this probability; 1 = off."),
    minP: share("Sample only from tokens with at least this fraction of the best probability; 0 = off."),
    repetitionPenalty: Type.Number({
      description: "Divides positive and multiplies negative logits of recent tokens; 1 = off.",
      exclusiveMinimum: 0,
    }),
    repetitionTokens: count("How many of the last tokens of the answer the penalty covers."),
    seed: Type.Integer({ description: "Seed of the draws." }),
  },
  { description: "How the target's choice was made." },
);

const ParentSchema = Type.Object(
  {
    createdAt: text("When the earlier run began, from its trace."),
    file: orNull(
      Type.String({ pattern: "^[^/\\\\]*$" }),
      "Name of its trace file, without folders; null for a trace without a file.",
    ),
    tokensBefore: count("How many of the tokens that it wrote itself are reused."),
    token: orNull(
      tokenId(),
      "The token chosen to follow them, the last inherited one; null if none was chosen.",
    ),
    was: orNull(tokenId(), "The token that followed them in the earlier run; null at its end."),
  },
  {
    description:
      "The run whose answer this one continues. Limits that count over an answer start again at this point.",
  },
);

export const RequestSchema = Type.Object(
  {
    promptFile: orNull(text(), "The prompt file as named by the caller; null for a prompt without a file."),
    messages: Type.Array(
      Type.Object({
        role: name("system, user or assistant."),
        content: text("The message after variables were filled in."),
      }),
      { description: "The conversation before the chat template." },
    ),
    rendered: text("The conversation rendered by the chat template: the text that was tokenized."),
    promptTokens: tokenIds(
      "Ids of the rendered prompt, then the inherited ones. The last one is the root of the first step.",
    ),
    inheritedTokens: Type.Optional(
      count("How many of the last promptTokens are answer tokens of earlier runs; 0 if omitted."),
    ),
    parent: Type.Optional(ParentSchema),
    strategy: Type.Enum(STRATEGIES, { description: "How the run drafted and verified." }),
    rule: RuleSchema,
    guards: GuardsSchema,
    sampling: SamplingSchema,
    maxTokens: atLeastOne("Maximum number of tokens that the run may write; inherited ones are not counted."),
    maxDraftTokens: count("The longest draft allowed."),
    reproducible: flag("Whether steps were padded so that drafted and plain runs give the same bits."),
    rowWidth: atLeastOne("K: how many logits were judged at each position. Steps keep the first of them."),
  },
  { description: "The request." },
);
