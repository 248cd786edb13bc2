// What the model page says in words: the file, where it runs, back ends, and what an estimate found. Values in, rows out.
import { several as severalPlain, unreachable } from "../../core/base/index.ts";
import type { Estimate, KnownModel } from "../../extension/shared/modelPage.ts";
import type { BackendReport, DeviceReport, ModelReport } from "../../server/protocol/worker.ts";
import { grouped, several } from "../run/amounts.ts";

export type FactRow = readonly [name: string, value: string];

const BACKENDS = { cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" } as const;

export function fileRows({ report, choice }: KnownModel): readonly FactRow[] {
  const { file, name, layers, vocabularySize, template } = report;
  const known = (value: number | null, unit: string): string =>
    value === null ? "not known" : `${grouped(value)} ${unit}`;
  const parts = file.parts === 1 ? "" : ` in ${file.parts} parts`;
  return [
    ["Name", name ?? "the file names none"],
    ["File", file.path],
    ["Size", `${grouped(Math.ceil(file.bytes / 1e6))} MB${parts}`],
    ["Architecture", file.architecture ?? "not known"],
    ["Quantisation", file.quantisation ?? "not known"],
    ["Layers", layers === null ? "not known" : grouped(layers)],
    ["Vocabulary", known(vocabularySize, "tokens")],
    ["Context", contextText(file.contextTokens, choice.contextTokens)],
    ["Chat template", templateText(template, choice.chatTemplatePath)],
    ...(file.isHybrid
      ? [
          [
            "Drafting",
            "part of the model is recurrent: each rejected draft is evaluated again, so drafts gain less",
          ] as const,
        ]
      : []),
    ["Memory", memoryText(file.fit)],
  ];
}

function contextText(trained: number | null, asked: number): string {
  const made = trained === null ? "what it was made for is not known" : `made for ${grouped(trained)} tokens`;
  const used = grouped(trained === null ? asked : Math.min(asked, trained));
  return `${used} tokens by the settings; ${made}`;
}

function templateText(template: ModelReport["template"], given: string | undefined): string {
  if (given !== undefined) return `of the settings: ${given}`;
  if (template === null) return "the file has none: a chat can't be sent, name a file in laser.chatTemplate";
  return `in the file, ${several(template.bytes, "byte")}`;
}

function memoryText(fit: ModelReport["file"]["fit"]): string {
  if (fit?.neededBytes == null) return "not known";
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const need = `${(Math.ceil(fit.neededBytes / 1e8) / 10).toFixed(1)} GB needed with this context, estimated`;
  const gpu =
    fit.gpu === null
      ? ""
      : `; ${gigabytes(fit.gpu.freeBytes)} were free on ${BACKENDS[fit.gpu.backend]} when it was tried`;
  return `${need}; ${gigabytes(fit.freeBytes)} free here${gpu}`;
}

/** Where it runs, or would by the settings. */
export function deviceRows({ report: { loaded }, choice }: KnownModel): readonly FactRow[] {
  const asked: FactRow[] = [
    ["Back end asked for", choice.gpu === "off" ? "CPU only" : choice.gpu],
    ["Device asked for", choice.device ?? "all of the back end's"],
    ["Layers asked for", choice.gpuLayers === undefined ? "as many as fit" : grouped(choice.gpuLayers)],
    ["Threads asked for", choice.threads === undefined ? "all cores" : grouped(choice.threads)],
    ["Cache asked for", choice.kvType ?? "f16"],
  ];
  if (loaded === null) return [["Loaded", "no: it loads with the first run"], ...asked];
  const { backend, names, offloadedLayers, totalLayers, maxThreads, flashAttention, engine } = loaded.device;
  return [
    ["Loaded", backend === "cpu" ? "on the CPU" : `by ${BACKENDS[backend]} on ${names.join(", ")}`],
    ["Layers", `${offloadedLayers} of ${totalLayers} on the GPU`],
    ["Threads", `at most ${maxThreads}`],
    ["Flash attention", flashAttention ? "on" : "off"],
    ["Engine", engine === "native" ? "llama.cpp, called directly" : (engine ?? "not known")],
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
      name: BACKENDS[report.backend],
      isUsed: chosen === report.backend,
      text: stateText(report),
    })),
    { name: "CPU", isUsed: chosen === "cpu", text: "always there" },
  ];
}

function stateText({ state }: BackendReport): string {
  switch (state.kind) {
    case "usable":
      return `usable: ${state.devices.map(({ description }) => description).join(", ")}, tried in ${grouped(state.trialMs)} ms`;
    case "refused":
      return `refused: ${state.reason}. ${state.nextStep}`;
    case "notInstalled":
      return `not installed. ${state.nextStep}`;
    default:
      return unreachable(state);
  }
}

export function estimateRows(estimate: Estimate): readonly FactRow[] {
  const { speedUp, medianSpeedUp, edl, answers, tokens, steps, drafted, kept, slower } = estimate;
  const times = (value: number): string => `${value.toFixed(2)}×`;
  const within = ({ low, high }: Estimate["edl"]): string => `95 %: ${low.toFixed(2)} to ${high.toFixed(2)}`;
  return [
    ["Speed-up", `${times(speedUp.value)} (${within(speedUp)})`],
    ["Median answer", `${times(medianSpeedUp.value)} (${within(medianSpeedUp)})`],
    [
      "Tokens a second",
      `${estimate.tokensPerSecond.toFixed(1)}; plain ${estimate.plainTokensPerSecond.toFixed(1)}`,
    ],
    ["Tokens a step", `${edl.value.toFixed(2)} (${grouped(tokens)} ÷ ${grouped(steps)})`],
    ["Drafts kept", drafted === 0 ? "none was sent" : `${grouped(kept)} of ${grouped(drafted)} tokens`],
    ["Slower answers", `${slower} of ${answers}`],
    ["Answers", `${severalPlain(answers, "answer")} of ${estimate.file}`],
  ];
}
