// Which pool a run drafts from, by the settings.
import { STRATEGY_TRAITS } from "../../core/laser/index.ts";
import type { InspectorSettings } from "./settingValues.ts";

/** The pool file, if the strategy uses one. */
export function poolInUse({
  poolFile,
  generation,
}: Pick<InspectorSettings, "poolFile" | "generation">): string | null {
  return poolFile !== "" && STRATEGY_TRAITS[generation.strategy].usesPool ? poolFile : null;
}
