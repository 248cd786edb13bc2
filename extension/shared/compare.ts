// The messages between the compare page and the extension. When the page is ready it gets the files unparsed:
// it parses the megabytes itself, so that the extension host doesn't.
import * as Type from "typebox";
import { AppliedSettingsSchema } from "./traceEditor.ts";
import { ErrorTextSchema, parseParts, type Parsed } from "../../core/base/index.ts";

/** More columns can't be read side by side. */
export const MAX_COMPARED = 12;
/** Of several prompts, of which one is shown at a time. */
export const MAX_SWEPT_PROMPTS = 8;
const MAX_FILES = MAX_COMPARED * MAX_SWEPT_PROMPTS;

/** A trace file as read, or why it could not be read. */
const ComparedFileSchema = Type.Object({
  uri: Type.String(),
  /** The file's name without folders. */
  name: Type.String(),
  content: Type.Union([Type.Object({ text: Type.String() }), Type.Object({ error: ErrorTextSchema })]),
});
export type ComparedFile = Parsed<typeof ComparedFileSchema>;

/** Replaces everything shown. The first file is the baseline until another one is chosen. */
export const ToCompareSchema = Type.Object({
  kind: Type.Literal("traces"),
  files: Type.Array(ComparedFileSchema),
  /** The same settings on several prompts: one prompt is shown at a time, and the settings over all of them. */
  byPrompt: Type.Boolean(),
});
export type ToCompare = Parsed<typeof ToCompareSchema>;

const index = Type.Integer({ minimum: 0 });

/** `place` is an index into the shown files. */
export const FromCompareSchema = Type.Union([
  Type.Object({ kind: Type.Literal("ready") }),
  /** Asks for another trace at this index, or for one more after the last. */
  Type.Object({ kind: Type.Literal("choose"), place: index }),
  Type.Object({ kind: Type.Literal("remove"), place: index }),
  Type.Object({ kind: Type.Literal("open"), place: index }),
  /** Adopts the setting of a run. */
  Type.Object({ kind: Type.Literal("use"), settings: AppliedSettingsSchema }),
]);
export type FromCompare = Parsed<typeof FromCompareSchema>;

/** The state of a page as plain data: saved across a window reload and validated by both sides. */
const KeptCompareSchema = Type.Object({
  uris: Type.Array(Type.String(), { maxItems: MAX_FILES }),
  byPrompt: Type.Boolean(),
  /** Indices of the two files whose texts are compared. */
  left: index,
  right: index,
  hasGhosts: Type.Boolean(),
  hasAllFigures: Type.Boolean(),
  /** A token of one side, by its index in that side's entries; null if no token is chosen. */
  cursor: Type.Union([
    Type.Object({ side: Type.Union([Type.Literal("left"), Type.Literal("right")]), entry: index }),
    Type.Null(),
  ]),
  isCardOpen: Type.Boolean(),
  /** The card shows only its sentence. */
  isCardShort: Type.Boolean(),
  /** Scroll position of the page in CSS pixels. */
  scrolledPx: Type.Number({ minimum: 0 }),
});
export type KeptCompare = Parsed<typeof KeptCompareSchema>;

const NOTHING_KEPT: KeptCompare = {
  uris: [],
  byPrompt: false,
  left: 0,
  right: 1,
  hasGhosts: false,
  hasAllFigures: false,
  cursor: null,
  isCardOpen: false,
  isCardShort: true,
  scrolledPx: 0,
};

/** Parses the saved state, possibly from another version; ignores whatever is invalid. */
export function readKeptCompare(state: unknown): KeptCompare {
  const kept = parseParts(KeptCompareSchema, state, NOTHING_KEPT);
  const { uris, byPrompt, left, right } = kept;
  // Without its files, the rest of the state is meaningless.
  if (uris === NOTHING_KEPT.uris || (!byPrompt && uris.length > MAX_COMPARED)) return NOTHING_KEPT;
  const isPair = left !== right && Math.max(left, right) < uris.length;
  return isPair ? kept : { ...kept, left: 0, right: 1 };
}
