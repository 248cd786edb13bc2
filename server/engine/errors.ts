// What can go wrong between a model file and a running model.
import { FaultError, type FaultTable, t } from "../../core/base/index.ts";
import type { SettingValue } from "../../core/settings/index.ts";
import { nearestModelId } from "./models/catalogue.ts";

/** auto: the best backend available · off: CPU only · others: that backend or a fault. */
export type GpuChoice = SettingValue<"gpu">;

/** What is found where a GGUF file was expected. serverAnswer: JSON, XML or a short text. */
export type ForeignKind =
  | "lfsPointer"
  | "webPage"
  | "serverAnswer"
  | "safetensors"
  | "pytorch"
  | "oldGgml"
  | "otherModel"
  | "archive"
  | "zeros"
  | "unknown";

/** What can't generate text, and why not. */
export type OtherPurpose =
  | "projector"
  | "adapter"
  | "importanceMatrix"
  | "embeddings"
  | "diffusion"
  | "draftHead"
  | "speech"
  | "vocabularyOnly";

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

const CHOOSE_ANOTHER = t("Choose another GGUF file, or leave the model out to use the demo model.");

const DOWNLOAD_AGAIN = t("Download the file itself again, by the link that its page calls download or raw.");

/** What was found instead of a GGUF file. */
const FOREIGN: Readonly<Record<ForeignKind, { readonly what: string; readonly nextStep: string }>> = {
  lfsPointer: {
    what: t("it is a Git LFS pointer, which only names the file"),
    nextStep: t('Fetch the file itself: run "git lfs pull" in its repository, or download it.'),
  },
  webPage: { what: t("it is a web page (HTML)"), nextStep: DOWNLOAD_AGAIN },
  serverAnswer: { what: t("it is a text, perhaps the error message of a server"), nextStep: DOWNLOAD_AGAIN },
  safetensors: {
    what: t("it holds weights in the safetensors format"),
    nextStep: t(
      "Convert the model with convert_hf_to_gguf.py of llama.cpp, or get its GGUF file. {0}",
      CHOOSE_ANOTHER,
    ),
  },
  pytorch: {
    what: t("it holds weights in PyTorch's format"),
    nextStep: t(
      "Convert the model with convert_hf_to_gguf.py of llama.cpp, or get its GGUF file. {0}",
      CHOOSE_ANOTHER,
    ),
  },
  oldGgml: {
    what: t("it is in a GGML format older than GGUF"),
    nextStep: t("Get the GGUF file, or convert it with convert_llama_ggml_to_gguf.py of llama.cpp."),
  },
  otherModel: {
    what: t("it is a model in another format"),
    nextStep: t("Models in other formats must be converted to GGUF. {0}", CHOOSE_ANOTHER),
  },
  archive: {
    what: t("it is a compressed archive (such as zip, gzip or tar)"),
    nextStep: t("Unpack it, and choose the GGUF file in it."),
  },
  zeros: {
    what: t("it begins with zeros, so a download may have been interrupted"),
    nextStep: t("Download the file again."),
  },
  unknown: {
    what: t('it doesn\'t begin with "GGUF"'),
    nextStep: t("Models in other formats must be converted to GGUF. {0}", CHOOSE_ANOTHER),
  },
};

const PURPOSES: Readonly<Record<OtherPurpose, string>> = {
  projector: t("the projector of a model for images or sound (mmproj)"),
  adapter: t("an adapter (LoRA or control vector), which changes another model"),
  importanceMatrix: t("an importance matrix, made for quantising a model"),
  embeddings: t("an encoder that computes embeddings"),
  diffusion: t("a diffusion model, which doesn't write one token after another"),
  draftHead: t("the draft head of another model"),
  speech: t("a model that makes sound"),
  vocabularyOnly: t("a vocabulary without weights"),
};

/** For a model's name where a path was expected, as in the setting laser.model, which was made one in some folder. */
function nearModel(path: string): readonly string[] {
  const id = nearestModelId(path.split(/[/\\]/).at(-1)!);
  return id === null ? [] : [t('Did you mean "{0}"?', `catalogue:${id}`)];
}

