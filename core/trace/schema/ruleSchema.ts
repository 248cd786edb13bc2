// A rule, its guards, the sampling and the run that another one continues, as traces, messages of the pages and the
// pages' kept state hold them. Texts come from the settings; bounds are wider, since older runs must open.
import * as Type from "typebox";
import { Guards, recorded, recordedGroup, Relaxed, ruleShape, Sampling } from "../../settings/index.ts";
import { text, count, tokenId, share, orNull } from "./schemaFields.ts";

export const RuleSchema = ruleShape(
  {
    topK: recorded(Relaxed.properties.topK),
    minProbability: recorded(Relaxed.properties.minProbability),
    delta: share("Kept with at least the best probability minus this."),
    alpha: share("Kept with at least this fraction of the best probability."),
  },
  { description: "When a drafted token is kept." },
);

export const GuardsSchema = recordedGroup(Guards, "Limits in addition to the rule.");

export const SamplingSchema = Type.Object(
  {
    ...recordedGroup(Sampling, "").properties,
    repetitionPenalty: recorded(Sampling.properties.repetitionPenalty, { exclusiveMinimum: 0 }),
    repetitionTokens: count("How many of the last tokens of the answer the penalty covers."),
    seed: recorded(Sampling.properties.seed, {}),
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
