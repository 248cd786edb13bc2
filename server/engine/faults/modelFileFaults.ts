// What can be wrong with a model file: with its bytes, its parts, or what the model in it is made for.
import { type FaultTable, t } from "../../../core/base/index.ts";
import { nearestModelId } from "../models/catalogue.ts";

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

/** Paths are as the caller gave them. */
export type ModelFileFault =
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
  | { readonly tag: "modelLoadFailed"; readonly path: string; readonly reason: string };

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

/** Written as the hub and other programs do: "user/repo", "user/repo:Q4_K_M", "HF:user/repo", or the address of its page. */
const HUB_NAME =
  /^(?:HF:(?:\/\/)?|(?:https?:\/\/)?(?:huggingface\.co|hf\.co)\/)?([\w-][\w.-]*\/[\w-][\w.-]*(?<!\.gguf)(?::[\w.-]+)?)\/?$/i;

/** For a model's name where a path was expected: the setting laser.model turns any word into a path. */
function nearModel(path: string): readonly string[] {
  const id = nearestModelId(path.split(/[/\\]/).at(-1)!);
  if (id !== null) return [t('Did you mean "{0}"?', `catalogue:${id}`)];
  const hub = HUB_NAME.exec(path)?.[1];
  return hub === undefined ? [] : [t("A model of the hub is named {0}.", `hf:${hub}`)];
}

export const MODEL_FILE_FAULTS: FaultTable<ModelFileFault> = {
  modelFileMissing: {
    blame: "input",
    message: (fault) => t("There is no model at {0}.", fault.path),
    nextStep: ({ path }) =>
      /^https?:/.test(path) && !HUB_NAME.test(path)
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
        ? t("Convert the original model again with a current llama.cpp, or get a newer file.")
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
};
