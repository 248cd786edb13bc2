// The keys of the front matter that are not settings, and what each means: both forms of Prompty, and ours.
import { t } from "../../base/index.ts";

type KeyTexts = Readonly<Record<string, string>>;

export const TOP_KEYS: KeyTexts = {
  name: t("Name of the prompt, shown in traces and reports."),
  displayName: t("Name to display; not used for generating."),
  description: t("What the prompt is for."),
  version: t("Version of the prompt."),
  authors: t("Who wrote it: a name, or a list of names."),
  tags: t("Keywords to find it by."),
  metadata: t("Facts for other tools, such as authors and tags in Prompty's second version."),
  model: t("The model and its parameters. Which model runs is chosen in the settings."),
  laser: t("How LASER decodes the answer: strategy, limits, relaxed verification, pool and group."),
  inputs: t("The variables of the prompt, with their types and default values."),
  inputSchema: t(
    "The variables in a form of Prompty's second version: below `properties`, as below `inputs`.",
  ),
  outputs: t("What the answer holds, for other tools."),
  outputSchema: t("The same in a form of Prompty's second version."),
  sample: t("Values of variables to try the prompt with. They take precedence over those of `inputs`."),
  template: t("The template language: Jinja."),
  tools: t("Tools that the model may call, for other tools: a local model gets none here."),
};

export const MODEL_KEYS: KeyTexts = {
  id: t("Name of a model, for other tools. Which model runs is chosen in the settings."),
  name: t("Name of a model, for other tools."),
  provider: t("Service that runs the model, for other tools."),
  api: t("`chat` or `completion`, for other tools: the model's chat template is used here."),
  apiType: t("The same in Prompty's second version."),
  configuration: t("How other tools reach the model. Not used here: the model runs on this machine."),
  connection: t("The same in Prompty's second version."),
  response: t("Which part of the reply other tools take."),
  parameters: t("Parameters of generating, such as `max_tokens` and `temperature`."),
  options: t("The same in Prompty's second version."),
};

/** Below `parameters` and `options`, besides the settings there. */
export const OPTION_KEYS: KeyTexts = {
  additionalProperties: t("Options of other services, for other tools. Not used here."),
  stream: t("Whether other tools show the answer as it grows; here it always is."),
  stream_options: t("How other tools stream the answer. Not used here."),
  user: t("Who asks, for services that count it. Not used here."),
};

/**
 * Keys of other services, each with the values that change nothing in an answer: such a key is not reported.
 */
export const NEUTRAL_OPTIONS: Readonly<Record<string, string>> = {
  frequency_penalty: "0",
  frequencyPenalty: "0",
  presence_penalty: "0",
  presencePenalty: "0",
  n: "1",
};

export const INPUT_KEYS: KeyTexts = {
  name: t("Name of the variable, in a list of inputs."),
  type: t("Type of the value, for other tools; `thread` is a conversation."),
  kind: t("The same in Prompty's second version; `thread` is a conversation."),
  title: t("Name to display."),
  description: t("What the value is."),
  required: t("Whether a value must be given; if not, it prints as nothing without one."),
  is_required: t("The same as `required`."),
  strict: t("Whether other tools must hold the value to its type."),
  enum: t("The values that are allowed, for other tools."),
  enumValues: t("The same in Prompty's second version."),
  default: t("Value of the variable unless another one is given."),
  sample: t("Value to try the prompt with."),
  example: t("The same in Prompty's second version."),
};

/** Below `inputSchema`. */
export const INPUT_SCHEMA_KEYS: KeyTexts = {
  properties: t("The variables, with their types and default values: a map or a list."),
  examples: t("Values to try the prompt with, for other tools."),
  strict: t("Whether other tools must hold the values to their types."),
};

/** Of the `laser:` block; its other keys are settings. */
export const LASER_TEXTS: KeyTexts = {
  pool: t(
    "File of earlier answers to draft from, instead of the setting's: JSON Lines or a pool file. The path is relative to the prompt file.",
  ),
  group: t(
    "Group of the pool that the prompt is about. Its answers count in full; those of other groups count as much as they have proved useful.",
  ),
  relaxed: t("The rule of relaxed verification."),
  guards: t("Limits on what relaxed verification may keep."),
};
