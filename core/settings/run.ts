// How one answer is decoded: strategy, limits, the rule of relaxed verification and its guards.
import { t } from "../base/index.ts";
import * as Type from "typebox";
import {
  DEFAULT_GUARDS,
  DEFAULT_STRATEGY,
  MAX_CANDIDATES,
  MAX_CHAIN_TOKENS,
  MAX_TREE_TOKENS,
  PUBLISHED_RULE,
  type Strategy,
} from "../laser/index.ts";
import { boolean, choice, integer, list, number, optional, text } from "./setting.ts";

const scope = "resource";

const STRATEGY_TEXTS: Readonly<Record<Strategy, string>> = {
  plain: t("One token per step, no drafts: the baseline for speed."),
  "prompt-lookup": t("Drafts from prompt and answer; keeps only the model's own choice."),
  "laser-strict": t("Drafts from prompt, answer and pool; keeps only the model's own choice."),
  laser: t(
    "Drafts from prompt, answer and pool; also keeps drafted tokens that are probable enough (relaxed).",
  ),
};

export const Run = Type.Object({
  strategy: choice({
    scope,
    default: DEFAULT_STRATEGY,
    choices: STRATEGY_TEXTS,
    flag: "--strategy <name>",
    text: t("How the answer is decoded."),
  }),
  maxTokens: integer({
    scope,
    minimum: 1,
    maximum: 1_048_576,
    default: 256,
    flag: "--max-tokens <n>",
    promptKeys: ["max_tokens", "max_completion_tokens", "maxTokens", "maxOutputTokens"],
    text: t("Maximum number of tokens to generate."),
  }),
  maxDraftTokens: integer({
    scope,
    minimum: 0,
    maximum: MAX_CHAIN_TOKENS,
    default: 15,
    flag: "--max-draft-tokens <n>",
    text: t(
      "Maximum number of tokens drafted per step. The planner drafts fewer where more would cost time.",
    ),
  }),
  draftShape: choice({
    scope,
    default: "auto",
    choices: {
      auto: t("Trees if a GPU verifies many tokens at nearly the cost of one, otherwise chains."),
      chain: t("Only the most likely continuation."),
      tree: t("Several continuations at once, if the engine can verify them."),
    },
    flag: "--draft-shape <shape>",
    text: t("Whether a step drafts one continuation or a tree of several."),
  }),
  maxTreeTokens: integer({
    scope,
    minimum: 1,
    maximum: MAX_TREE_TOKENS,
    default: MAX_TREE_TOKENS,
    flag: "--max-tree-tokens <n>",
    text: t("Maximum number of tokens in a draft tree. The planner drafts fewer where more would cost time."),
  }),
  planner: choice({
    scope,
    default: "repeatable",
    choices: {
      repeatable: t(
        "From fixed cost estimates for this device: identical runs draft the same tokens and give the same text.",
      ),
      adaptive: t(
        "From measured times of this run and earlier ones: may be faster, but relaxed answers can differ from run to run.",
      ),
    },
    flag: "--planner <name>",
    text: t("How a step's draft length is chosen."),
  }),
  minSupport: integer({
    scope,
    minimum: 1,
    maximum: MAX_CANDIDATES,
    default: 1,
    flag: "--min-support <n>",
    text: t(
      "Draft a token from the pool only if answers about at least this many users or items contain it in that place, after what the step has drafted before it. 1 is off.",
    ),
    note: t(
      "For privacy: with 2 or more, no draft shows what only one user's answers say, and traces don't name the answers that were drafted from. What the prompt and the answer itself say may always be drafted.",
    ),
  }),
  excludeSubject: boolean({
    scope,
    default: false,
    flag: "--exclude-subject <on|off>",
    text: t("Don't draft from answers about the same user or item, where the run names it."),
  }),
  stop: list({
    scope,
    maxItems: 16,
    hasTexts: true,
    default: [],
    flag: "--stop <text>",
    promptKeys: ["stop", "stop_sequences", "stopSequences"],
    text: t(
      "Texts that end the answer, which does not include them. Each counts wherever it occurs in what the run writes.",
    ),
    note: t("Write a line break as `\\n` in settings.json and in the LASER settings editor."),
  }),
  stopAtLoop: optional("integer", {
    scope,
    minimum: 8,
    maximum: 1000,
    nullWord: "off",
    flag: "--stop-at-loop <n|off>",
    promptKeys: ["stop_at_loop", "stopAtLoop"],
    text: t(
      "Ends an answer that only repeats itself, after this many repeated tokens: those that complete eight tokens in a row which the answer already contains.",
    ),
    note: t("`null` means never."),
  }),
  systemInUserTurn: boolean({
    scope,
    default: false,
    flag: "--system-in-user-turn <on|off>",
    promptKeys: ["system_in_user_turn", "systemInUserTurn"],
    text: t(
      "If the model's chat template refuses system messages or leaves them out, put their text at the start of the user's turn.",
    ),
  }),
  jsonSchema: text({
    scope,
    default: "",
    flag: "--json-schema <file>",
    valueFromFile: true,
    hasLines: true,
    promptKeys: ["response_format", "json_schema"],
    text: t(
      "JSON schema, as JSON text, that the answer is held to: only tokens that can lead to JSON valid under it are chosen.",
    ),
    note: t(
      "Properties are written in the order of the schema, and only those that it names unless it allows others explicitly. Leave empty for any answer.",
    ),
  }),
  grammar: text({
    scope,
    default: "",
    flag: "--grammar <file>",
    valueFromFile: true,
    hasLines: true,
    promptKeys: ["grammar"],
    text: t("Grammar in llama.cpp's GBNF that the answer is held to."),
    note: t("Leave empty for any answer."),
  }),
  reproducible: choice({
    scope,
    default: "auto",
    choices: {
      auto: t("On for strict strategies on the CPU."),
      on: t("Wherever the device allows it; the trace says where it doesn't."),
      off: t("Never; the fastest evaluation."),
    },
    flag: "--reproducible <when>",
    text: t(
      "Evaluate every step so that repeated runs give bit-for-bit the same results, at some cost in speed.",
    ),
  }),
});

