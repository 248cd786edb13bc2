// The group that a request was sent to, in the same words for every page and terminal.
import { t } from "../../base/index.ts";
import type { PoolRoute } from "../types.ts";

/** E.g. "group Comedy: first genre; 3 interactions are too few for a collaborative group (needs 5)". */
export function routeWords({ group, reason }: PoolRoute): string {
  return `${group === null ? t("all groups") : `group ${group}`}: ${reason}`;
}
