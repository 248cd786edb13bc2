// Faults of pools of earlier answers.
import { FaultError, type FaultTable, t } from "../../core/base/index.ts";

export type PoolFault =
  | { readonly tag: "poolFileMissing"; readonly path: string }
  | { readonly tag: "poolFileUnreadable"; readonly path: string; readonly reason: string }
  /** `further`: the next lines that are not answers, of which there may be more. */
  | {
      readonly tag: "poolLineInvalid";
      readonly path: string;
      readonly line: number;
      readonly reason: string;
      readonly further: readonly number[];
      /** Whether other lines are answers, so that this one could be left out. */
      readonly isMixed: boolean;
    }
  | { readonly tag: "poolEmpty"; readonly path: string }
  /** In characters of the JSON text of its entries. */
  | { readonly tag: "poolTooLarge"; readonly path: string; readonly mostUnits: number }
  | { readonly tag: "poolFileDamaged"; readonly path: string; readonly reason: string }
  /** Answers as text, although a pool file is required. */
  | { readonly tag: "poolFileIsText"; readonly path: string }
  | { readonly tag: "nothingToForget"; readonly path: string; readonly reason: string }
  | {
      readonly tag: "poolFileVersion";
      readonly path: string;
      readonly version: number;
      readonly supported: number;
    }
  | { readonly tag: "groupsFileMissing"; readonly path: string }
  | { readonly tag: "groupsFileDamaged"; readonly path: string; readonly reason: string }
  /** What groups were to be made of. `line`: null if there are none. */
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
    message: (fault) => t("There is no pool at {0}.", fault.path),
    nextStep: t("Check the path; laser pool build makes a pool file."),
  },
  poolFileUnreadable: {
    blame: "input",
    message: (fault) => t("The pool {0} can't be read: {1}.", fault.path, fault.reason),
    nextStep: t("Check that it is a file and that you may read it."),
  },
  poolLineInvalid: {
    blame: "input",
    message: ({ line, path, reason, further }) =>
      [
        t("Line {0} of the pool {1} is not an answer: {2}.", line, path, reason),
        ...furtherLines(further),
      ].join(" "),
    nextStep: ({ further }) =>
      further.length === 0
        ? t("Fix or remove the line; a pool contains {0}.", FORMAT)
        : t("Fix or remove these lines; a pool contains {0}.", FORMAT),
    details: ({ path, line }) => ({ file: path, line }),
  },
  poolEmpty: {
    blame: "input",
    message: (fault) => t("The pool {0} contains no answers.", fault.path),
    nextStep: t("Add answers, {0}, or run without a pool.", FORMAT),
  },
  poolTooLarge: {
    blame: "input",
    message: (fault) =>
      t(
        "With {0}, the pool would hold more text than fits: {1} million characters for all its answers.",
        fault.path,
        Math.floor(fault.mostUnits / 1e6),
      ),
    nextStep: t("Split the answers into several pools, or leave the oldest out."),
  },
  poolFileIsText: {
    blame: "input",
    message: (fault) => t("{0} is not a pool file: it contains text.", fault.path),
    nextStep: t(
      "Edit the text itself if it is JSON lines, or make a pool file of them with laser pool build.",
    ),
  },
  nothingToForget: {
    blame: "input",
    message: (fault) => `${fault.path} is neither a pool file nor a groups file: ${fault.reason}.`,
    nextStep:
      "Delete the lines about the user or item yourself if it holds answers as JSON lines, or the rows of a run.",
  },
  poolFileDamaged: {
    blame: "input",
    message: (fault) => t("The pool file {0} is damaged: {1}.", fault.path, fault.reason),
    nextStep: t("Build the pool again, or restore a copy of the file."),
  },
  poolFileVersion: {
    blame: "input",
    message: (fault) =>
      t(
        "The pool file {0} has version {1}; this program reads version {2}.",
        fault.path,
        fault.version,
        fault.supported,
      ),
    nextStep: t("Build the pool again, or update the older program."),
  },
  poolOtherTokenizer: {
    blame: "input",
    message: (fault) =>
      t("The pool file {0} was made with another tokenizer: that of {1}.", fault.path, fault.model),
    nextStep: (fault) =>
      `Build it again from its text, which the file keeps (laser pool build ${fault.path} --out NEW), or load ${fault.model}.`,
  },
  groupsFileMissing: {
    blame: "input",
    message: (fault) => t("There is no groups file at {0}.", fault.path),
    nextStep: t("Check the path, or make one with laser groups."),
  },
  groupsFileDamaged: {
    blame: "input",
    message: (fault) => t("The groups file {0} can't be used: {1}.", fault.path, fault.reason),
    nextStep: t("Make it again with laser groups, or restore a copy."),
  },
  groupDataInvalid: {
    blame: "input",
    message: (fault) =>
      t(
        "Groups can't be made from {0}{1}: {2}.",
        fault.path,
        fault.line === null ? "" : t(", line {0}", fault.line),
        fault.reason,
      ),
    nextStep: "Check the path and the file; laser groups METHOD --help describes what each method reads.",
  },
  poolFrozen: {
    blame: "input",
    message: (fault) => t("The pool file {0} is frozen: its answers can't be changed.", fault.path),
    nextStep: (fault) => `Write to another file, or unfreeze it: laser pool freeze --off ${fault.path}.`,
  },
  poolEntryUnknown: {
    blame: "input",
    message: (fault) =>
      t("The pool file {0} has no entry {1}; nothing was changed.", fault.path, fault.entry),
    nextStep: t('"laser pool list" shows the numbers of its entries.'),
  },
  poolKeyUnknown: {
    blame: "input",
    message: (fault) => t('{0} has no entry with the key "{1}"; nothing was changed.', fault.path, fault.key),
    nextStep: t("Give the complete key as it is in the answers: partial matches don't count."),
  },
};

/** Thrown by server/pools for pools, answers and groups files. */
export class PoolError extends FaultError<PoolFault> {
  protected override get table() {
    return POOL_FAULTS;
  }
}

function furtherLines(lines: readonly number[]): readonly string[] {
  if (lines.length === 0) return [];
  const all = lines.join(", ");
  return [lines.length === 1 ? t("Nor is line {0}.", all) : t("Nor are lines {0}.", all)];
}
