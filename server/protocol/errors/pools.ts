// Texts for faults of pool files.
import { unreachable } from "../../../core/base/index.ts";
import type { PoolFault } from "../../pools/errors.ts";
import type { ErrorText } from "./text.ts";

const FORMAT = 'one JSON object per line, such as {"id": "item-1", "group": "Comedy", "text": "…"}';

export function describePoolFault(fault: PoolFault): ErrorText {
  const { tag: code } = fault;
  switch (fault.tag) {
    case "poolFileMissing":
      return {
        code,
        message: `There is no pool at ${fault.path}.`,
        nextStep: "Check the path, or run without a pool.",
      };
    case "poolFileUnreadable":
      return {
        code,
        message: `The pool ${fault.path} can't be read: ${fault.reason}.`,
        nextStep: "Check that it is a file and that you may read it.",
      };
    case "poolLineInvalid":
      return {
        code,
        message: `Line ${fault.line} of the pool ${fault.path} is not an answer: ${fault.reason}.`,
        nextStep: `Fix or remove the line; a pool contains ${FORMAT}.`,
      };
    case "poolEmpty":
      return {
        code,
        message: `The pool ${fault.path} contains no answers.`,
        nextStep: `Add answers, ${FORMAT}, or run without a pool.`,
      };
    case "poolFileDamaged":
      return {
        code,
        message: `The pool file ${fault.path} is damaged: ${fault.reason}.`,
        nextStep: "Build the pool again, or restore a copy of the file.",
      };
    case "poolFileVersion":
      return {
        code,
        message: `The pool file ${fault.path} has version ${fault.version}; this program reads version ${fault.supported}.`,
        nextStep: "Build the pool again, or update the older program.",
      };
    case "poolOtherTokenizer":
      return {
        code,
        message: `The pool file ${fault.path} was made with another tokenizer: that of ${fault.model}.`,
        nextStep: `Build it again from its text, which the file keeps (laser pool build ${fault.path} --out NEW), or load ${fault.model}.`,
      };
    case "poolKeyUnknown":
      return {
        code,
        message: `The pool file ${fault.path} has no entry with the key "${fault.key}"; nothing was changed.`,
        nextStep: "Give the whole key as it is in the answers: partial matches don't count.",
      };
    default:
      return unreachable(fault);
  }
}
