// The door of core/base: what every folder may use. It imports no other folder.
export { blameOf, describeError } from "./describeError.ts";
export { editDistance } from "./editDistance.ts";
export { ErrorReportSchema, ErrorTextSchema, type ErrorReport, type ErrorText } from "./errorText.ts";
export { describeFault, FaultError, type Fault, type FaultEntry, type FaultTable } from "./fault.ts";
export { messageOf } from "./messageOf.ts";
export { nearestName } from "./nearestName.ts";
export { parse, parseParts, type Frozen, type Parsed } from "./parse.ts";
export { finish, type InPieces } from "./pieces.ts";
export { plainMarkdown } from "./plainMarkdown.ts";
export { several } from "./several.ts";
export type { Signal } from "./signal.ts";
export { replaceTexts, textsOf } from "./templateTexts.ts";
export { isTranslated, t, TRANSLATIONS_ID, useTranslations, type Translations } from "./translate.ts";
export { unreachable } from "./unreachable.ts";
