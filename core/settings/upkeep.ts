// What is kept of runs and shown of them: traces, the loaded model, marks in answers.
import { t } from "../base/index.ts";
import * as Type from "typebox";
import { boolean, choice, number } from "./setting.ts";

export const Traces = Type.Object({
  record: boolean({
    scope: "resource",
    default: true,
    text: t(
      "Keep a trace of every decision of each run in the extension's own storage. The latest 50 are kept.",
    ),
  }),
  compact: boolean({
    scope: "resource",
    default: false,
    text: t(
      "Write traces compressed with gzip, at less than a third of the size. Both forms can be opened wherever a trace can.",
    ),
    note: t("The file name then ends in `.lasertrace.gz`."),
  }),
  measurePlain: boolean({
    scope: "resource",
    default: false,
    text: t(
      "After a run whose speed-up is not known, run its prompt once more without drafts, which measures it. Takes as long as plain decoding.",
    ),
  }),
});

export const Server = Type.Object({
  idleUnloadMinutes: number({
    scope: "window",
    minimum: 0,
    maximum: 1440,
    default: 10,
    text: t("Unload the model after this many idle minutes. 0 keeps it loaded."),
  }),
});

export const Prompts = Type.Object({
  features: choice({
    scope: "window",
    default: "auto",
    choices: {
      auto: t(
        "All, unless the Prompty extension is enabled, which has its own: then only those of the laser block.",
      ),
      all: t("All: completion, hovers, problems, outline, rename, formatting."),
      laserBlock: t("Only those of the laser block."),
    },
    text: t("Which language features prompt files get from this extension."),
  }),
});

export const Output = Type.Object({
  decorations: boolean({
    scope: "window",
    default: true,
    text: t(
      "Mark each token of an answer by how it was produced: accepted, relaxed, correction, bonus or plain.",
    ),
  }),
});
