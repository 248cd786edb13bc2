// The texts for faults of pool files. It must not know where they are shown.
import { unreachable } from "../../laser/index.ts";
import type { PoolFault } from "../../pools/errors.ts";
import type { ErrorText } from "./text.ts";

const FORMAT = 'one JSON object a line, such as {"id": "item-1", "group": "Comedy", "text": "…"}';

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
        message: `Line ${fault.line} of the pool ${fault.path} is no answer: ${fault.reason}.`,
        nextStep: `Mend or remove the line; a pool holds ${FORMAT}.`,
      };
    case "poolEmpty":
      return {
        code,
        message: `The pool ${fault.path} holds no answer.`,
        nextStep: `Add answers, ${FORMAT}, or run without a pool.`,
      };
    case "poolFileDamaged":
      return {
        code,
        message: `The pool file ${fault.path} is damaged: ${fault.reason}.`,
        nextStep: "Build the pool again, or put back a copy of the file.",
      };
    case "poolFileVersion":
      return {
        code,
        message: `The pool file ${fault.path} has version ${fault.version}; this program reads version ${fault.supported}.`,
        nextStep: "Build the pool again, or update the program that is older.",
      };
    case "poolOtherTokenizer":
      return {
        code,
        message: `The pool file ${fault.path} is a pool of another tokenizer: that of ${fault.model}.`,
        nextStep: `Build it again from its text, which the file keeps (laser pool build ${fault.path} --out NEW), or load ${fault.model}.`,
      };
    case "poolKeyUnknown":
      return {
        code,
        message: `The pool file ${fault.path} holds no entry of the key "${fault.key}"; nothing was changed.`,
        nextStep: "Give the whole key as it stands in the answers: it is never matched in part.",
      };
    default:
      return unreachable(fault);
  }
}
