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
    default:
      return unreachable(fault);
  }
}
