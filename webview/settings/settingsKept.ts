// What the settings editor keeps over hiding and reload, and how it is read back. Pure.
import * as Type from "typebox";
import { parseParts, type Parsed } from "../../core/base/index.ts";
import { TargetIdSchema } from "../../extension/shared/settingsEditor.ts";

const KeptSettingsSchema = Type.Object({
  target: TargetIdSchema,
  search: Type.String(),
  /** The scroll position in CSS pixels. */
  scrollTop: Type.Number({ minimum: 0 }),
  /** What was typed and is not written yet, by key; of `target`. */
  drafts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())])),
});
export type KeptSettings = Parsed<typeof KeptSettingsSchema>;

const NOTHING_KEPT: KeptSettings = { target: "user", search: "", scrollTop: 0, drafts: {} };

/** Validates kept state, perhaps of another version: invalid parts are dropped. */
export function readKeptSettings(state: unknown): KeptSettings {
  return parseParts(KeptSettingsSchema, state, NOTHING_KEPT);
}
