// What `laser pool list` prints.
import { several } from "../../../core/base/index.ts";
import { listPool, type ListFilter } from "../../pools/index.ts";
import { print, printJson } from "./output.ts";
import { formatTable, type Column } from "./table.ts";
import { oneLine } from "./tokens.ts";

export interface ListFlags {
  readonly search?: string;
  readonly group?: string;
  readonly ungrouped?: boolean;
  readonly entry?: number;
  readonly limit: number;
  readonly json?: boolean;
}

const BEGINNING = 60;

/** @throws PoolError */
export async function poolList(file: string, flags: ListFlags): Promise<void> {
  const { search, group, ungrouped, entry, limit, json } = flags;
  const filter: ListFilter = {
    limit,
    ...(search !== undefined && { search }),
    ...(group !== undefined ? { group } : ungrouped === true && { group: null }),
    ...(entry !== undefined && { entry }),
  };
  const listing = await listPool(file, filter);
  if (json === true) {
    printJson(listing);
    return;
  }
  const shown = listing.entries.length;
  const rest = shown < listing.found ? `, of which the newest ${shown} follow` : "";
  print(`${several(listing.found, "answer")}${rest}\n`);
  const rows = listing.entries.map((one) => [
    String(one.entry),
    oneLine(one.id),
    one.group === null ? "(no group)" : oneLine(one.group),
    one.tokens === null ? "–" : String(one.tokens),
    one.uses === null ? "–" : String(one.uses),
    one.lastUseMs === null ? "–" : new Date(one.lastUseMs).toISOString().slice(0, 10),
    oneLine(one.text).slice(0, BEGINNING),
  ]);
  const columns: Column[] = [
    { title: "entry", align: "right" },
    { title: "id", align: "left" },
    { title: "group", align: "left" },
    { title: "tokens", align: "right" },
    { title: "uses", align: "right" },
    { title: "last used", align: "right" },
    { title: "text", align: "left" },
  ];
  for (const line of formatTable(columns, rows)) print(line);
}
