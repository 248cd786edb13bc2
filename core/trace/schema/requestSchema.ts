// The part of the trace format that describes the request: the prompt, what was inherited from an earlier
// answer, and every setting of the run.
import * as Type from "typebox";
import { recorded, Run } from "../../settings/index.ts";
import { GuardsSchema, ParentSchema, RuleSchema, SamplingSchema } from "./ruleSchema.ts";
import { text, name, flag, count, atLeastOne, tokenIds, orNull } from "./schemaFields.ts";

const {
  strategy,
  maxTokens,
  maxDraftTokens,
  maxTreeTokens,
  planner,
  minSupport,
  excludeSubject,
  stop,
  stopAtLoop,
  jsonSchema,
  grammar,
} = Run.properties;

export const RequestSchema = Type.Object(
  {
    promptFile: orNull(text(), "The prompt file as named by the caller; null for a prompt without a file."),
    promptUri: Type.Optional(
      name("Address of the prompt file where the run was started, to run it again; omitted where unknown."),
    ),
    values: Type.Optional(
      Type.Unsafe<Readonly<Record<string, unknown>>>(
        Type.Object(
          {},
          {
            description:
              "Values that the run was given for the prompt's variables, as JSON, to run it again; omitted where unknown.",
          },
        ),
      ),
    ),
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
    draftShape: Type.Optional(
      Type.Enum(["chain", "tree"] as const, {
        description: "Whether steps drafted one continuation or a tree of several; a chain if omitted.",
      }),
    ),
    maxTreeTokens: Type.Optional(recorded(maxTreeTokens)),
    planner: Type.Optional(
      recorded(
        planner,
        undefined,
        "How draft lengths were chosen: repeatable = by fixed expectations, so that identical runs draft the same tokens; adaptive, also if omitted = by measured times, too.",
      ),
    ),
    minSupport: Type.Optional(recorded(minSupport, undefined, `${minSupport.text} 1 if omitted.`)),
    excludeSubject: Type.Optional(recorded(excludeSubject)),
    stop: Type.Optional(recorded(stop)),
    stopAtLoop: Type.Optional(recorded(stopAtLoop, undefined, `${stopAtLoop.text} null if omitted.`)),
    jsonSchema: Type.Optional(
      recorded(
        jsonSchema,
        undefined,
        "JSON schema, as JSON text, that the answer is held to. Each row's candidates are then the most probable of the tokens that it allows there; probabilities are still those over the whole vocabulary.",
      ),
    ),
    grammar: Type.Optional(
      recorded(grammar, undefined, "Grammar in GBNF that the answer is held to; rows are as for jsonSchema."),
    ),
    reproducible: flag("Whether steps were padded so that drafted and plain runs give the same bits."),
    notReproducible: Type.Optional(
      name("Why a run that was to be reproducible is not; omitted for all others."),
    ),
    rowWidth: atLeastOne("K: how many logits were judged at each position. Steps keep the first of them."),
  },
  { description: "The request." },
);
