// The trace format, version 2: the only definition of what a *.lasertrace contains. The static types (schemaTypes.ts,
// types.ts), the check on reading (validate.ts), version 1 (schemaV1.ts) and the shipped JSON Schema
// (lasertrace.schema.json) are derived from these schema objects. Objects are open everywhere: a reader keeps keys that
// it does not know. fill.ts supplies the value of an omitted field.
import * as Type from "typebox";
import {
  DRAFT_SOURCES,
  FINISH_REASONS,
  NEXT_KINDS,
  NO_DRAFT_REASONS,
  VERDICT_KINDS,
  VERDICT_REASONS,
} from "../../laser/index.ts";
import { RequestSchema } from "./requestSchema.ts";
import {
  text,
  name,
  flag,
  logit,
  count,
  draftLength,
  atLeastOne,
  tokenId,
  tokenIds,
  share,
  amount,
  MAX_DRAFTED,
  orNull,
} from "./schemaFields.ts";

export const TRACE_FORMAT = "lasertrace";
export const TRACE_VERSION = 2;
/** The versions that are read; version 1 has no fields for trees. */
export const READ_VERSIONS = [1, TRACE_VERSION] as const;

/** The ways a run ends, and "failed" for an error. */
const TRACE_FINISHES = [...FINISH_REASONS, "failed"] as const;

const ModelSchema = Type.Object(
  {
    name: text("The model's own name."),
    file: Type.String({
      description: "Name of the model file, without directories.",
      pattern: "^[^/\\\\]*$",
    }),
    modelBytes: count("Size of the model file in bytes."),
    sha256: orNull(
      Type.String({ pattern: "^[0-9a-f]{64}$" }),
      "SHA-256 of the model file, lower-case hexadecimal; null if it was not computed.",
    ),
    vocabularySize: atLeastOne("Token ids are below this."),
    tokenizerFingerprint: text("Equal for models that tokenize text identically."),
  },
  { description: "The target model." },
);

const DeviceSchema = Type.Object(
  {
    backend: Type.Enum(["cpu", "cuda", "vulkan", "metal"] as const, { description: "The compute back end." }),
    names: Type.Array(Type.String(), { description: "The devices in use; may be empty on CPU." }),
    offloadedLayers: count("Layers actually on the device, not the number requested."),
    totalLayers: count("Layers of the model."),
    flashAttention: flag("Whether flash attention was on."),
    maxThreads: count("Maximum CPU threads per step."),
    kvType: Type.Optional(
      Type.Enum(["f16", "q8_0", "q4_0"] as const, {
        description: "How the context stored keys and values; f16 if omitted.",
      }),
    ),
    engine: Type.Optional(
      Type.Enum(["native", "library", "scripted"] as const, {
        description:
          "What evaluated: llama.cpp called directly, node-llama-cpp, or a script; missing in older traces.",
      }),
    ),
    engineReason: Type.Optional(
      orNull(text(), "Why llama.cpp was not called directly; null if it was, or if there was no model."),
    ),
  },
  { description: "Where the target was evaluated." },
);

const PoolSchema = Type.Object(
  {
    name: text("The pool's name."),
    entries: count("Stored answers at the start of the run."),
    tokens: count("Tokens in these answers."),
    fingerprint: text("Changes with the pool's content."),
    skippedLines: Type.Optional(
      count("Lines of its file that are not answers and were left out, as asked; omitted if there are none."),
    ),
    route: Type.Optional(
      Type.Object(
        {
          subject: orNull(text(), "The user or item that the request is about; null: not known."),
          group: orNull(text(), "Its group, whose answers count in full; null: all answers count equally."),
          by: name("How the group was found: interactions, vectors, attribute, random, asked, global."),
          reason: text("Why, as part of a sentence."),
        },
        { description: "The group that the request was sent to; omitted if it was sent to none." },
      ),
    ),
    entryNames: Type.Record(
      Type.String({ pattern: "^(0|[1-9][0-9]*)$" }),
      Type.Object({
        id: text("The entry's key."),
        group: orNull(text(), "The group that the entry belongs to."),
        text: Type.Optional(
          text(
            "The stored answer, cut at 2,000 characters with … at the cut. Omitted if a trace names many entries.",
          ),
        ),
      }),
      { description: "Names of the entries that the steps refer to by number." },
    ),
  },
  { description: "The pool of earlier answers that drafts were read from." },
);

