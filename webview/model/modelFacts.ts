// What the model page says in words: the file, where it runs, back ends, and what an estimate found. Values in, rows out.
import { several as severalPlain, unreachable, t } from "../../core/base/index.ts";
import { BACKEND_NAMES, GPU_CHOICE_NAMES, usedContextTokens } from "../../core/settings/index.ts";
import type { Estimate, KnownModel } from "../../extension/shared/modelPage.ts";
import type { BackendReport, DeviceReport, ModelReport } from "../../server/protocol/worker.ts";
import { freeText, layersText, needText } from "../../extension/shared/modelFit.ts";
import { grouped, several } from "../page/amounts.ts";

export type FactRow = readonly [name: string, value: string];

export function fileRows({ report, choice }: KnownModel): readonly FactRow[] {
  const { file, name, layers, vocabularySize, template } = report;
  const known = (value: number | null, unit: string): string =>
    value === null ? t("not known") : `${grouped(value)} ${unit}`;
  const parts = file.parts === 1 ? "" : t(" in {0} parts", file.parts);
  return [
    [t("Name"), name ?? t("not named in the file")],
    [t("File"), file.path],
    [
      t("Size"),
      file.bytes === null ? t("file missing") : `${grouped(Math.ceil(file.bytes / 1e6))} MB${parts}`,
    ],
    [t("Architecture"), file.architecture ?? t("not known")],
    [t("Quantisation"), file.quantisation ?? t("not known")],
    [t("Layers"), layers === null ? t("not known") : t("{0}, and the output layer", grouped(layers))],
    [t("Vocabulary"), known(vocabularySize, "tokens")],
    [t("Context"), contextText(file.contextTokens, choice.contextTokens)],
    [t("Chat template"), templateText(template, choice.chatTemplatePath)],
    ...(file.isHybrid
      ? [
          [
            t("Drafting"),
            t("part of the model is recurrent: each rejected draft is evaluated again, so drafts gain less"),
          ] as const,
        ]
      : []),
    ...memoryRows(file.fit),
  ];
}

function contextText(trained: number | null, asked: number): string {
  const made =
    trained === null ? t("what it was made for is not known") : t("made for {0} tokens", grouped(trained));
  const used = grouped(usedContextTokens(asked, trained));
  return t("{0} tokens by the settings; {1}", used, made);
}

function templateText(template: ModelReport["template"], given: string | undefined): string {
  if (given !== undefined) return t("of the settings: {0}", given);
  if (template === null)
    return t("none in the file: a chat can't be sent; name a template file in laser.chatTemplate");
  return t("in the file, {0}", several(template.bytes, "byte"));
}

function memoryRows(fit: ModelReport["file"]["fit"]): readonly FactRow[] {
  if (fit?.neededBytes == null) return [[t("Memory"), t("not known")]];
  const { neededBytes, contextBytes, contextTokens, freeBytes, gpu } = fit;
  const context =
    contextBytes === null
      ? ""
      : t(", of which {0} are for {1} tokens of context", needText(contextBytes), grouped(contextTokens));
  const onGpu =
    gpu === null
      ? ""
      : t("; {0} were free on {1} when it was tried", freeText(gpu.freeBytes), BACKEND_NAMES[gpu.backend]);
  const layers = layersText(fit);
  return [
    [t("Memory"), t("{0} needed, estimated{1}", needText(neededBytes), context)],
    [t("Free"), t("{0} here{1}", freeText(freeBytes), onGpu)],
    ...(layers === null ? [] : [[t("Would load"), layers] as const]),
  ];
}

/** Where it runs, or would by the settings. */
export function deviceRows({ report: { loaded }, choice }: KnownModel): readonly FactRow[] {
  const asked: FactRow[] = [
    [t("Back end asked for"), GPU_CHOICE_NAMES[choice.gpu]],
    [t("Device asked for"), choice.device ?? t("every device of the back end")],
    [t("Layers asked for"), choice.gpuLayers === undefined ? t("as many as fit") : grouped(choice.gpuLayers)],
    [t("Maximum threads"), grouped(choice.threads)],
    [t("Keys and values in"), choice.kvType ?? "f16"],
  ];
  if (loaded === null) return [[t("Loaded"), t("no: it loads with the first run")], ...asked];
  const { backend, names, offloadedLayers, totalLayers, maxThreads, flashAttention, engine } = loaded.device;
  return [
    [
      t("Loaded"),
      backend === "cpu" ? t("on the CPU") : t("by {0} on {1}", BACKEND_NAMES[backend], names.join(", ")),
    ],
    [t("Layers"), t("{0} of {1} on the GPU", offloadedLayers, totalLayers)],
    [t("Threads"), t("at most {0}", maxThreads)],
    [t("Flash attention"), flashAttention ? "on" : "off"],
    [t("Engine"), engine === "native" ? t("llama.cpp, called directly") : (engine ?? t("not known"))],
    ...asked,
  ];
}

export interface BackendRow {
  readonly name: string;
  readonly isUsed: boolean;
  readonly text: string;
}

/** Every back end of this platform, tried or not, and why it is not used. */
export function backendRows({ backends, chosen }: DeviceReport): readonly BackendRow[] {
  return [
    ...backends.map((report) => ({
      name: BACKEND_NAMES[report.backend],
      isUsed: chosen === report.backend,
      text: stateText(report),
    })),
    { name: "CPU", isUsed: chosen === "cpu", text: t("always there") },
  ];
}

function stateText({ backend, state }: BackendReport): string {
  switch (state.kind) {
    case "usable":
      return t(
        "usable: {0}, tried in {1} ms",
        state.devices.map(({ description }) => description).join(", "),
        grouped(state.trialMs),
      );
    case "refused":
      return t("refused: {0}. {1}", state.reason, state.nextStep);
    case "notInstalled":
      return backend === "cuda"
        ? t("not installed: “Get CUDA support” adds it, for NVIDIA GPUs")
        : t("not installed. {0}", state.nextStep);
    default:
      return unreachable(state);
  }
}

/** Figures are never rounded up and intervals outwards, as in the sentence that `laser estimate` gives. */
const cut = (value: number): string => (Math.floor(value * 100 + SLACK) / 100).toFixed(2);
const raised = (value: number): string => (Math.ceil(value * 100 - SLACK) / 100).toFixed(2);
/** 1.15 × 100 is a little less than 115. */
const SLACK = 1e-9;

export function estimateRows(estimate: Estimate): readonly FactRow[] {
  const { speedUp, medianSpeedUp, edl, answers, tokens, steps, drafted, kept, slower } = estimate;
  const times = (value: number): string => `${cut(value)}×`;
  const within = ({ low, high }: Estimate["edl"]): string => `95 %: ${cut(low)} to ${raised(high)}`;
  return [
    ["Speed-up", `${times(speedUp.value)} (${within(speedUp)})`],
    [t("Median answer"), `${times(medianSpeedUp.value)} (${within(medianSpeedUp)})`],
    [
      t("Tokens per second"),
      t("{0}; plain {1}", estimate.tokensPerSecond.toFixed(1), estimate.plainTokensPerSecond.toFixed(1)),
    ],
    [t("Tokens per step"), `${cut(edl.value)} (${grouped(tokens)} ÷ ${grouped(steps)})`],
    [
      t("Drafts kept"),
      drafted === 0 ? t("none was sent") : t("{0} of {1} tokens", grouped(kept), grouped(drafted)),
    ],
    [t("Slower answers"), `${slower} of ${answers}`],
    [t("Answers"), t("{0} of {1}", severalPlain(answers, "answer"), estimate.file)],
  ];
}
