// Texts for faults of model files and of the engine.
import { unreachable } from "../../../core/base/index.ts";
import type { EngineFault } from "../../engine/errors.ts";
import type { ErrorText } from "./text.ts";

const CHOOSE_ANOTHER = "Choose another GGUF file, or leave the model out to use the demo model.";

export function describeEngineFault(fault: EngineFault): ErrorText {
  const { tag: code } = fault;
  switch (fault.tag) {
    case "modelFileMissing":
      return {
        code,
        message: `There is no model at ${fault.path}.`,
        nextStep: `Check the path. ${CHOOSE_ANOTHER}`,
      };
    case "modelFileUnreadable":
      return {
        code,
        message: `The model ${fault.path} can't be read: ${fault.reason}.`,
        nextStep: "Check that it is a file and that you may read it.",
      };
    case "modelFileEmpty":
      return {
        code,
        message: `The model ${fault.path} is empty (0 bytes): a download may have been interrupted.`,
        nextStep: "Download the file again.",
      };
    case "modelFileNotGguf":
      return {
        code,
        message: `${fault.path} is not a GGUF file: it doesn't begin with "GGUF".`,
        nextStep: `Models in other formats must be converted to GGUF. ${CHOOSE_ANOTHER}`,
      };
    case "modelFileTruncated":
      return {
        code,
        message: `The model ${fault.path} ends too early: it has ${fault.bytes} bytes${fault.neededBytes === null ? ", and its last tensor is incomplete" : ` and needs at least ${fault.neededBytes}`}.`,
        nextStep: "Download or copy the file again.",
      };
    case "modelHeadUnreadable":
      return {
        code,
        message: `The header of the model ${fault.path} can't be read, so the file is truncated or damaged: ${fault.reason}.`,
        nextStep: "Download or copy the file again.",
      };
    case "modelWithoutVocabulary":
      return {
        code,
        message: `${fault.path} has no vocabulary, so it can't write text (a projector or adapter, perhaps).`,
        nextStep: CHOOSE_ANOTHER,
      };
    case "modelRecurrent":
      return {
        code,
        message: `${fault.path} is a recurrent model (${fault.architecture}): it can't discard rejected tokens.`,
        nextStep: "Choose a transformer model; speculative decoding needs a cache that can be rolled back.",
      };
    case "modelLoadFailed":
      return {
        code,
        message: `The model ${fault.path} could not be loaded: ${fault.reason}.`,
        nextStep: "The file may be damaged or need a newer llama.cpp: fetch it again, or choose another.",
      };
    case "memoryTooSmall":
      return {
        code,
        message: `There is not enough memory for ${fault.path} with a context of ${fault.contextTokens} tokens: ${fault.reason}.`,
        nextStep: "Lower the context size, choose a smaller model, or close other programs.",
      };
    case "gpuUnavailable":
      return {
        code,
        message: `The GPU backend "${fault.wanted}" was requested, but can't be used: ${fault.reason}.`,
        nextStep: 'Install its driver, or set the GPU to "auto" or "off".',
      };
    case "engineUnavailable":
      return {
        code,
        message: `llama.cpp has no binary for this machine: ${fault.reason}.`,
        nextStep: "Install again with optional dependencies (npm ci), on 64-bit Linux, macOS or Windows.",
      };
    case "evaluationFailed":
      return {
        code,
        message: `The model failed while it evaluated tokens: ${fault.reason}.`,
        nextStep: "Run again; if it fails again, reload the model or turn the GPU off.",
      };
    case "contextOverflow":
      return {
        code,
        message: `${fault.keptTokens} tokens are kept and ${fault.newTokens} more don't fit in a context of ${fault.contextTokens}.`,
        nextStep: "Raise the context size or shorten the prompt.",
      };
    case "scriptedCrash":
      return {
        code,
        message: `The scripted engine crashed at evaluation ${fault.evaluation}, as its script demands.`,
        nextStep: "Remove the fault from the script.",
      };
    default:
      return unreachable(fault);
  }
}
