// The one description of a rule, its guards, the sampling and the run that another one continues: in traces, in
// requests to the worker, in messages of the pages and in what pages keep.
import * as Type from "typebox";
import { text, flag, count, atLeastOne, tokenId, share, amount, orNull } from "./schemaFields.ts";

export const RuleSchema = Type.Union(
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

export const GuardsSchema = Type.Object(
  {
    endOfText: flag("If the target ends the text, only its end-of-text token is kept."),
    maxConsecutiveRelaxed: orNull(count(), "Maximum relaxed accepts in a row; null = no limit."),
    maxNatsGivenUp: orNull(amount(), "Maximum nats given up in what the run writes; null = no limit."),
  },
  { description: "Limits in addition to the rule." },
);

export const SamplingSchema = Type.Object(
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

export const ParentSchema = Type.Object(
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
