// What can go wrong between a model file and a running model.
import { FaultError, type FaultTable } from "../../core/base/index.ts";
import type { SettingValue } from "../../core/settings/index.ts";
import type { ForeignKind } from "./gguf/foreign.ts";
import type { OtherPurpose } from "./gguf/purpose.ts";

/** auto: the best backend available · off: CPU only · others: that backend or a fault. */
export type GpuChoice = SettingValue<"gpu">;

/** Texts are keyed by `tag`; paths are as the caller gave them. */
export type EngineFault =
  | { readonly tag: "modelFileMissing"; readonly path: string }
  | { readonly tag: "modelFileUnreadable"; readonly path: string; readonly reason: string }
  | { readonly tag: "modelFileEmpty"; readonly path: string }
  | { readonly tag: "modelFileNotGguf"; readonly path: string; readonly kind: ForeignKind }
  | { readonly tag: "modelBigEndian"; readonly path: string }
  | { readonly tag: "modelVersionUnknown"; readonly path: string; readonly version: number }
  | {
      readonly tag: "modelFileTruncated";
      readonly path: string;
      readonly bytes: number;
      /** null if the file doesn't say. */
      readonly neededBytes: number | null;
    }
  | { readonly tag: "modelHeadUnreadable"; readonly path: string; readonly reason: string }
  | {
      readonly tag: "modelPartMissing";
      readonly path: string;
      readonly part: number;
      readonly parts: number;
      /** Base name of the file. */
      readonly missing: string;
    }
  | {
      readonly tag: "modelPartChosen";
      readonly path: string;
      readonly part: number;
      readonly parts: number;
      /** Base name of part 1. */
      readonly first: string;
    }
  | { readonly tag: "modelPartsDisagree"; readonly path: string; readonly reason: string }
  | { readonly tag: "modelWithoutVocabulary"; readonly path: string }
  | { readonly tag: "modelNotForText"; readonly path: string; readonly purpose: OtherPurpose }
  | { readonly tag: "modelRecurrent"; readonly path: string; readonly architecture: string }
  | { readonly tag: "modelLoadFailed"; readonly path: string; readonly reason: string }
  | {
      readonly tag: "memoryTooSmall";
      readonly path: string;
      readonly contextTokens: number;
      readonly reason: string;
    }
  /** By our own estimate, before anything was allocated. `largestTokens`: null if no context fits. */
  | {
      readonly tag: "contextTooLarge";
      readonly path: string;
      readonly contextTokens: number;
      readonly neededBytes: number;
      readonly availableBytes: number;
      readonly reservedBytes: number;
      readonly largestTokens: number | null;
    }
  | { readonly tag: "gpuUnavailable"; readonly wanted: GpuChoice; readonly reason: string }
  /** `known`: the devices of the back ends that may be used, with their numbers. */
  | { readonly tag: "deviceUnknown"; readonly wanted: string; readonly known: readonly string[] }
  | { readonly tag: "deviceNotChoosable"; readonly wanted: string; readonly reason: string }
  | { readonly tag: "kvTypeNotChoosable"; readonly wanted: string; readonly reason: string }
  | { readonly tag: "engineUnavailable"; readonly reason: string }
  | { readonly tag: "engineChoiceUnknown"; readonly value: string; readonly known: readonly string[] }
  | { readonly tag: "directEngineUnavailable"; readonly reason: string }
  | { readonly tag: "lanesUnavailable"; readonly lanes: number; readonly reason: string }
  | { readonly tag: "evaluationFailed"; readonly reason: string }
  | {
      readonly tag: "contextOverflow";
      readonly keptTokens: number;
      readonly newTokens: number;
      readonly contextTokens: number;
    }
  | { readonly tag: "scriptedCrash"; readonly evaluation: number };

const CHOOSE_ANOTHER = "Choose another GGUF file, or leave the model out to use the demo model.";

const DOWNLOAD_AGAIN = "Download the file itself again, by the link that its page calls download or raw.";