const TokenTextSchema = Type.Union([
  Type.String({ description: "The token's text." }),
  Type.Object({
    bytes: Type.String({
      description: "The token's bytes in hexadecimal, if they are not valid UTF-8 on their own.",
      pattern: "^([0-9a-f]{2})+$",
    }),
  }),
  Type.Object({
    control: text("The name of a token that adds nothing to the text."),
    endsText: flag("Whether choosing it ends the text."),
  }),
]);

export const DraftTokenSchema = Type.Object({
  id: tokenId("The drafted token."),
  parent: Type.Optional(
    Type.Integer({
      description:
        "Index of the drafted token that it follows, a smaller one; −1 = the root. If omitted, it follows the one before it.",
      minimum: -1,
      maximum: MAX_DRAFTED,
    }),
  ),
  source: Type.Enum(DRAFT_SOURCES, { description: "Where it was read from." }),
  matchTokens: count("Context tokens that matched there."),
  count: count("Positions and pool entries that voted for this token: matches that it followed."),
  share: share("Vote share: longer matches count for more; 6 significant digits."),
  chance: share(
    "The predicted acceptance probability, given that all tokens that it follows are kept; 6 significant digits.",
  ),
  entries: Type.Array(count(), { description: "Numbers of up to 3 pool entries." }),
});

const AlternativeSchema = Type.Object({
  place: draftLength("Index of the drafted token that it was an alternative to, also beyond what was sent."),
  id: tokenId("A token that was a candidate there and not sent."),
  count: count("How often it was seen there."),
  share: share("Vote share at that position, 6 significant digits."),
});

export const VerdictSchema = Type.Object({
  kind: Type.Enum(VERDICT_KINDS),
  reason: Type.Enum(VERDICT_REASONS),
  rank: orNull(
    Type.Integer({ minimum: 1 }),
    "1 = the most probable; null = not among the rowWidth recorded logits.",
  ),
  probability: share("The probability at temperature 1, or its upper bound, which then decides."),
  probabilityLow: Type.Optional(
    share("Lower bound of the true probability; omitted if `probability` is exact."),
  ),
  threshold: orNull(
    share(),
    "The threshold that the probability was compared with; null under the strict rule.",
  ),
  margin: orNull(
    Type.Number({ minimum: -1, maximum: 1 }),
    "probability − threshold; null under the strict rule.",
  ),
});

export const RowSchema = Type.Object({
  own: tokenId("The target's choice at this position."),
  ids: tokenIds("The most probable tokens, logits descending, ties by lower id."),
  logits: Type.Array(logit(), {
    description: "Their logits after penalties, at temperature 1, exact.",
  }),
  logSumExp: logit(
    "ln Σ exp(logit) over the whole vocabulary: P = exp(logit − this). With logSumExpHigh, over only the rowWidth logits: P is at most that.",
  ),
  logSumExpHigh: Type.Optional(
    logit(
      "The same with all other tokens as probable as possible: P is at least exp(logit − this). Omitted if logSumExp is exact.",
    ),
  ),
});

const estimate = (description: string) =>
  orNull(amount(), `${description} 6 significant digits; null = unknown.`);

const DeclinedSchema = Type.Object({
  draftedTokens: draftLength("Its tokens."),
  expectedKept: estimate("How many of them were expected to be kept."),
  expectedMs: estimate("Expected duration of its evaluation in ms."),
});

export const PlanSchema = Type.Object(
  {
    offeredTokens: draftLength("Tokens the drafter offered."),
    sentTokens: count("Tokens sent."),
    expectedKept: estimate("Expected kept tokens of what was sent."),
    expectedMs: estimate("Expected duration of the evaluation in ms."),
    expectedPlainMs: estimate("Expected duration without a draft in ms."),
    tokensPerMs: estimate("The run's recent rate in committed tokens per ms."),
    threads: count("CPU threads used."),
    noDraft: orNull(Type.Enum(NO_DRAFT_REASONS), "Why no draft was sent; null if one was."),
    declined: Type.Optional(
      orNull(DeclinedSchema, "The best draft that was not worth sending; null or omitted if there was none."),
    ),
  },
  { description: "The planner's inputs and decision." },
);