export const ENGINE_FAULTS: FaultTable<EngineFault> = {
  modelFileMissing: {
    blame: "input",
    message: (fault) => t("There is no model at {0}.", fault.path),
    nextStep: ({ path }) =>
      /^https?:/.test(path)
        ? t(
            "Addresses are not fetched: download the file and give its path, or name a model of the hub as hf:USER/REPO.",
          )
        : [
            ...nearModel(path),
            t('Check the path; "laser models list" shows known names. {0}', CHOOSE_ANOTHER),
          ].join(" "),
  },
  modelFileUnreadable: {
    blame: "input",
    message: (fault) => t("The model {0} can't be read: {1}.", fault.path, fault.reason),
    nextStep: t("Check that it is a file and that you may read it."),
  },
  modelFileEmpty: {
    blame: "input",
    message: (fault) =>
      t("The model {0} is empty (0 bytes): a download may have been interrupted.", fault.path),
    nextStep: t("Download the file again."),
  },
  modelFileNotGguf: {
    blame: "input",
    message: (fault) => t("{0} is not a GGUF file: {1}.", fault.path, FOREIGN[fault.kind].what),
    nextStep: (fault) => FOREIGN[fault.kind].nextStep,
  },
  modelBigEndian: {
    blame: "input",
    message: (fault) => t("{0} is a big-endian GGUF file, made for another kind of processor.", fault.path),
    nextStep: t("Get the little-endian file, or convert it with gguf_convert_endian.py of llama.cpp."),
  },
  modelVersionUnknown: {
    blame: "input",
    message: (fault) =>
      t("{0} is a GGUF file of version {1}; versions 2 and 3 are read.", fault.path, fault.version),
    nextStep: (fault) =>
      fault.version <= 1
        ? t("Convert the original model again with a present llama.cpp, or get a newer file.")
        : t("The file is damaged, or newer than this program. {0}", CHOOSE_ANOTHER),
  },
  modelFileTruncated: {
    blame: "input",
    message: (fault) =>
      t(
        "The model {0} ends too early: it has {1} bytes{2}.",
        fault.path,
        fault.bytes,
        fault.neededBytes === null
          ? t(", and its last tensor is incomplete")
          : t(" and needs at least {0}", fault.neededBytes),
      ),
    nextStep: t("Download or copy the file again."),
  },
  modelHeadUnreadable: {
    blame: "input",
    message: (fault) =>
      t(
        "The header of the model {0} can't be read, so the file is truncated or damaged: {1}.",
        fault.path,
        fault.reason,
      ),
    nextStep: t("Download or copy the file again."),
  },
  modelPartMissing: {
    blame: "input",
    message: (fault) =>
      t(
        "The model {0} is split, and part {1} of {2} is missing: {3}.",
        fault.path,
        fault.part,
        fault.parts,
        fault.missing,
      ),
    nextStep: t("Put all parts into one folder, under their original names."),
  },
  modelPartChosen: {
    blame: "input",
    message: (fault) => t("{0} is part {1} of {2} of a model.", fault.path, fault.part, fault.parts),
    nextStep: (fault) => t("Choose part 00001, which finds the others: {0}.", fault.first),
  },
  modelPartsDisagree: {
    blame: "input",
    message: (fault) => t("{0} doesn't fit the other parts of its model: {1}.", fault.path, fault.reason),
    nextStep: t("Download all parts of one model again, and keep their original names."),
  },
  modelWithoutVocabulary: {
    blame: "input",
    message: (fault) => t("{0} has no vocabulary, so it can't write text.", fault.path),
    nextStep: CHOOSE_ANOTHER,
  },
  modelNotForText: {
    blame: "input",
    message: (fault) => t("{0} can't generate text: it is {1}.", fault.path, PURPOSES[fault.purpose]),
    nextStep: CHOOSE_ANOTHER,
  },
  modelRecurrent: {
    blame: "input",
    message: (fault) =>
      t("{0} is a recurrent model ({1}): it can't discard rejected tokens.", fault.path, fault.architecture),
    nextStep: t("Choose a transformer model; speculative decoding needs a cache that can be rolled back."),
  },
  modelLoadFailed: {
    blame: "environment",
    message: (fault) => t("The model {0} could not be loaded: {1}.", fault.path, fault.reason),
    nextStep: t("The file may be damaged or need a newer llama.cpp: fetch it again, or choose another."),
  },
  memoryTooSmall: {
    blame: "environment",
    message: (fault) =>
      t(
        "There is not enough memory for {0} with a context of {1} tokens: {2}.",
        fault.path,
        fault.contextTokens,
        fault.reason,
      ),
    nextStep: t("Lower the context size, choose a smaller model, or close other programs."),
  },
  contextTooLarge: {
    blame: "environment",
    message: ({ path, contextTokens, neededBytes, availableBytes, reservedBytes }) =>
      t(
        "{0} with a context of {1} tokens needs about {2} of memory; {3} are available, of which {4} are left to other programs.",
        path,
        contextTokens,
        gigabytes(neededBytes),
        gigabytes(availableBytes),
        gigabytes(reservedBytes),
      ),
    nextStep: ({ largestTokens }) =>
      largestTokens === null
        ? t("Choose a smaller model, or close other programs.")
        : t(
            "A context of {0} tokens fits: set the context size to that or less, or close other programs.",
            largestTokens,
          ),
  },
  gpuUnavailable: {
    blame: "environment",
    message: (fault) =>
      t('The GPU backend "{0}" was requested, but can\'t be used: {1}.', fault.wanted, fault.reason),
    nextStep: t('Install its driver, or set the GPU to "auto" or "off".'),
  },
  deviceUnknown: {
    blame: "input",
    message: ({ wanted, known }) =>
      known.length === 0
        ? t('The device "{0}" was requested, but no GPU can be used here.', wanted)
        : t('No GPU that can be used here is called "{0}".', wanted),
    nextStep: ({ known }) =>
      known.length === 0
        ? t('Run "laser devices" for the reason, or leave the device out.')
        : t("Choose one of: {0}.", known.join("; ")),
  },
  deviceNotChoosable: {
    blame: "environment",
    message: ({ wanted, reason }) =>
      t('The device "{0}" can\'t be chosen for this model: {1}.', wanted, reason),
    nextStep: t(
      "Leave the device out, or hide the other GPUs with CUDA_VISIBLE_DEVICES or GGML_VK_VISIBLE_DEVICES.",
    ),
  },
  kvTypeNotChoosable: {
    blame: "environment",
    message: ({ wanted, reason }) => `Keys and values can't be stored as ${wanted}: ${reason}.`,
    nextStep: "Set laser.kvType or --kv-type to f16.",
  },
  engineUnavailable: {
    blame: "environment",
    message: (fault) => t("llama.cpp has no binary for this machine: {0}.", fault.reason),
    nextStep: t("Install again with optional dependencies (npm ci), on 64-bit Linux, macOS or Windows."),
  },
  engineChoiceUnknown: {
    blame: "input",
    message: (fault) => t('LASER_ENGINE is "{0}", which names no engine.', fault.value),
    nextStep: (fault) => t("Set it to one of {0}, or leave it out.", fault.known.join(", ")),
  },
  directEngineUnavailable: {
    blame: "environment",
    message: (fault) => t("llama.cpp can't be called directly: {0}.", fault.reason),
    nextStep: t("Set LASER_ENGINE to library, or leave it out."),
  },
  lanesUnavailable: {
    blame: "input",
    message: (fault) => t("{0} requests can't be evaluated together: {1}.", fault.lanes, fault.reason),
    nextStep: t("Ask for fewer requests at once, or for one."),
  },
  evaluationFailed: {
    blame: "environment",
    message: (fault) => t("The model failed while it evaluated tokens: {0}.", fault.reason),
    nextStep: t("Run again; if it fails again, reload the model or turn the GPU off."),
  },
  contextOverflow: {
    blame: "bug",
    message: (fault) =>
      t(
        "{0} tokens are kept and {1} more don't fit in a context of {2}.",
        fault.keptTokens,
        fault.newTokens,
        fault.contextTokens,
      ),
    nextStep: t("Raise the context size or shorten the prompt."),
  },
  scriptedCrash: {
    blame: "environment",
    message: (fault) =>
      t("The scripted engine crashed at evaluation {0}, as its script demands.", fault.evaluation),
    nextStep: t("Remove the fault from the script."),
  },
};

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Thrown while loading or evaluating; `cause` is the native error, if any. */
export class EngineError extends FaultError<EngineFault> {
  protected override get table() {
    return ENGINE_FAULTS;
  }
}