/** What was found instead of a GGUF file. */
const FOREIGN: Readonly<Record<ForeignKind, { readonly what: string; readonly nextStep: string }>> = {
  lfsPointer: {
    what: "it is a Git LFS pointer, which only names the file",
    nextStep: 'Fetch the file itself: run "git lfs pull" in its repository, or download it.',
  },
  webPage: { what: "it is a web page (HTML)", nextStep: DOWNLOAD_AGAIN },
  serverAnswer: { what: "it is a text, perhaps the error message of a server", nextStep: DOWNLOAD_AGAIN },
  safetensors: {
    what: "it holds weights in the safetensors format",
    nextStep: `Convert the model with convert_hf_to_gguf.py of llama.cpp, or get its GGUF file. ${CHOOSE_ANOTHER}`,
  },
  pytorch: {
    what: "it holds weights in PyTorch's format",
    nextStep: `Convert the model with convert_hf_to_gguf.py of llama.cpp, or get its GGUF file. ${CHOOSE_ANOTHER}`,
  },
  oldGgml: {
    what: "it is in a GGML format older than GGUF",
    nextStep: "Get the GGUF file, or convert it with convert_llama_ggml_to_gguf.py of llama.cpp.",
  },
  otherModel: {
    what: "it is a model in another format",
    nextStep: `Models in other formats must be converted to GGUF. ${CHOOSE_ANOTHER}`,
  },
  archive: {
    what: "it is a compressed archive (such as zip, gzip or tar)",
    nextStep: "Unpack it, and choose the GGUF file in it.",
  },
  zeros: {
    what: "it begins with zeros, so a download may have been interrupted",
    nextStep: "Download the file again.",
  },
  unknown: {
    what: 'it doesn\'t begin with "GGUF"',
    nextStep: `Models in other formats must be converted to GGUF. ${CHOOSE_ANOTHER}`,
  },
};

const PURPOSES: Readonly<Record<OtherPurpose, string>> = {
  projector: "the projector of a model for images or sound (mmproj)",
  adapter: "an adapter (LoRA or control vector), which changes another model",
  importanceMatrix: "an importance matrix, made for quantising a model",
  embeddings: "an encoder that computes embeddings",
  diffusion: "a diffusion model, which doesn't write one token after another",
  draftHead: "the draft head of another model",
  speech: "a model that makes sound",
  vocabularyOnly: "a vocabulary without weights",
};

