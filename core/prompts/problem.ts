// The problems of a prompt file, with their positions.
import type { Range, Span } from "./positions.ts";

export type ProblemCode =
  | "yamlInvalid"
  | "frontMatterUnclosed"
  | "frontMatterMisplaced"
  | "frontMatterNotMap"
  | "wrongType"
  | "wrongValue"
  | "unknownKey"
  | "duplicateKey"
  | "jinjaInvalid"
  | "variableWithoutValue"
  | "variableUnused"
  | "sectionEmpty"
  | "noMessage"
  | "lastNotUser"
  | "textBeforeRole"
  | "roleIgnored"
  | "roleUnsupported"
  | "roleByValue"
  | "roleUnread"
  | "messageEmpty"
  | "methodUncalled"
  | "partForeign"
  | "toolsUnused"
  | "fileUnread"
  | "encodingUnsure";

/** An error keeps the prompt from running; a warning does not. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly code: ProblemCode;
  /** One sentence that names the thing and its problem. */
  readonly message: string;
  /** What the author of the file can do; null if the message already says it. */
  readonly nextStep: string | null;
  readonly range: Range;
}

/** A problem as a scanner reports it: located by offsets into the whole source. */
export interface Finding extends Omit<Problem, "range"> {
  readonly span: Span;
}

export type Report = (finding: Finding) => void;
