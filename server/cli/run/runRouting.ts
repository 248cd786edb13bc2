// Which group each row of a run is sent to: that of its subject in a groups file, or what the row itself says.
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { several } from "../../../core/base/index.ts";
import type { PoolRoute } from "../../../core/trace/index.ts";
import type { RouteOf, RunIdentity } from "../../batch/index.ts";
import type { DataRow, RowSource } from "../../data/index.ts";
import { sha256File } from "../../files/index.ts";
import { readGroupsFile, Router, type GroupsFile } from "../../pools/index.ts";
import { note } from "../terminal/output.ts";
import { DEFAULT_GROUP_BY, type RunFlags } from "./runOptions.ts";

export interface RunRouting {
  readonly routeOf: RouteOf;
  readonly identity: NonNullable<RunIdentity["groups"]>;
  /** What the groups file says; null without one. */
  readonly groups: { readonly path: string; readonly file: GroupsFile } | null;
}

/** Rows whose subjects are looked up before a run begins. */
const MAX_LOOKED_UP = 1_000;

/**
 * @param groupOfPrompt the group that the prompt file names, for rows of which nothing else is known; null: none
 * @throws PoolError for a groups file that can't be used; FilesError
 */
export async function routingOf(
  flags: Pick<RunFlags, "groups" | "groupBy">,
  groupOfPrompt: string | null = null,
): Promise<RunRouting> {
  const routing = await routingOfRows(flags);
  if (groupOfPrompt === null) return routing;
  return {
    ...routing,
    routeOf: (row) => {
      const own = routing.routeOf(row);
      if (own.group !== null) return own;
      return { ...own, group: groupOfPrompt, by: "asked", reason: `the prompt names it; ${own.reason}` };
    },
  };
}

async function routingOfRows({
  groups: path,
  groupBy,
}: Pick<RunFlags, "groups" | "groupBy">): Promise<RunRouting> {
  if (path === undefined) {
    const attribute = groupBy ?? DEFAULT_GROUP_BY;
    const routeOf: RouteOf = (row) => byAttribute(row, attribute);
    return { routeOf, identity: { name: `attribute ${attribute}`, fingerprint: "" }, groups: null };
  }
  const file = await readGroupsFile(path);
  const router = new Router(file);
  const sha256 = await sha256File(path);
  return {
    routeOf: (row) => {
      const found = router.route(row);
      if (found.group !== null || groupBy === undefined) return { subject: row.subject, ...found };
      const own = byAttribute(row, groupBy);
      return { ...own, reason: `${own.reason}; ${found.reason}` };
    },
    identity: {
      name: basename(path),
      // A difference is looked for in the first digits.
      fingerprint:
        groupBy === undefined
          ? sha256
          : createHash("sha256")
              .update(JSON.stringify([sha256, groupBy]))
              .digest("hex"),
    },
    groups: { path, file },
  };
}

/** The group that a row says it belongs to. */
function byAttribute({ subject, attributes }: DataRow, attribute: string): PoolRoute {
  const group = Object.hasOwn(attributes, attribute) ? attributes[attribute]! : null;
  return group === null
    ? { subject, group, by: "global", reason: `no attribute "${attribute}"` }
    : { subject, group, by: "attribute", reason: `attribute "${attribute}"` };
}

/** Warns if the groups file seems to name its subjects differently from the data: "7" is not "user-7". */
export async function noteUnknownSubjects(
  source: RowSource,
  { groups }: RunRouting,
  signal: AbortSignal,
): Promise<void> {
  const known = groups === null ? [] : Object.keys(groups.file.subjects);
  if (groups === null || known.length === 0) return;
  let [rows, example] = [0, ""];
  for await (const { subject } of source.rows({ signal, onBadRow: () => undefined })) {
    const isKnown = Object.hasOwn(groups.file.subjects, subject) || Object.hasOwn(groups.file.few, subject);
    if (isKnown) return;
    if (rows === 0) example = subject;
    if (++rows === MAX_LOOKED_UP) break;
  }
  if (rows > 0)
    note(
      `${groups.path} knows none of the first ${several(rows, "row")}: they are named like ${JSON.stringify(example)}, its subjects like ${JSON.stringify(known[0])}. ` +
        "Groups made from the same data set use the same names.",
    );
}