export const ENGINE_FAULTS: FaultTable<EngineFault> = {
  modelFileMissing: {
    blame: "input",
    message: (fault) => `There is no model at ${fault.path}.`,
    nextStep: ({ path }) =>
      /^https?:/.test(path)
        ? "Addresses are not fetched: download the file and give its path, or name a model of the hub as hf:USER/REPO."
        : `Check the path; "laser models list" shows known names. ${CHOOSE_ANOTHER}`,
  },
  modelFileUnreadable: {
    blame: "input",
    message: (fault) => `The model ${fault.path} can't be read: ${fault.reason}.`,
    nextStep: "Check that it is a file and that you may read it.",
  },
  modelFileEmpty: {
    blame: "input",
    message: (fault) => `The model ${fault.path} is empty (0 bytes): a download may have been interrupted.`,
    nextStep: "Download the file again.",
  },
  modelFileNotGguf: {
    blame: "input",
    message: (fault) => `${fault.path} is not a GGUF file: ${FOREIGN[fault.kind].what}.`,
    nextStep: (fault) => FOREIGN[fault.kind].nextStep,
  },
  modelBigEndian: {
    blame: "input",
    message: (fault) => `${fault.path} is a big-endian GGUF file, made for another kind of processor.`,
    nextStep: "Get the little-endian file, or convert it with gguf_convert_endian.py of llama.cpp.",
  },
  modelVersionUnknown: {
    blame: "input",
    message: (fault) =>
      `${fault.path} is a GGUF file of version ${fault.version}; versions 2 and 3 are read.`,
    nextStep: (fault) =>
      fault.version <= 1
        ? "Convert the original model again with a present llama.cpp, or get a newer file."
        : `The file is damaged, or newer than this program. ${CHOOSE_ANOTHER}`,
  },
  modelFileTruncated: {
    blame: "input",
    message: (fault) =>
      `The model ${fault.path} ends too early: it has ${fault.bytes} bytes${fault.neededBytes === null ? ", and its last tensor is incomplete" : ` and needs at least ${fault.neededBytes}`}.`,
    nextStep: "Download or copy the file again.",
  },
  modelHeadUnreadable: {
    blame: "input",
    message: (fault) =>
      `The header of the model ${fault.path} can't be read, so the file is truncated or damaged: ${fault.reason}.`,
    nextStep: "Download or copy the file again.",
  },
  modelPartMissing: {
    blame: "input",
    message: (fault) =>
      `The model ${fault.path} is split, and part ${fault.part} of ${fault.parts} is missing: ${fault.missing}.`,
    nextStep: "Put all parts into one folder, under their original names.",
  },
  modelPartChosen: {
    blame: "input",
    message: (fault) => `${fault.path} is part ${fault.part} of ${fault.parts} of a model.`,
    nextStep: (fault) => `Choose part 00001, which finds the others: ${fault.first}.`,
  },
  modelPartsDisagree: {
    blame: "input",
    message: (fault) => `${fault.path} doesn't fit the other parts of its model: ${fault.reason}.`,
    nextStep: "Download all parts of one model again, and keep their original names.",
  },
  modelWithoutVocabulary: {
    blame: "input",
    message: (fault) => `${fault.path} has no vocabulary, so it can't write text.`,
    nextStep: CHOOSE_ANOTHER,
  },
  modelNotForText: {
    blame: "input",
    message: (fault) => `${fault.path} can't generate text: it is ${PURPOSES[fault.purpose]}.`,
    nextStep: CHOOSE_ANOTHER,
  },
  modelRecurrent: {
    blame: "input",
    message: (fault) =>
      `${fault.path} is a recurrent model (${fault.architecture}): it can't discard rejected tokens.`,
    nextStep: "Choose a transformer model; speculative decoding needs a cache that can be rolled back.",
  },
  modelLoadFailed: {
    blame: "environment",
    message: (fault) => `The model ${fault.path} could not be loaded: ${fault.reason}.`,
    nextStep: "The file may be damaged or need a newer llama.cpp: fetch it again, or choose another.",
  },
  memoryTooSmall: {
    blame: "environment",
    message: (fault) =>
      `There is not enough memory for ${fault.path} with a context of ${fault.contextTokens} tokens: ${fault.reason}.`,
    nextStep: "Lower the context size, choose a smaller model, or close other programs.",
  },
  contextTooLarge: {
    blame: "environment",
    message: ({ path, contextTokens, neededBytes, availableBytes, reservedBytes }) =>
      `${path} with a context of ${contextTokens} tokens needs about ${gigabytes(neededBytes)} of memory; ${gigabytes(availableBytes)} are available, of which ${gigabytes(reservedBytes)} are left to other programs.`,
    nextStep: ({ largestTokens }) =>
      largestTokens === null
        ? "Choose a smaller model, or close other programs."
        : `A context of ${largestTokens} tokens fits: set the context size to that or less, or close other programs.`,
  },
  gpuUnavailable: {
    blame: "environment",
    message: (fault) =>
      `The GPU backend "${fault.wanted}" was requested, but can't be used: ${fault.reason}.`,
    nextStep: 'Install its driver, or set the GPU to "auto" or "off".',
  },
  deviceUnknown: {
    blame: "input",
    message: ({ wanted, known }) =>
      known.length === 0
        ? `The device "${wanted}" was requested, but no GPU can be used here.`
        : `No GPU that can be used here is called "${wanted}".`,
    nextStep: ({ known }) =>
      known.length === 0
        ? 'Run "laser devices" for the reason, or leave the device out.'
        : `Choose one of: ${known.join("; ")}.`,
  },
  deviceNotChoosable: {
    blame: "environment",
    message: ({ wanted, reason }) => `The device "${wanted}" can't be chosen for this model: ${reason}.`,
    nextStep:
      "Leave the device out, or hide the other GPUs with CUDA_VISIBLE_DEVICES or GGML_VK_VISIBLE_DEVICES.",
  },
  kvTypeNotChoosable: {
    blame: "environment",
    message: ({ wanted, reason }) => `Keys and values can't be stored as ${wanted}: ${reason}.`,
    nextStep: "Set laser.kvType or --kv-type to f16.",
  },
  engineUnavailable: {
    blame: "environment",
    message: (fault) => `llama.cpp has no binary for this machine: ${fault.reason}.`,
    nextStep: "Install again with optional dependencies (npm ci), on 64-bit Linux, macOS or Windows.",
  },
  engineChoiceUnknown: {
    blame: "input",
    message: (fault) => `LASER_ENGINE is "${fault.value}", which names no engine.`,
    nextStep: (fault) => `Set it to one of ${fault.known.join(", ")}, or leave it out.`,
  },
  directEngineUnavailable: {
    blame: "environment",
    message: (fault) => `llama.cpp can't be called directly: ${fault.reason}.`,
    nextStep: "Set LASER_ENGINE to library, or leave it out.",
  },
  lanesUnavailable: {
    blame: "input",
    message: (fault) => `${fault.lanes} requests can't be evaluated together: ${fault.reason}.`,
    nextStep: "Ask for fewer requests at once, or for one.",
  },
  evaluationFailed: {
    blame: "environment",
    message: (fault) => `The model failed while it evaluated tokens: ${fault.reason}.`,
    nextStep: "Run again; if it fails again, reload the model or turn the GPU off.",
  },
  contextOverflow: {
    blame: "bug",
    message: (fault) =>
      `${fault.keptTokens} tokens are kept and ${fault.newTokens} more don't fit in a context of ${fault.contextTokens}.`,
    nextStep: "Raise the context size or shorten the prompt.",
  },
  scriptedCrash: {
    blame: "environment",
    message: (fault) =>
      `The scripted engine crashed at evaluation ${fault.evaluation}, as its script demands.`,
    nextStep: "Remove the fault from the script.",
  },
};

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Thrown while loading or evaluating; `cause` is the native error, if any. */
export class EngineError extends FaultError<EngineFault> {
  protected override get table() {
    return ENGINE_FAULTS;
  }
}
