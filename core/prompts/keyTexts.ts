// The keys of the front matter that are not settings, and what each means: both forms of Prompty, and ours.

type KeyTexts = Readonly<Record<string, string>>;

export const TOP_KEYS: KeyTexts = {
  name: "Name of the prompt, shown in traces and reports.",
  displayName: "Name for people; not used for generating.",
  description: "What the prompt is for.",
  version: "Version of the prompt.",
  authors: "Who wrote it: a name, or a list of names.",
  tags: "Words to find it by.",
  metadata: "Facts for other tools, such as authors and tags in Prompty's second version.",
  model: "The model and its parameters. Which model runs is chosen in the settings.",
  laser: "How LASER decodes the answer: strategy, limits, relaxed verification, pool and group.",
  inputs: "The variables of the prompt, with their types and default values.",
  outputs: "What the answer holds, for other tools.",
  sample: "Values of variables to try the prompt with. They take precedence over those of `inputs`.",
  template: "The template language: Jinja.",
};

export const MODEL_KEYS: KeyTexts = {
  id: "Name of a model, for other tools. Which model runs is chosen in the settings.",
  name: "Name of a model, for other tools.",
  provider: "Service that runs the model, for other tools.",
  api: "`chat` or `completion`, for other tools: the model's chat template is used here.",
  apiType: "The same in Prompty's second version.",
  configuration: "How other tools reach the model. Not used here: the model runs on this machine.",
  connection: "The same in Prompty's second version.",
  response: "Which part of the reply other tools take.",
  parameters: "Parameters of generating, such as `max_tokens` and `temperature`.",
  options: "The same in Prompty's second version.",
};

export const INPUT_KEYS: KeyTexts = {
  name: "Name of the variable, in a list of inputs.",
  type: "Type of the value, for other tools; `thread` is a conversation.",
  kind: "The same in Prompty's second version; `thread` is a conversation.",
  title: "Name for people.",
  description: "What the value is.",
  required: "Whether other tools must give a value.",
  is_required: "The same as `required`.",
  strict: "Whether other tools must hold the value to its type.",
  enum: "The values that are allowed, for other tools.",
  enumValues: "The same in Prompty's second version.",
  default: "Value of the variable unless another one is given.",
  sample: "Value to try the prompt with.",
  example: "The same in Prompty's second version.",
};

/** Of the `laser:` block; its other keys are settings. */
export const LASER_TEXTS: KeyTexts = {
  pool: "File of earlier answers to draft from, instead of the setting's: JSON Lines or a pool file. The path counts from the prompt file.",
  group:
    "Group of the pool that the prompt is about. Its answers count in full, those of others what they have proved worth.",
  relaxed: "The rule of relaxed verification.",
  guards: "Limits on what relaxed verification may keep.",
};
