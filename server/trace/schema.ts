// The trace format, version 1: the one place that says what a *.lasertrace holds.
// From these schema objects come the static types (types.ts), the check on reading (validate.ts) and the shipped
// JSON Schema (lasertrace.schema.json). It must not know how a trace is recorded, read or shown.
// Objects stay open everywhere: a reader keeps keys that it does not know.
import * as Type from "typebox";
import {
  DRAFT_SOURCES,
  FINISH_REASONS,
  NEXT_KINDS,
  NO_DRAFT_REASONS,
  VERDICT_KINDS,
  VERDICT_REASONS,
} from "../laser/index.ts";
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
  orNull,
} from "./schemaFields.ts";

export const TRACE_FORMAT = "lasertrace";
export const TRACE_VERSION = 1;

/** The ways a run ends, and the one in which an error ended it. */
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
      "SHA-256 of the model file, lower-case hexadecimal; null where it was not computed.",
    ),
    vocabularySize: atLeastOne("Token ids are below this."),
    tokenizerFingerprint: text("Equal for models that cut text into the same tokens."),
  },
  { description: "The target model." },
);

const DeviceSchema = Type.Object(
  {
    backend: Type.Enum(["cpu", "cuda", "vulkan", "metal"] as const, { description: "What computed." }),
    names: Type.Array(Type.String(), { description: "The devices in use; may be empty on CPU." }),
    offloadedLayers: count("Layers really on the device, not the wish."),
    totalLayers: count("Layers of the model."),
    flashAttention: flag("Whether flash attention was on."),
    maxThreads: count("The most processor threads a step may use."),
  },
  { description: "Where the target was evaluated." },
);

const PoolSchema = Type.Object(
  {
    name: text("The pool's name."),
    entries: count("Stored answers at the start of the run."),
    tokens: count("Their tokens."),
    fingerprint: text("Changes with the pool's content."),
    entryNames: Type.Record(
      Type.String({ pattern: "^(0|[1-9][0-9]*)$" }),
      Type.Object({
        id: text("The entry's key."),
        group: orNull(text(), "The group that the entry belongs to."),
        text: Type.Optional(
          text(
            "The stored answer, cut at 2,000 characters with … at the cut. Left out where a trace names many entries.",
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
      description: "The token's bytes in hexadecimal, where they alone are not valid UTF-8.",
      pattern: "^([0-9a-f]{2})+$",
    }),
  }),
  Type.Object({
    control: text("The name of a token that adds nothing to the text."),
    endsText: flag("Whether the target ends by choosing it."),
  }),
]);

const DraftTokenSchema = Type.Object({
  id: tokenId("The drafted token."),
  source: Type.Enum(DRAFT_SOURCES, { description: "Where it was read." }),
  matchTokens: count("Context tokens that matched there."),
  count: count("Places and pool entries that voted for this token: matches that it followed."),
  share: share("Share of votes: longer matches count for more; 6 significant digits."),
  chance: share("The expected chance that it is kept, given that all before it are, 6 significant digits."),
  entries: Type.Array(count(), { description: "Numbers of up to 3 pool entries." }),
});

const AlternativeSchema = Type.Object({
  place: draftLength("The place in the chain (0 = after the root); also in one that was not sent."),
  id: tokenId("The token that was possible there and not sent."),
  count: count("How often it was seen there."),
  share: share("Share of votes at that place, 6 significant digits."),
});

const VerdictSchema = Type.Object({
  kind: Type.Enum(VERDICT_KINDS),
  reason: Type.Enum(VERDICT_REASONS),
  rank: orNull(
    Type.Integer({ minimum: 1 }),
    "1 = the most probable; null = not among the rowWidth logits held.",
  ),
  probability: share("Upper end of the interval that holds the true probability at temperature 1. Decides."),
  probabilityLow: share("Lower end of that interval."),
  threshold: orNull(share(), "What the probability was held against; null under the strict rule."),
  margin: orNull(
    Type.Number({ minimum: -1, maximum: 1 }),
    "probability − threshold; null under the strict rule.",
  ),
});

const RowSchema = Type.Object({
  own: tokenId("The target's own choice at this position."),
  ids: tokenIds("The most probable tokens, logits descending, ties by lower id."),
  logits: Type.Array(logit(), {
    description: "Their logits after penalties, at temperature 1, exact.",
  }),
  logSumExp: logit("ln Σ exp(logit) over the rowWidth logits held: P = exp(logit − this) at most."),
  logSumExpHigh: logit(
    "The same with all others as probable as they can be: P = exp(logit − this) at least.",
  ),
});

const estimate = (description: string) =>
  orNull(amount(), `${description} 6 significant digits; null = unknown.`);

const PlanSchema = Type.Object(
  {
    offeredTokens: draftLength("Tokens the drafter offered."),
    sentTokens: count("Tokens sent."),
    expectedKept: estimate("Expected kept tokens of what was sent."),
    expectedMs: estimate("Expected duration of the evaluation in ms."),
    expectedPlainMs: estimate("Expected duration without a draft in ms."),
    tokensPerMs: estimate("The run's recent rate in committed tokens per ms."),
    threads: count("Processor threads chosen."),
    noDraft: orNull(Type.Enum(NO_DRAFT_REASONS), "Why no draft was sent; null where one was."),
  },
  { description: "What the planner saw and chose." },
);

const StepSchema = Type.Object(
  {
    index: count("0, 1, 2 …"),
    position: count("Place of the root in the sequence (0 = first prompt token)."),
    root: tokenId("The last committed token, evaluated with the draft."),
    draft: Type.Array(DraftTokenSchema, { description: "The chain that was sent; empty = none." }),
    alternatives: Type.Array(AlternativeSchema, {
      description: "The tree around the chain.",
      maxItems: 10_000,
    }),
    verdicts: Type.Array(VerdictSchema, { description: "One a drafted token, in order." }),
    next: Type.Object(
      { kind: Type.Enum(NEXT_KINDS), id: tokenId("The target's own token that ended the step.") },
      {
        description:
          "correction: in place of a rejected token · bonus: after a draft kept whole · plain: no draft.",
      },
    ),
    rows: Type.Array(RowSchema, {
      description: "Row i is the distribution after evaluated token i (0 = the root), unreached ones too.",
    }),
    plan: PlanSchema,
    evaluatedTokens: atLeastOne("Root + draft, + 1 where a filler keeps the run reproducible."),
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
        { description: "Only where finish is failed." },
      ),
    ),
    text: text(
      "What the tokens read: their bytes as UTF-8, U+FFFD for what is not valid. Where inherited tokens end within a character, the token that completes it brings it.",
    ),
    tokens: tokenIds("Every committed token, an end-of-text token at the end included."),
    prefillTokens: count("Prompt and inherited tokens evaluated before the first step."),
    prefillMs: orNull(amount(), "Their duration in ms; null where the run ended before."),
  },
  { description: "What came out. Rates are derived from the steps, never stored." },
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
    pool: orNull(PoolSchema, "null where the strategy used no pool."),
    tokens: Type.Record(Type.String({ pattern: "^(0|[1-9][0-9]*)$" }), TokenTextSchema, {
      description: "Every token id that the trace mentions, with its text.",
    }),
    steps: Type.Array(StepSchema, { description: "In order." }),
    result: ResultSchema,
  },
  {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "LASER Inspector trace, version 1",
    description: "Every decision of one run of retrieval-based speculative decoding.",
  },
);
