// Faults of pools of earlier answers.
import { FaultError, type FaultTable } from "../../core/base/index.ts";

export type PoolFault =
  | { readonly tag: "poolFileMissing"; readonly path: string }
  | { readonly tag: "poolFileUnreadable"; readonly path: string; readonly reason: string }
  | { readonly tag: "poolLineInvalid"; readonly path: string; readonly line: number; readonly reason: string }
  | { readonly tag: "poolEmpty"; readonly path: string }
  /** In characters of the JSON text of its entries. */
  | { readonly tag: "poolTooLarge"; readonly path: string; readonly mostUnits: number }
  | { readonly tag: "poolFileDamaged"; readonly path: string; readonly reason: string }
  /** Answers as text, where only a pool file will do. */
  | { readonly tag: "poolFileIsText"; readonly path: string }
  | {
      readonly tag: "poolFileVersion";
      readonly path: string;
      readonly version: number;
      readonly supported: number;
    }
  | { readonly tag: "groupsFileMissing"; readonly path: string }
  | { readonly tag: "groupsFileDamaged"; readonly path: string; readonly reason: string }
  /** What groups were to be made from. `line`: null where there are none. */
  | {
      readonly tag: "groupDataInvalid";
      readonly path: string;
      readonly line: number | null;
      readonly reason: string;
    }
  | { readonly tag: "poolFrozen"; readonly path: string }
  | { readonly tag: "poolEntryUnknown"; readonly path: string; readonly entry: number }
  /** No entry of the pool file has exactly this key. */
  | { readonly tag: "poolKeyUnknown"; readonly path: string; readonly key: string }
  /** `model` is the one whose tokens are in the pool. */
  | { readonly tag: "poolOtherTokenizer"; readonly path: string; readonly model: string };

const FORMAT = 'one JSON object per line, such as {"id": "item-1", "group": "Comedy", "text": "…"}';

export const POOL_FAULTS: FaultTable<PoolFault> = {
  poolFileMissing: {
    blame: "input",
    message: (fault) => `There is no pool at ${fault.path}.`,
    nextStep: "Check the path; laser pool build makes a pool file.",
  },
  poolFileUnreadable: {
    blame: "input",
    message: (fault) => `The pool ${fault.path} can't be read: ${fault.reason}.`,
    nextStep: "Check that it is a file and that you may read it.",
  },
  poolLineInvalid: {
    blame: "input",
    message: (fault) => `Line ${fault.line} of the pool ${fault.path} is not an answer: ${fault.reason}.`,
    nextStep: `Fix or remove the line; a pool contains ${FORMAT}.`,
  },
  poolEmpty: {
    blame: "input",
    message: (fault) => `The pool ${fault.path} contains no answers.`,
    nextStep: `Add answers, ${FORMAT}, or run without a pool.`,
  },
  poolTooLarge: {
    blame: "input",
    message: (fault) =>
      `With ${fault.path}, the pool would hold more text than fits: ${Math.floor(fault.mostUnits / 1e6)} million characters for all its answers.`,
    nextStep: "Split the answers into several pools, or leave the oldest out.",
  },
  poolFileIsText: {
    blame: "input",
    message: (fault) => `${fault.path} is not a pool file: it contains text.`,
    nextStep: "Edit the text itself if it is JSON lines, or make a pool file of them with laser pool build.",
  },
  poolFileDamaged: {
    blame: "input",
    message: (fault) => `The pool file ${fault.path} is damaged: ${fault.reason}.`,
    nextStep: "Build the pool again, or restore a copy of the file.",
  },
  poolFileVersion: {
    blame: "input",
    message: (fault) =>
      `The pool file ${fault.path} has version ${fault.version}; this program reads version ${fault.supported}.`,
    nextStep: "Build the pool again, or update the older program.",
  },
  poolOtherTokenizer: {
    blame: "input",
    message: (fault) =>
      `The pool file ${fault.path} was made with another tokenizer: that of ${fault.model}.`,
    nextStep: (fault) =>
      `Build it again from its text, which the file keeps (laser pool build ${fault.path} --out NEW), or load ${fault.model}.`,
  },
  groupsFileMissing: {
    blame: "input",
    message: (fault) => `There is no groups file at ${fault.path}.`,
    nextStep: "Check the path, or make one with laser groups.",
  },
  groupsFileDamaged: {
    blame: "input",
    message: (fault) => `The groups file ${fault.path} can't be used: ${fault.reason}.`,
    nextStep: "Make it again with laser groups, or restore a copy.",
  },
  groupDataInvalid: {
    blame: "input",
    message: (fault) =>
      `Groups can't be made from ${fault.path}${fault.line === null ? "" : `, line ${fault.line}`}: ${fault.reason}.`,
    nextStep: "Check the path and the file; laser groups METHOD --help describes what each method reads.",
  },
  poolFrozen: {
    blame: "input",
    message: (fault) => `The pool file ${fault.path} is frozen: its answers stay as they are.`,
    nextStep: (fault) =>
      `Write to another file, or let it change again: laser pool freeze --off ${fault.path}.`,
  },
  poolEntryUnknown: {
    blame: "input",
    message: (fault) => `The pool file ${fault.path} has no entry ${fault.entry}; nothing was changed.`,
    nextStep: '"laser pool list" shows the numbers of its entries.',
  },
  poolKeyUnknown: {
    blame: "input",
    message: (fault) =>
      `The pool file ${fault.path} has no entry with the key "${fault.key}"; nothing was changed.`,
    nextStep: "Give the whole key as it is in the answers: partial matches don't count.",
  },
};

export class PoolError extends FaultError<PoolFault> {
  protected override get table() {
    return POOL_FAULTS;
  }
}