/**
 * The greatest k, and so the logits read and kept at each position. Reading 128 costs almost nothing, and the rest of
 * the vocabulary then has little mass.
 */
export const MAX_TOP_K = 128;

export const Relaxed = Type.Object({
  topK: integer({
    scope,
    minimum: 1,
    maximum: MAX_TOP_K,
    default: PUBLISHED_RULE.topK,
    logFrom: 1,
    flag: "--relaxed-top-k <n>",
    text: t(
      "Relaxed verification keeps a drafted token only if it is among the k most probable. 1 is the strictest value.",
    ),
    note: t("Not to be confused with `#laser.sampling.topK#`, which applies to sampling."),
  }),
  minProbability: number({
    scope,
    minimum: 0,
    maximum: 1,
    default: PUBLISHED_RULE.minProbability,
    logFrom: 0.001,
    flag: "--relaxed-min-probability <x>",
    text: t("Relaxed verification keeps a drafted token only if its probability exceeds this."),
  }),
});

export const Guards = Type.Object({
  endOfText: boolean({
    scope,
    default: DEFAULT_GUARDS.endOfText,
    flag: "--guard-end-of-text <on|off>",
    text: t("If the model's own choice is end-of-text, don't let relaxed verification replace it."),
  }),
  maxConsecutiveRelaxed: optional("integer", {
    scope,
    minimum: 0,
    maximum: 1000,
    flag: "--max-consecutive-relaxed <n|off>",
    nullWord: "off",
    text: t("Maximum number of relaxed accepts in a row."),
    note: t("`null` means no limit."),
  }),
  maxNatsGivenUp: optional("number", {
    scope,
    minimum: 0,
    maximum: 10_000,
    flag: "--max-nats-given-up <x|off>",
    nullWord: "off",
    text: t(
      "Maximum log-probability, in nats, that relaxed accepts may give up in one answer. If a run continues an earlier answer, the limit applies to the rest of it.",
    ),
    note: t("`null` means no limit."),
  }),
});
