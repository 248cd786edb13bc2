// The part of the trace format that describes the request: the prompt, what was inherited from an earlier
// answer, and every setting of the run.
import * as Type from "typebox";
import { Guards, recorded, recordedGroup, Relaxed, Run, Sampling } from "../settings/index.ts";
import { text, name, flag, count, atLeastOne, tokenId, tokenIds, share, orNull } from "./schemaFields.ts";

const { strategy, maxTokens, maxDraftTokens, stop } = Run.properties;
const topK = recorded(Relaxed.properties.topK);

const RuleSchema = Type.Union(
  [
    Type.Object({ kind: Type.Literal("strict") }),
    Type.Object({
      kind: Type.Literal("relaxed"),
      topK,
      minProbability: recorded(Relaxed.properties.minProbability),
    }),
    Type.Object({
      kind: Type.Literal("delta"),
      topK,
      delta: share("Kept with at least the best probability minus this."),
    }),
    Type.Object({
      kind: Type.Literal("ratio"),
      topK,
      alpha: share("Kept with at least this fraction of the best probability."),
    }),
  ],
  { description: "When a drafted token is kept." },
);

const GuardsSchema = recordedGroup(Guards, "Limits in addition to the rule.");

const SamplingSchema = Type.Object(
  {
    ...recordedGroup(Sampling, "").properties,
    repetitionPenalty: recorded(Sampling.properties.repetitionPenalty, { exclusiveMinimum: 0 }),
    repetitionTokens: count("How many of the last tokens of the answer the penalty covers."),
    seed: recorded(Sampling.properties.seed, {}),
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
    strategy: recorded(strategy),
    rule: RuleSchema,
    guards: GuardsSchema,
    sampling: SamplingSchema,
    maxTokens: recorded(
      maxTokens,
      undefined,
      "Maximum number of tokens that the run may write; inherited ones are not counted.",
    ),
    maxDraftTokens: recorded(maxDraftTokens),
    stop: Type.Optional(recorded(stop)),
    reproducible: flag("Whether steps were padded so that drafted and plain runs give the same bits."),
    rowWidth: atLeastOne("K: how many logits were judged at each position. Steps keep the first of them."),
  },
  { description: "The request." },
);
