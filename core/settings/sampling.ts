// How the model's own choice is made at each position.
import { t } from "../base/index.ts";
import * as Type from "typebox";
import { DEFAULT_SAMPLING } from "../laser/index.ts";
import { integer, number } from "./setting.ts";

const scope = "resource";

export const Sampling = Type.Object({
  temperature: number({
    scope,
    minimum: 0,
    maximum: 10,
    default: DEFAULT_SAMPLING.temperature,
    flag: "--temperature <t>",
    promptKeys: ["temperature"],
    text: t(
      "0 always takes the most probable token; above 0 a token is sampled, and the same seed gives the same tokens.",
    ),
  }),
  topK: integer({
    scope,
    minimum: 0,
    maximum: 1_000_000, // Above every vocabulary: a prompt file may give any k.
    default: DEFAULT_SAMPLING.topK,
    flag: "--top-k <n>",
    promptKeys: ["top_k", "topK"],
    text: t("Sample only from the k most probable tokens. 0 disables it."),
    note: t("Not to be confused with `#laser.relaxed.topK#`, which applies to verification."),
  }),
  topP: number({
    scope,
    above: 0,
    maximum: 1,
    default: DEFAULT_SAMPLING.topP,
    flag: "--top-p <x>",
    promptKeys: ["top_p", "topP"],
    text: t(
      "Sample only from the most probable tokens whose probabilities together reach this. 1 disables it.",
    ),
  }),
  minP: number({
    scope,
    minimum: 0,
    maximum: 1,
    default: DEFAULT_SAMPLING.minP,
    flag: "--min-p <x>",
    promptKeys: ["min_p", "minP"],
    text: t("Sample only from tokens at least this fraction as likely as the top token. 0 disables it."),
  }),
  seed: integer({
    scope,
    minimum: 0,
    maximum: 2 ** 32 - 1,
    default: DEFAULT_SAMPLING.seed,
    flag: "--seed <n>",
    promptKeys: ["seed"],
    text: t("Seed for sampling."),
  }),
  repetitionPenalty: number({
    scope,
    minimum: 1,
    maximum: 10,
    default: DEFAULT_SAMPLING.repetitionPenalty,
    flag: "--repetition-penalty <x>",
    promptKeys: ["repetition_penalty", "repetitionPenalty"],
    text: t(
      "Makes tokens among the last {0} of the answer less likely. 1 disables it.",
      DEFAULT_SAMPLING.repetitionTokens,
    ),
  }),
});