export const StepSchema = Type.Object(
  {
    index: count("0, 1, 2 …"),
    position: count("Position of the root in the sequence (0 = first prompt token)."),
    root: tokenId("The last committed token, evaluated with the draft."),
    draft: Type.Array(DraftTokenSchema, {
      description: "The tree that was sent, parents first; often a chain. Empty = none.",
    }),
    alternatives: Type.Array(AlternativeSchema, {
      description: "Candidates beside the draft.",
      maxItems: 10_000,
    }),
    verdicts: Type.Array(VerdictSchema, { description: "One per drafted token, in order." }),
    path: Type.Optional(
      Type.Array(draftLength(), {
        description:
          "Indices of the kept drafted tokens, from the root down. If omitted, the first ones, up to the first that is not kept.",
        maxItems: MAX_DRAFTED,
      }),
    ),
    next: Type.Object(
      { kind: Type.Enum(NEXT_KINDS), id: tokenId("The target's token that ended the step.") },
      {
        description:
          "correction: instead of rejected tokens · bonus: after a branch kept to its end · plain: no draft.",
      },
    ),
    rows: Type.Array(RowSchema, {
      description:
        "Row 0 is the distribution after the root, row i + 1 that after drafted token i, unreached ones too.",
    }),
    plan: PlanSchema,
    evaluatedTokens: atLeastOne(
      "Root + draft, + fillers that keep the run reproducible or the shape of the evaluation.",
    ),
    repeatedTokens: Type.Optional(
      count("Kept tokens that were evaluated again ahead of these: the last tree's path; 0 if omitted."),
    ),
    draftMs: amount("Finding the draft, in ms."),
    verifyMs: amount("Evaluating root and draft, in ms."),
    otherMs: amount("Judging, rollback and bookkeeping, in ms."),
  },
  { description: "One draft-verify round." },
);

const ResultSchema = Type.Object(
  {
    finish: Type.Enum(TRACE_FINISHES, { description: "Why the run ended." }),
    error: Type.Optional(
      Type.Object(
        { code: name("A stable word."), message: text("What went wrong.") },
        { description: 'Present only if finish is "failed".' },
      ),
    ),
    text: text(
      "The text of the tokens: their bytes as UTF-8, with U+FFFD for invalid ones. A character begun by inherited tokens belongs to the token that completes it.",
    ),
    tokens: tokenIds("Every committed token, an end-of-text token at the end included."),
    prefillTokens: count(
      "Prompt and inherited tokens evaluated before the first step; the others were still in the model's cache.",
    ),
    prefillMs: orNull(amount(), "Duration of the prefill in ms; null if the run ended before."),
  },
  { description: "The result. Rates are derived from the steps, never stored." },
);

export const TraceSchema = Type.Object(
  {
    format: Type.Literal(TRACE_FORMAT),
    version: Type.Literal(TRACE_VERSION),
    createdAt: Type.String({
      description: "When the run began, ISO 8601 in UTC.",
      pattern:
        "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d+)?Z$",
    }),
    generator: name("Program and version that recorded the trace."),
    request: RequestSchema,
    model: ModelSchema,
    device: DeviceSchema,
    pool: orNull(PoolSchema, "null if the strategy used no pool."),
    tokens: Type.Record(Type.String({ pattern: "^(0|[1-9][0-9]*)$" }), TokenTextSchema, {
      description: "Every token id that the trace mentions, with its text.",
    }),
    steps: Type.Array(StepSchema, { description: "In order." }),
    result: ResultSchema,
  },
  {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "LASER Inspector trace, version 2",
    description: "Every decision of one run of retrieval-based speculative decoding.",
  },
);

/**
 * The JSON Schema (2020-12) of a *.lasertrace as JSON text; a unit test compares it with the shipped file. Files of
 * version 1 satisfy it too: all that version 2 added may be omitted.
 */
export function schemaJson(): string {
  const version = Type.Enum(READ_VERSIONS, { description: "Version 1 has only chains." });
  const schema = { ...TraceSchema, properties: { ...TraceSchema.properties, version } };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
