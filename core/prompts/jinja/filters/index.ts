// All filters by name: Jinja2's own except `random`: rendering must be repeatable.
import type { Filter } from "../context.ts";
import { HTML_FILTERS } from "./html.ts";
import { LIST_FILTERS } from "./lists.ts";
import { TEXT_FILTERS } from "./texts.ts";
import { VALUE_FILTERS } from "./values.ts";

export const FILTERS: ReadonlyMap<string, Filter> = new Map([
  ...TEXT_FILTERS,
  ...LIST_FILTERS,
  ...VALUE_FILTERS,
  ...HTML_FILTERS,
]);
