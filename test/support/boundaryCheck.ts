// Judges an import against the table in scripts/boundaries.mjs. It reads no file: edges come in, problems go out.
import { isBuiltin } from "node:module";
import path from "node:path";
import { boundaries, reservedPackages, type FolderRule } from "../../scripts/boundaries.mjs";
import type { ImportEdge } from "./importEdges.ts";

/**
 * Why an import breaks a boundary; null where it is allowed.
 * @param file the importing file, relative to the root, with forward slashes
 */
export function boundaryProblem(file: string, edge: ImportEdge): string | null {
  const from = folderOf(file);
  if (from === null) return "lies in a folder that scripts/boundaries.mjs does not name";
  if (edge.specifier === null) return "imports what is no plain text, so it cannot be judged";
  if (/^\.{0,2}\//.test(edge.specifier)) {
    return entryProblem(from, path.posix.join(path.posix.dirname(file), edge.specifier), edge.typeOnly);
  }
  return isBuiltin(edge.specifier) ? nodeProblem(from) : packageProblem(from, packageOf(edge.specifier));
}

interface Folder {
  readonly name: string;
  readonly rule: FolderRule;
}

/** The innermost folder of the table that holds a file. */
function folderOf(file: string): Folder | null {
  const [found] = Object.entries(boundaries)
    .filter(([name]) => file.startsWith(`${name}/`))
    .sort(([a], [b]) => b.length - a.length);
  return found === undefined ? null : { name: found[0], rule: found[1] };
}

function entryProblem(from: Folder, target: string, typeOnly: boolean): string | null {
  if (from.rule.rootFiles?.includes(target) === true) return null;
  const to = folderOf(target);
  if (to === null) return `${target} lies in no folder that may be imported`;
  if (to.name === from.name) return null;
  const onlyTypes = from.rule.mayImportTypes?.includes(to.name) === true;
  if (!onlyTypes && !from.rule.mayImport.includes(to.name)) return `${from.name} must not know ${to.name}`;
  if (onlyTypes && !typeOnly) return `${from.name} may know types of ${to.name} only`;
  const { doors, typeDoors = [] } = to.rule;
  const inside = target.slice(to.name.length + 1);
  if (doors === "any" || doors.includes(inside) || (onlyTypes && typeDoors.includes(inside))) return null;
  return `${to.name} is entered through ${doors.join(", ") || "nothing"}, not ${inside}`;
}

function nodeProblem(from: Folder): string | null {
  return from.rule.pure === true ? `${from.name} is pure: no files, clocks or processes` : null;
}

function packageProblem(from: Folder, name: string): string | null {
  const reserved = reservedPackages.find(({ names }) =>
    names.some((n) => name === n || name.startsWith(`${n}/`)),
  );
  if (reserved !== undefined && !reserved.folders.includes(from.name)) {
    return `only ${reserved.folders.join(", ")} knows ${name}`;
  }
  const { packages } = from.rule;
  return packages === "any" || packages.includes(name)
    ? null
    : `${from.name} must not use the package ${name}`;
}

/** The package of "typebox/schema" is "typebox", that of "@huggingface/jinja" itself. */
export function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
