// What a trace says of the request: the prompt, what was inherited of an earlier answer, and every setting of the run.
// It must not know steps or results.
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
      alpha: share("Kept with at least this share of the best probability."),
    }),
  ],
  { description: "When a drafted token is kept." },
);

const GuardsSchema = Type.Object(
  {
    endOfText: flag("Where the target wants to end, only its end is kept."),
    maxConsecutiveRelaxed: orNull(count(), "The most relaxed accepts in a row; null = no limit."),
    maxNatsGivenUp: orNull(amount(), "The most nats given up in what the run writes; null = no limit."),
  },
  { description: "Limits beside the rule." },
);

const SamplingSchema = Type.Object(
  {
    temperature: amount("0 takes the most probable token."),
    topK: count("The k most probable stay before the draw; 0 = off. Not the rule's k."),
    topP: share("The smallest set that reaches this probability stays before the draw; 1 = off."),
    minP: share("Tokens with at least this share of the best probability stay; 0 = off."),
    repetitionPenalty: Type.Number({
      description: "Divides positive and multiplies negative logits of recent tokens; 1 = off.",
      exclusiveMinimum: 0,
    }),
    repetitionTokens: count("How many of the last tokens of the answer the penalty looks at."),
    seed: Type.Integer({ description: "Seed of the draws." }),
  },
  { description: "How the target's own choice was made." },
);

const ParentSchema = Type.Object(
  {
    createdAt: text("When the earlier run began, as its trace says."),
    file: orNull(
      Type.String({ pattern: "^[^/\\\\]*$" }),
      "Name of its trace file, without folders; null for a trace without a file.",
    ),
    tokensBefore: count("How many of the tokens that it wrote itself stand."),
    token: orNull(
      tokenId(),
      "The token chosen to follow them, the last inherited one; null where the run only goes on from there.",
    ),
    was: orNull(tokenId(), "The token that followed them in the earlier run; null at its end."),
  },
  {
    description:
      "The run whose answer this one goes on from. Limits that count over an answer begin anew at this place.",
  },
);

export const RequestSchema = Type.Object(
  {
    promptFile: orNull(text(), "The prompt file as named by who ran it; null for a prompt without a file."),
    messages: Type.Array(
      Type.Object({
        role: name("system, user or assistant."),
        content: text("The message after variables were filled in."),
      }),
      { description: "The conversation before the chat template." },
    ),
    rendered: text("The conversation put through the chat template: the text that was tokenized."),
    promptTokens: tokenIds(
      "Ids of the rendered prompt, then the inherited ones. The last one is the root of the first step.",
    ),
    inheritedTokens: Type.Optional(
      count("How many of the last promptTokens are answer tokens of earlier runs; 0 where it is left out."),
    ),
    parent: Type.Optional(ParentSchema),
    strategy: Type.Enum(STRATEGIES, { description: "How the run drafted and verified." }),
    rule: RuleSchema,
    guards: GuardsSchema,
    sampling: SamplingSchema,
    maxTokens: atLeastOne("The most tokens that the run may write; inherited ones are not counted."),
    maxDraftTokens: count("The longest draft allowed."),
    reproducible: flag("Whether steps were padded so that drafted and plain runs give the same bits."),
    rowWidth: atLeastOne("K: how many logits were judged at each position. Steps keep the first of them."),
  },
  { description: "What was asked for." },
);
