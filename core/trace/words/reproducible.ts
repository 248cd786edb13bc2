// Whether a run was reproducible, in words: the same in a terminal, the side panel and the trace editor.
import { t } from "../../base/index.ts";
import type { TraceRequest } from "../types.ts";

/** Example: "not available for this model on this device: not measured: the run was stopped before". */
export function reproducibleWords({
  reproducible,
  notReproducible,
}: Pick<TraceRequest, "reproducible" | "notReproducible">): string {
  if (reproducible) return "yes";
  return notReproducible === undefined
    ? "no"
    : t("not available for this model on this device: {0}", notReproducible);
}
