// What the settings editor keeps over hiding and reload, and how it is read back. Pure.
import type { TargetId } from "../../extension/shared/settingsEditor.ts";

export interface KeptSettings {
  readonly target: TargetId;
  readonly search: string;
  /** The scroll position in CSS pixels. */
  readonly scrollTop: number;
}

/** Validates kept state, perhaps of another version: invalid parts are dropped. */
export function readKeptSettings(state: unknown): KeptSettings {
  const { target, search, scrollTop } = (typeof state === "object" && state !== null ? state : {}) as Record<
    string,
    unknown
  >;
  return {
    target: isTarget(target) ? target : "user",
    search: typeof search === "string" ? search : "",
    scrollTop: typeof scrollTop === "number" && scrollTop > 0 ? scrollTop : 0,
  };
}

function isTarget(target: unknown): target is TargetId {
  return target === "workspace" || (typeof target === "string" && target.startsWith("folder:"));
}
