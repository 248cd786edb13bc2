// What is kept of runs and shown of them: traces, the loaded model, marks in answers.
import * as Type from "typebox";
import { boolean, number } from "./setting.ts";

export const Traces = Type.Object({
  record: boolean({
    scope: "resource",
    default: true,
    text: "Keep a trace of every decision of each run in the extension's own storage. The latest 50 are kept.",
  }),
  compact: boolean({
    scope: "resource",
    default: false,
    text: "Write traces compressed with gzip, at less than a third of the size. Both forms can be opened wherever a trace can.",
    note: "The file name then ends in `.lasertrace.gz`.",
  }),
});

export const Server = Type.Object({
  idleUnloadMinutes: number({
    scope: "window",
    minimum: 0,
    maximum: 1440,
    default: 10,
    text: "Unload the model after this many idle minutes. 0 keeps it loaded.",
  }),
});

export const Output = Type.Object({
  decorations: boolean({
    scope: "window",
    default: true,
    text: "Mark each token of an answer by how it was produced: accepted, relaxed, correction, bonus or plain.",
  }),
});
